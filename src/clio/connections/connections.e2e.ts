import type { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Locator, Page } from "playwright-core";
import { violations } from "../../../config/stories/axe.js";
import { downloaded } from "../../../config/stories/downloaded.js";
import { BUSY_CELL, busyCell } from "../../../config/stories/busy_cell.js";
import { eventually } from "../../../config/stories/eventually.js";
import {
  chooseDemo,
  clickVoxel,
  newContext,
  openWatched,
  viewerState,
} from "../../../config/stories/harness.js";
import {
  NeuprintServer,
  type Wire,
} from "../../../config/stories/neuprint_server.js";

/** Clio's own parts of the page that connections add to. */
const OWN = [".clio-side-panel", ".clio-button-bar"];

const panel = (page: Page) =>
  page.getByRole("region", { name: "Connections", exact: true });

/** How many partners there are, and connections with them, of a cell that some segments were merged into. */
function countsOf(
  wires: readonly Wire[],
  side: "inputs" | "outputs",
  merged: readonly bigint[],
): { partners: number; connections: number; itself: number } {
  const cellOf = (id: bigint) => (merged.includes(id) ? merged[0] : id);
  const own = wires
    .map(({ from, to }) => [cellOf(from), cellOf(to)])
    .map(([from, to]) => (side === "inputs" ? [to, from] : [from, to]))
    .filter(([of]) => of === merged[0]);
  return {
    partners: new Set(own.map(([, partner]) => partner)).size,
    connections: own.length,
    itself: own.filter(([of, partner]) => of === partner).length,
  };
}

async function counted(
  page: Page,
  { partners, connections }: { partners: number; connections: number },
): Promise<void> {
  await panel(page)
    .locator(".clio-connections-status")
    .getByText(
      `${many(partners, "partner")} · ${many(connections, "connection")}`,
      { exact: true },
    )
    .waitFor();
}

