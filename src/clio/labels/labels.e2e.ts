import { readFileSync } from "node:fs";
import path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import {
  AccountServer,
  type PersonName,
} from "../../../config/stories/account_server.js";
import { violations } from "../../../config/stories/axe.js";
import { eventually } from "../../../config/stories/eventually.js";
import { npyOf } from "../../../config/stories/label_file.js";
import {
  chooseDemo,
  hoverVoxel,
  newContext,
  pageIn,
  storyData,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import type { Vec3 } from "../model/box.js";
import { readLabels } from "../volumes/testing/page.js";
import type { Store } from "../store/store.js";

/** An id that no number holds. */
const LARGE = 18_446_744_073_709_551_557n;

const SIZE = [70, 60, 40] as const;
const OFFSET = [91, 102, 47] as const;
const MIDDLE: Vec3 = [126, 132, 67];

/** What a program paints: two blocks, that of the large id around MIDDLE. */
function painted(): BigUint64Array {
  const [x, y, z] = SIZE;
  const voxels = new BigUint64Array(x * y * z);
  for (let k = 0, at = 0; k < z; k++)
    for (let j = 0; j < y; j++)
      for (let i = 0; i < x; i++, at++)
        if (i >= 20 && i < 50 && j > 10 && j < 50 && k > 5 && k < 35)
          voxels[at] = LARGE;
        else if (i > 60) voxels[at] = 7n;
  return voxels;
}

const labelAt = ([x, y, z]: Vec3): bigint | undefined => {
  const [i, j, k] = [x - OFFSET[0], y - OFFSET[1], z - OFFSET[2]];
  const isInside = [i, j, k].every((n, axis) => n >= 0 && n < SIZE[axis]);
  // Before the volume the written one has background, for its coarser scales; beyond it there is nothing.
  return isInside ? painted()[(k * SIZE[1] + j) * SIZE[0] + i] : undefined;
};

/** Both sides of every border of the blocks along each axis, and the middle. */
const PLACES: readonly Vec3[] = [
  MIDDLE,
  ...[110, 111, 140, 141, 151, 152, 160].map((x): Vec3 => [x, 132, 67]),
  ...[112, 113, 151, 152].map((y): Vec3 => [126, y, 67]),
  ...[52, 53, 81, 82].map((z): Vec3 => [126, 132, z]),
  [91, 102, 47],
];

const panel = (page: Page) =>
  page.getByRole("region", { name: "Labels", exact: true });

const dialog = (page: Page, name: string) =>
  page.getByRole("dialog", { name, exact: true });

/** Drops a file onto the view, as from a folder of the machine. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], name));
      return data;
    },
    { name, base64: bytes.toString("base64") },
  );
  const view = page.locator(".neuroglancer-rendered-data-panel").first();
  for (const type of ["dragover", "drop"])
    await view.dispatchEvent(type, { dataTransfer: transfer });
}

/** The dataset's own fields of each mark of Ada's. */
function fieldsOf(page: Page): Promise<Record<string, unknown>[]> {
  return page.evaluate(async (user) => {
    const { clio } = window as unknown as { clio: { store: Store } };
    const blob = await clio.store.export({ user, dataset: "demo" });
    const { records } = JSON.parse(await blob.text()) as {
      records: { fields?: Record<string, unknown> }[];
    };
    return records.map((record) => record.fields ?? {});
  }, "ada@lab.org");
}

/** What the console says of a server that refuses, which is a part of the story. */
const refused = [/Failed to load resource/];

describe("Labels that another program has painted", () => {
  let server: AccountServer;
  beforeAll(async () => {
    server = await AccountServer.startGroup();
    for (const who of ["ada", "bob"])
      await server.join(`${who}@lab.org`, "lab");
  }, 60_000);
  afterAll(() => server.close());

  /** The demo dataset, opened by somebody who signs in. */
  async function open(
    context: BrowserContext,
    person: PersonName,
  ): Promise<Page> {
    const { page } = await pageIn(context, { allow: refused });
    server.issuer!.next = person;
    await page.goto(server.origin);
    await chooseDemo(page);
    await page.getByRole("button", { name: "Sign in" }).first().click();
    await page.getByRole("button", { name: "Settings" }).waitFor();
    await viewerReady(page);
    return page;
  }

  it("come back by a drop, or are refused in words, lie where they were painted, tell marks apart, and are seen by their owner and whom they share them with", async () => {
    const page = await open(await newContext(), "ada");
    await page.keyboard.press("Alt+l");
    await panel(page).getByText("No labels yet").waitFor();
    const noLabels = path.join(storyData(), "volumes/demo/image/info");
    await drop(page, "wrong.npy", readFileSync(noLabels));
    await dialog(page, "Upload labels").waitFor();
    await page.keyboard.press("Enter");
    await panel(page)
      .getByText("wrong: the .npy file: expected a .npy file")
      .waitFor();
    await panel(page).getByRole("button", { name: "Dismiss" }).press("Enter");
    await panel(page).getByText("No labels yet").waitFor();
    await panel(page)
      .getByText(/^0 KiB of /)
      .waitFor();
    const file = npyOf(painted(), SIZE);
    await drop(page, "painted cells.npy", file);
    const asked = dialog(page, "Upload labels");
    await asked.getByLabel("First voxel").fill("1, 2");
    await page.keyboard.press("Enter");
    await asked.getByText("is not three whole numbers").waitFor();
    expect(await violations(page, [".clio-dialog"])).toEqual({});
    await asked.getByLabel("First voxel").fill(OFFSET.join(", "));
    await page.keyboard.press("Enter");
    const listed = panel(page).getByRole("list", { name: "Volumes of labels" });
    await listed.getByText(/^2 labels · 70 × 60 × 40 voxels/).waitFor();
    await viewerReady(page);
    expect(await violations(page, [".clio-side-panel"])).toEqual({});

    const found = await readLabels(page, "painted cells", PLACES);
    PLACES.forEach((place, i) => {
      expect(found[i] || undefined)
        .withContext(place.join())
        .toBe(labelAt(place) || undefined);
    });

    // A mark in the label, and one beside it; the label becomes a field of the marks, by keys alone.
    for (const voxel of [MIDDLE, [126, 132, 90]] as const) {
      await hoverVoxel(page, voxel);
      await page.keyboard.press("p");
    }
    await listed.getByRole("button", { name: "Label marks" }).press("Enter");
    const field = dialog(page, "Label marks").getByLabel("Field");
    expect(await field.inputValue()).toBe("painted_cells");
    await field.fill("cell");
    await page.keyboard.press("Enter");
    await panel(page).getByText("1 mark lies in a label").waitFor();
    expect(await fieldsOf(page)).toEqual(
      jasmine.arrayWithExactContents([{ cell: String(LARGE) }, {}]),
    );

    // A mark that is placed later gets its label too, until one stops it.
    await listed.getByText(/get their label in “cell”\.$/).waitFor();
    await hoverVoxel(page, [126, 132, 70]);
    await page.keyboard.press("p");
    await eventually(
      () => fieldsOf(page),
      (fields) =>
        fields.length === 3 &&
        fields.filter(({ cell }) => cell === String(LARGE)).length === 2,
    );
    await listed.getByRole("button", { name: "Stop labelling" }).press("Enter");
    await panel(page).getByText("Marks keep the labels that").waitFor();
    expect(await listed.getByText(/get their label/).count()).toBe(0);

    // Whoever has the link has the layer, and nothing to see in it.
    const bob = await open(await newContext(), "bob");
    const link = await page.evaluate(() => location.hash);
    const status = await bob.evaluate(async (link) => {
      const { layers } = JSON.parse(decodeURIComponent(link.slice(2))) as {
        layers: { name: string; source: string }[];
      };
      const { source } = layers.find(({ name }) => name.startsWith("painted"))!;
      location.hash = link;
      const url = source.replace("precomputed://", "");
      return (await fetch(`${url}/info`)).status;
    }, link);
    expect(status).toBe(404);
    // It carries that the panel is open.
    await panel(bob).getByText("No labels yet").waitFor();

    await listed.getByRole("button", { name: "Share" }).press("Enter");
    const share = dialog(page, "Share labels");
    await share.getByRole("checkbox", { name: "lab" }).press("Space");
    expect(await violations(page, [".clio-dialog"])).toEqual({});
    await share
      .getByRole("button", { name: "Share", exact: true })
      .press("Enter");
    await listed.getByText(/shared with lab/).waitFor();
    await bob.reload();
    await viewerReady(bob);
    await panel(bob)
      .getByText(/of ada@lab.org · shared with lab/)
      .waitFor();
    const [seen] = await readLabels(bob, "painted cells", [MIDDLE]);
    expect(seen).toBe(LARGE);
    expect(
      await panel(bob).getByRole("button", { name: "Delete" }).count(),
    ).toBe(0);

    await listed.getByRole("button", { name: "Rename" }).press("Enter");
    await dialog(page, "Rename labels").getByLabel("Name").fill("Cells");
    await page.keyboard.press("Enter");
    await listed.getByText("Cells", { exact: true }).waitFor();
    await listed.getByRole("button", { name: "Delete" }).press("Enter");
    const sure = dialog(page, "Delete labels");
    await sure.getByRole("button", { name: "Delete" }).press("Enter");
    await panel(page).getByText("No labels yet").waitFor();
    await eventually(
      async () => (await viewerState(page)).layers as { name: string }[],
      (layers) => !layers.some(({ name }) => name.startsWith("painted")),
    );
  });
});