function many(count: number, thing: string): string {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

/** The two cells that have most to do with each other, and something with others. */
function busiest(wires: readonly Wire[]): [from: bigint, to: bigint] {
  const weights = new Map<string, number>();
  for (const { from, to } of wires) {
    if (from === to) continue;
    const pair = `${from} ${to}`;
    weights.set(pair, (weights.get(pair) ?? 0) + 1);
  }
  const [[pair]] = [...weights].sort(([, a], [, b]) => b - a);
  const [from, to] = pair.split(" ").map(BigInt);
  return [from, to];
}

/** What the viewer's own lists of segments call a segment. */
function labelOf(page: Page, id: bigint): Promise<string | undefined> {
  return page.evaluate((id) => {
    const { viewer } = window as unknown as { viewer: Viewer };
    const layer = viewer.layerManager.getLayerByName("supervoxels")?.layer;
    const { displayState } = layer as SegmentationUserLayer;
    const { segmentPropertyMap } = displayState.segmentationGroupState.value;
    return segmentPropertyMap.value?.getSegmentLabel(BigInt(id));
  }, String(id));
}

/** The bar that says which synapses the layer shows. */
const synapses = (page: Page): Locator =>
  panel(page).getByRole("toolbar", { name: "Synapses" });

/** The layer of synapses as the state of the viewer has it; undefined where there is none. */
async function synapseLayer(
  page: Page,
): Promise<Record<string, unknown> | undefined> {
  // As it stands in a link, which has nothing of what is undefined.
  const { layers } = JSON.parse(JSON.stringify(await viewerState(page))) as {
    layers: Record<string, unknown>[];
  };
  return layers.find(({ type }) => type === "clio-synapses");
}

/** Finds a cell by its id and goes to it: with the keyboard alone. */
async function goToCell(page: Page, id: bigint): Promise<void> {
  await panel(page)
    .getByRole("searchbox", { name: /^Find a cell/ })
    .focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type(String(id));
  await page.keyboard.press("Enter");
  await panel(page)
    .getByRole("list", { name: "Cells found" })
    .getByRole("button")
    .waitFor();
  await page.keyboard.press("Enter");
}

const noInputs = (page: Page): Locator =>
  panel(page).getByText("neuPrint knows no inputs");

const rows = (page: Page): Locator =>
  panel(page)
    .getByRole("grid", { name: "Partners" })
    .locator(".clio-table-row");

describe("Connections", () => {
  it("are read by keyboard as the wiring is, followed to their synapses and kept as marks, and follow what is merged", async () => {
    const server = await NeuprintServer.start();
    const context = await newContext();
    try {
      const { wires } = server;
      const { page, faults } = await openWatched(context, server.origin);
      await page.goto(server.origin);
      await chooseDemo(page);

      const [from, to] = busiest(wires);
      await page.keyboard.press("c");
      await panel(page).getByText("Nothing is selected.").waitFor();
      await goToCell(page, from);
      const inputs = countsOf(wires, "inputs", [from]);
      if (inputs.partners > 0) await counted(page, inputs);
      else await panel(page).getByText("neuPrint knows no inputs").waitFor();
      await page.keyboard.press("o");
      const outputs = countsOf(wires, "outputs", [from]);
      await counted(page, outputs);
      expect(await violations(page, OWN)).toEqual({});

      // The strongest stands first.
      await page.keyboard.press("j");
      const between = wires.filter(
        (wire) => wire.from === from && wire.to === to,
      );
      await rows(page)
        .filter({ hasText: String(to) })
        .and(page.locator('[aria-current="true"]'))
        .waitFor();
      await page.keyboard.press("v");
      await synapses(page)
        .getByText(`${many(between.length, "synapse")} to ${to}`)
        .waitFor();
      await page.keyboard.press("n");
      const places = new Set(between.map(({ pre }) => pre.join()));
      await eventually(
        async () => {
          const { position } = await viewerState(page);
          return (position as number[]).map(Math.floor).join();
        },
        (at) => places.has(at),
      );
      await page.keyboard.press("Control+Enter");
      const label =
        places.size === 1 ? "Keep a synapse" : `Keep ${places.size} synapses`;
      await page.getByText(label).first().waitFor();

      const file = await downloaded(page, () =>
        panel(page).getByRole("button", { name: "Export CSV" }).press("Enter"),
      );
      expect(file.text.trimEnd().split("\n").length).toBe(outputs.partners + 1);
      expect(file.text).toContain(`'${from},outputs,'${to},`);

      // The partner comes into the selection, both become one, and what they have with each other is with itself.
      await panel(page).getByRole("grid", { name: "Partners" }).focus();
      await page.keyboard.press("Space");
      await panel(page)
        .getByRole("button", { name: "Ask about all 2 selected" })
        .waitFor();
      await counted(page, outputs);
      await page.keyboard.press("m");
      const merged = countsOf(wires, "outputs", [from, to]);
      expect(merged.itself).toBeGreaterThanOrEqual(between.length);
      await counted(page, merged);
      await rows(page)
        .filter({ hasText: "itself" })
        .filter({ hasText: String(merged.itself) })
        .waitFor();
      // So are the synapses of the layer: those between the two, and those that each had with itself.
      await synapses(page)
        .getByText(`${many(merged.itself, "synapse")} to ${to}`)
        .waitFor();
      expect(await violations(page, OWN)).toEqual({});

      // The panel of merges names the types of both, and the viewer's own lists do.
      const typeOf = (id: bigint) =>
        server.cells.find((cell) => cell.id === id)!.type!;
      const types = [...new Set([typeOf(from), typeOf(to)])];
      const type = types.length > 1 ? `Mixed: ${types.join(", ")}` : types[0];
      await page.keyboard.press("q");
      await page
        .getByRole("region", { name: "Merges", exact: true })
        .getByRole("gridcell", { name: type, exact: true })
        .waitFor();
      // The panel above is closed, and the keys go on in this one.
      await panel(page).getByRole("grid", { name: "Partners" }).focus();
      await page.keyboard.press("q");
      await page
        .getByRole("region", { name: "Merges", exact: true })
        .waitFor({ state: "detached" });
      await eventually(
        () => labelOf(page, from),
        (label) => label?.startsWith(`${type} · cell`) === true,
      );

      // On to a partner, and back.
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await panel(page)
        .getByText(/^2 merged$/)
        .waitFor({ state: "detached" });
      await page.keyboard.press("Backspace");
      await counted(page, merged);

      expect(faults).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  });

  it("show their synapses in a layer that a link carries without a place of them, that is hidden, and that says why it is empty", async () => {
    const server = await NeuprintServer.start();
    const context = await newContext();
    try {
      const { wires, neuprint } = server;
      const { page, faults } = await openWatched(context, server.origin, {
        allow: [/502 \(Bad Gateway\)/],
      });
      await page.goto(server.origin);
      await chooseDemo(page);
      const [from, to] = busiest(wires);
      const between = wires.filter(
        (wire) => wire.from === from && wire.to === to,
      );
      const all = `${many(between.length, "synapse")} to ${to}`;
      await page.keyboard.press("c");
      await goToCell(page, from);
      await panel(page).getByRole("grid").or(noInputs(page)).first().waitFor();
      await page.keyboard.press("o");
      await counted(page, countsOf(wires, "outputs", [from]));
      await page.keyboard.press("j");
      await page.keyboard.press("v");
      await synapses(page).getByText(all, { exact: true }).waitFor();
      const source = `clio://synapses/demo?side=outputs&of=${from}&partner=${to}`;
      expect(await synapseLayer(page)).toEqual(
        jasmine.objectContaining({
          ...{ type: "clio-synapses", name: "synapses", source },
          linkedSegmentationLayer: { from: "supervoxels", to: "supervoxels" },
        }),
      );
      await page.keyboard.press("n");
      await synapses(page).getByText(`1 of ${all}`).waitFor();

      // They are there again after a reload, are turned to by a click, and can be hidden.
      await page.reload();
      await synapses(page).getByText(all, { exact: true }).waitFor();
      const { position } = (await viewerState(page)) as { position: number[] };
      const [x, y, z] = position.map(Math.floor);
      const current = synapses(page).getByText(`1 of ${all}`);
      await eventually(
        async () => {
          // They are known a while before they are drawn, and only then can one be clicked.
          await clickVoxel(page, [x, y, z]);
          return current.isVisible();
        },
        (isLookedAt) => isLookedAt,
      );
      await page.reload();
      await synapses(page).getByText(all, { exact: true }).waitFor();
      const listed = page.locator(".neuroglancer-layer-item", {
        hasText: "synapses",
      });
      await listed.click();
      await synapses(page).getByText("(the layer is hidden)").waitFor();
      await listed.click();
      await synapses(page).getByText(all, { exact: true }).waitFor();

      // Whoever may not ask sees why, and the places as soon as they may.
      const link = new URL(page.url());
      const other = busiest(wires.filter((wire) => wire.from !== from));
      const hash = decodeURIComponent(link.hash)
        .replaceAll(`of=${from}`, `of=${other[0]}`)
        .replaceAll(`partner=${to}`, `partner=${other[1]}`);
      neuprint.fault = (response) => response.writeHead(401).end("{}");
      const guest = await openWatched(context, server.origin, {
        allow: [/502 \(Bad Gateway\)/],
      });
      await guest.page.goto(`${link.origin}/${hash}`);
      await synapses(guest.page)
        .getByText("neuPrint does not let this server in.")
        .waitFor();
      await guest.page
        .getByText("Layer “synapses” cannot be reached")
        .waitFor();
      expect(await violations(guest.page, OWN)).toEqual({});
      neuprint.fault = undefined;
      await synapses(guest.page)
        .getByRole("button", { name: "Try again" })
        .press("Enter");
      const theirs = wires.filter(
        (wire) => wire.from === other[0] && wire.to === other[1],
      );
      await synapses(guest.page)
        .getByText(`${many(theirs.length, "synapse")} to ${other[1]}`)
        .waitFor();
      await synapses(guest.page)
        .getByRole("button", { name: "Take the layer of synapses out" })
        .press("Enter");
      await eventually(
        () => synapseLayer(guest.page),
        (layer) => layer === undefined,
      );
      expect([...faults, ...guest.faults]).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  });

  it("say what is wrong with neuPrint and what to do, and go on where they were when it is back", async () => {
    const server = await NeuprintServer.start();
    const context = await newContext();
    try {
      const { wires, neuprint } = server;
      const { page, faults } = await openWatched(context, server.origin, {
        allow: [/502 \(Bad Gateway\)/, /504 \(Gateway Timeout\)/],
      });
      await page.goto(server.origin);
      await chooseDemo(page);
      const [, to] = busiest(wires);
      await page.keyboard.press("c");
      await goToCell(page, to);
      await counted(page, countsOf(wires, "inputs", [to]));
      const again = panel(page).getByRole("button", { name: "Try again" });
      const grid = panel(page).getByRole("grid", { name: "Partners" });
      const breakDown = async (
        [status, answer]: readonly [number, string],
        act: () => Promise<unknown>,
        what: string,
        next: string,
      ) => {
        neuprint.fault = (response) => response.writeHead(status).end(answer);
        await act();
        await panel(page).getByText(what).waitFor();
        await panel(page).getByText(next).waitFor();
        // No row of before stands beside it, and no count.
        expect(await grid.isHidden()).toBeTrue();
        expect(
          await panel(page).locator(".clio-connections-status").textContent(),
        ).toBe("");
      };
      await breakDown(
        [503, ""],
        () => page.keyboard.press("o"),
        "The neuPrint server does not answer.",
        "Try again later",
      );
      expect(await violations(page, OWN)).toEqual({});
      const retry = () => again.press("Enter");
      for (const [status, answer, what, next] of [
        [
          504,
          "",
          "longer to answer than the server waits",
          "Select fewer cells",
        ],
        [200, '{"rows":[]}', "does not understand it", "Nothing of the answer"],
        [400, "{}", "neuPrint failed at the question", "server's log says"],
        [401, "{}", "does not let this server in", "With a token of your own"],
      ] as const) {
        await breakDown([status, answer], retry, what, next);
      }

      // A token of one's own that is wrong, and the right one.
      neuprint.fault = undefined;
      const token = panel(page).getByLabel("Your neuPrint token");
      await token.focus();
      await page.keyboard.type("expired");
      await page.keyboard.press("Enter");
      await panel(page).getByText("neuPrint refuses your token.").waitFor();
      expect(await violations(page, OWN)).toEqual({});
      const own = "a-token-of-my-own";
      neuprint.tokens.add(own);
      await token.focus();
      await page.keyboard.type(own);
      await page.keyboard.press("Enter");
      const outputs = countsOf(wires, "outputs", [to]);
      if (outputs.partners > 0) await counted(page, outputs);
      else await panel(page).getByText("neuPrint knows no outputs").waitFor();
      expect(neuprint.asked.at(-1)!.token).toBe(own);
      expect(server.printed).not.toContain(own);
      expect(faults).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  });

  it("of a cell with 100,000 partners are counted whole, filtered, sorted and walked to the end", async () => {
    const count = 100_000;
    const server = await NeuprintServer.start(busyCell(count));
    const context = await newContext();
    try {
      const { page, faults } = await openWatched(context, server.origin);
      await page.goto(server.origin);
      await chooseDemo(page);
      await page.keyboard.press("c");
      await goToCell(page, BUSY_CELL);
      await panel(page).getByText("neuPrint knows no inputs").waitFor();
      await page.keyboard.press("o");
      await counted(page, { partners: count, connections: 1.5 * count });
      expect(await rows(page).count()).toBeLessThan(100);

      // Those with two connections are every second one; of one type those with an even number have two, and those with an odd one have one.
      const says = (text: string) =>
        panel(page)
          .locator(".clio-connections-status")
          .getByText(text)
          .waitFor();
      const text = panel(page).getByLabel("Filter the partners");
      await text.fill("many7_");
      await says(
        "2,000 of 100,000 partners · 2,000 of 150,000 connections (1.3 %)",
      );
      await text.fill("many8_");
      await says(
        "2,000 of 100,000 partners · 4,000 of 150,000 connections (2.7 %)",
      );
      await text.fill("");
      await panel(page).getByLabel("Connections at least").fill("2");
      await says("50,000 of 100,000 partners · 100,000 of 150,000 connections");
      await panel(page).getByLabel("Connections at least").fill("1");
      await panel(page)
        .getByRole("columnheader", { name: "Name" })
        .getByRole("button")
        .first()
        .click();
      // To put a hundred thousand names in order takes a while, in which they are filtered as before.
      await text.fill("many7_");
      await says("2,000 of 100,000 partners · 2,000 of 150,000 connections");
      await text.fill("");
      await rows(page).first().filter({ hasText: "many0_0" }).waitFor();
      await panel(page).getByRole("grid", { name: "Partners" }).focus();
      await page.keyboard.press("End");
      await rows(page)
        .and(page.locator('[aria-current="true"]'))
        .filter({ hasText: "many49_99999" })
        .waitFor();
      expect(faults).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  });
});
