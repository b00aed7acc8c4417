import { readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { violations } from "../../../config/stories/axe.js";
import { downloaded } from "../../../config/stories/downloaded.js";
import {
  clickVoxel,
  needsMedulla,
  newPage,
  origin,
  sharedPath,
  showVoxel,
  storyData,
  type Voxel,
  viewerState,
} from "../../../config/stories/harness.js";
import {
  chooseDataset,
  COMPARED,
  mergesCounted,
  mergesPanel,
  mergesReady,
  openState,
  OWN,
  plainState,
  removeMerges,
  segmentsSeen,
  selected,
  selectSegments,
  someVoxels,
  timeToMerged,
  wholesSeen,
} from "./testing/merge_page.js";
import {
  labelsIn,
  type Overlaps,
  overlapsOf,
  type Variation,
  variationOf,
} from "./testing/variation.js";

const MEDULLA = "fibsem-medulla-ts2";

/** From this share of a supervoxel in one body on it is taken for a part of that body alone. */
const PURE = 0.9;

/** The pairs of supervoxels that touch, lie in one true body, and in hardly any other: those that can be merged rightly. */
function trueMerges(): string[][] {
  const table = sharedPath("data", MEDULLA, "overseg_contacts.csv")!;
  const [, ...lines] = readFileSync(table, "utf8").trim().split("\n");
  return lines
    .map((line) => line.split(","))
    .filter(([, , , same, purity]) => same === "1" && Number(purity) >= PURE)
    .map(([a, b]) => [a, b]);
}

/** The main of every segment of pairs, by plain sets: the first segment of the last pair of its set. */
function mainsOf(pairs: readonly string[][]): Map<string, string> {
  const sets = new Map<string, { main: string; ids: string[] }>();
  for (const [onto, merged] of pairs) {
    const all = new Set(
      [onto, merged].map((id) => sets.get(id) ?? { main: id, ids: [id] }),
    );
    const set = { main: onto, ids: [...all].flatMap(({ ids }) => ids) };
    for (const id of set.ids) sets.set(id, set);
  }
  return new Map([...sets].map(([id, { main }]) => [id, main]));
}

/** How many voxels each supervoxel shares with each true body, which is what the table of supervoxels says too. */
function trueOverlaps(): Overlaps {
  const file = (name: string) => sharedPath("data", MEDULLA, name)!;
  const overlaps = overlapsOf(
    labelsIn(file("overseg.raw.gz")),
    labelsIn(file("gt_body.raw.gz")),
  );
  const table = readFileSync(file("overseg_supervoxel_to_body.csv"), "utf8");
  const [, ...lines] = table.trim().split("\n");
  expect(lines.length).toBe(overlaps.size);
  for (const line of lines) {
    const [id, voxels, body, fraction] = line.split(",").map(Number);
    const of = overlaps.get(id)!;
    const all = [...of.values()].reduce((sum, count) => sum + count, 0);
    expect(all).withContext(`voxels of ${id}`).toBe(voxels);
    expect(of.get(body)! / all).toBeCloseTo(fraction, 3);
  }
  return overlaps;
}

function inBits({ split, merged }: Variation): string {
  return `${(split + merged).toFixed(3)} bits (${split.toFixed(3)} split, ${merged.toFixed(3)} merged)`;
}

interface Place {
  readonly position: Voxel;
  readonly supervoxel: string;
}

/** Places of the demo volume in different supervoxels, in one slice each. */
function demoPlaces(count: number): Place[] {
  const file = path.join(storyData(), "volumes/demo/truth.json");
  const { organelles } = JSON.parse(readFileSync(file, "utf8")) as {
    organelles: Place[];
  };
  const places = new Map(organelles.map((each) => [each.supervoxel, each]));
  return [...places.values()].slice(0, count);
}

/** The voxels of the demo volume's supervoxels, as it says them itself. */
function demoSizes(): Map<string, number> {
  const file = "volumes/demo/supervoxels/segment_properties/info";
  const { inline } = JSON.parse(
    readFileSync(path.join(storyData(), file), "utf8"),
  ) as { inline: { ids: string[]; properties: [{ values: number[] }] } };
  const [{ values }] = inline.properties;
  return new Map(inline.ids.map((id, i) => [id, values[i]]));
}

const banner = (page: Page) => page.getByRole("region", { name: "Merge mode" });

describe("Merging", () => {
  it("is done, taken apart, commented, removed, undone and cleared by keyboard alone, and in order for a screen reader", async () => {
    const { page } = await newPage();
    await chooseDataset(page, "demo");
    const ids = demoPlaces(4).map(({ supervoxel }) => supervoxel);
    const panel = mergesPanel(page);
    await page.keyboard.press("q");
    await panel.getByText("No merges yet").waitFor();
    expect(await violations(page, OWN)).toEqual({});

    await selectSegments(page, ids.slice(0, 3));
    await page.keyboard.press("t");
    await banner(page)
      .getByRole("button", { name: `Merge 3 into ${ids[0]}` })
      .waitFor();
    expect(await violations(page, OWN)).toEqual({});
    await page.keyboard.press("m");
    await selected(page, [ids[0]]);
    await page.keyboard.press("Shift+M");
    await selected(page, ids.slice(0, 3));
    await page.keyboard.press("m");
    await selected(page, [ids[0]]);
    await page.keyboard.press("Escape");
    await banner(page).waitFor({ state: "detached" });

    await page.keyboard.press("j");
    await panel.getByRole("textbox", { name: "Comment" }).waitFor();
    expect(await violations(page, OWN)).toEqual({});
    await page.keyboard.press("c");
    await page.keyboard.type("the same axon");
    await page.keyboard.press("Enter");
    await panel.getByRole("gridcell", { name: "the same axon" }).waitFor();
    await page.keyboard.press("Delete");
    await mergesCounted(page, "0 merges");
    await page.keyboard.press("Control+Z");
    await panel.getByRole("gridcell", { name: "the same axon" }).waitFor();

    const rule = panel.getByRole("combobox", { name: "Main" });
    await rule.selectOption("largest");
    await page.reload();
    await mergesReady(page);
    await mergesCounted(page, "1 merge");
    await panel.getByRole("gridcell", { name: "the same axon" }).click();
    await panel.getByRole("button", { name: `Take ${ids[1]} out` }).click();
    await selected(page, [ids[0], ids[1]]);

    // The rule is the person's, and kept.
    expect(await rule.inputValue()).toBe("largest");
    const voxels = ids.map((id) => demoSizes().get(id)!);
    const wholes = new Map([
      [ids[3], voxels[3]],
      [ids[0], voxels[0] + voxels[2]],
      [ids[1], voxels[1]],
    ]);
    const [[largest]] = [...wholes].sort(([, a], [, b]) => b - a);
    await selectSegments(page, [...wholes.keys()]);
    await page.keyboard.press("t");
    await banner(page)
      .getByRole("button", { name: `Merge 3 into ${largest}` })
      .waitFor();
    await banner(page)
      .getByRole("listitem")
      .filter({ hasText: `${largest}` })
      .getByText("largest")
      .waitFor();
    expect(await violations(page, OWN)).toEqual({});
    await page.keyboard.press("m");
    await selected(page, [largest]);
    await page.keyboard.press("Escape");
    await mergesCounted(page, "2 merges");
    const all = voxels.reduce((sum, each) => sum + each, 0);
    await panel
      .getByRole("gridcell", { name: all.toLocaleString("en") })
      .first()
      .waitFor();

    await panel.getByRole("button", { name: "Clear" }).click();
    const dialog = page.getByRole("dialog", { name: "Clear all merges?" });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await mergesCounted(page, "2 merges");
    await panel.getByRole("button", { name: "Clear" }).click();
    await dialog.getByRole("button", { name: "Clear all merges" }).click();
    await mergesCounted(page, "0 merges");
    await page.keyboard.press("Control+Z");
    await mergesCounted(page, "2 merges");
  });

  it("takes in all true merges of a volume from a file at once, refuses a wrong file as a whole, and saves what there is", async () => {
    needsMedulla();
    const { page } = await newPage();
    await chooseDataset(page, MEDULLA);
    await page.keyboard.press("q");
    const panel = mergesPanel(page);
    await panel.getByText("No merges yet").waitFor();
    const file = panel.getByLabel("File of merges");
    const choose = (name: string, text: string) =>
      file.setInputFiles({
        name,
        mimeType: "text/plain",
        buffer: Buffer.from(text),
      });
    await choose("wrong.csv", "a,b\n5,12\n5,18446744073709551616\n");
    const refused = page.getByRole("dialog", { name: "Import merges" });
    await refused
      .getByText("In line 3, column 2, b: 18446744073709551616, expected")
      .waitFor();
    expect(await violations(page, [...OWN, ".clio-dialog"])).toEqual({});
    await page.keyboard.press("Escape");
    await mergesCounted(page, "0 merges");

    const pairs = trueMerges();
    expect(pairs.length).toBe(5729);
    const mains = mainsOf(pairs);
    const overlaps = trueOverlaps();
    const segments = [...overlaps.keys()].map(String);
    /** How far what is seen is from the true bodies. */
    const variation = async () => {
      const seen = await wholesSeen(page, segments);
      const wholes = new Map(segments.map((id, i) => [Number(id), seen[i]]));
      return variationOf(overlaps, (id) => wholes.get(id)!);
    };
    const apart = variationOf(overlaps, String);
    const together = variationOf(
      overlaps,
      (id) => mains.get(String(id)) ?? String(id),
    );
    expect(await variation()).toEqual(apart);
    const voxels = someVoxels(COMPARED);
    const before = await segmentsSeen(page, "supervoxels", voxels);
    const lines = [...pairs, ["7", "7"], pairs[0]].map((ids) => ids.join(","));
    const seconds = await timeToMerged(page, pairs, () =>
      choose("true_merges.csv", `a,b\n${lines.join("\n")}\n`),
    );
    console.log(
      `Clio: ${pairs.length} merges from a file are on the screen after ${seconds.toFixed(2)} s.`,
    );
    expect(await segmentsSeen(page, "supervoxels", voxels)).toEqual(
      before.map((id) => mains.get(id) ?? id),
    );
    const after = await variation();
    expect(after.split).toBeCloseTo(together.split, 10);
    expect(after.merged).toBeCloseTo(together.merged, 10);
    // Pure pairs alone were joined: what was split is whole, and hardly anything is one that should not be.
    expect(after.split).toBeLessThan(apart.split / 2);
    expect(after.merged - apart.merged).toBeLessThan(0.05);
    console.log(
      `Clio: the merges of the table take the variation of information from ${inBits(apart)} to ${inBits(after)}.`,
    );
    await page
      .getByText(
        "Left out of the import: 1 of a segment and itself, and 1 that you have already or that repeat.",
      )
      .waitFor();
    await mergesCounted(
      page,
      `${new Set(mains.values()).size.toLocaleString("en")} merges`,
    );

    await panel.getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog", { name: "Export merges" });
    const { name, text } = await downloaded(page, () =>
      dialog.getByRole("button", { name: "Save as CSV" }).press("Enter"),
    );
    expect(name).toBe("clio-merges.csv");
    expect(text.trim().split("\r\n").length).toBe(1 + pairs.length);
    expect(text).toContain(`\r\n${pairs[0].join(",")},`);
    await page.keyboard.press("Control+Z");
    await mergesCounted(page, "0 merges");
    expect(await segmentsSeen(page, "supervoxels", voxels)).toEqual(before);
  });

  it("takes two clicks on selected segments in merge mode, notes the place, and leaves all else alone", async () => {
    const { page } = await newPage();
    await chooseDataset(page, "demo");
    const [first, second, other] = demoPlaces(3);
    await selectSegments(page, [first.supervoxel, second.supervoxel]);
    await page.keyboard.press("q");
    const click = async ({ position }: Place) => {
      await showVoxel(page, position);
      await clickVoxel(page, position);
    };
    // Out of merge mode a click merges nothing.
    await click(first);
    await click(second);
    await page.keyboard.press("t");
    await click(other);
    await click(first);
    await banner(page)
      .getByText(`that is one with ${first.supervoxel}`)
      .waitFor();
    await click(other);
    await selected(page, [first.supervoxel, second.supervoxel]);
    await click(second);
    await selected(page, [first.supervoxel]);
    await mergesCounted(page, "1 merge");
    await mergesPanel(page)
      .getByRole("gridcell", { name: second.supervoxel, exact: true })
      .click();
    await mergesPanel(page)
      .getByText(`decided at ${second.position.join(", ")}`)
      .waitFor();
    expect(await segmentsSeen(page, "supervoxels", [second.position])).toEqual([
      first.supervoxel,
    ]);
    expect(await segmentsSeen(page, "supervoxels", [other.position])).toEqual([
      other.supervoxel,
    ]);
  });

  it("gives a segmentation its merges and takes them away with their layer, and says so where it has a graph of its own", async () => {
    const { page } = await newPage();
    const [a, b] = demoPlaces(2).map(({ supervoxel }) => supervoxel);
    const state = (segmentation: object) => ({
      ...plainState,
      layers: [
        {
          type: "segmentation",
          name: "cells",
          source: `precomputed://${origin()}/volumes/demo/supervoxels`,
          ...segmentation,
        },
        {
          type: "clio-merge",
          name: "merges",
          source: "clio://merges/demo",
          segmentation: "cells",
        },
      ],
      clioMerges: { visible: true },
    });
    const sources = async () => {
      const { layers } = await viewerState(page);
      const [cells] = layers as { source: string | string[] }[];
      return JSON.stringify(cells.source);
    };
    await openState(page, state({ equivalences: [[a, b]] }));
    await mergesPanel(page)
      .getByText("The layer cells has equivalences of its own from the link.")
      .waitFor();
    expect(await sources()).not.toContain("merges");
    expect(await violations(page, OWN)).toEqual({});
    await mergesPanel(page)
      .getByRole("button", { name: "Import them" })
      .click();
    await mergesReady(page);
    await mergesCounted(page, "1 merge");
    expect(await sources()).toContain("clio://merges/demo");
    expect(JSON.stringify(await viewerState(page))).not.toContain(
      "equivalences",
    );
    const { position } = demoPlaces(2)[1];
    const [oldest] = [a, b].toSorted((a, b) =>
      BigInt(a) < BigInt(b) ? -1 : 1,
    );
    expect(await segmentsSeen(page, "cells", [position])).toEqual([oldest]);
    await mergesPanel(page).getByRole("button", { name: "Clear" }).click();
    await page
      .getByRole("dialog", { name: "Clear all merges?" })
      .getByRole("button", { name: "Clear all merges" })
      .click();
    await mergesCounted(page, "0 merges");

    await page.goto("about:blank");
    await openState(page, state({}));
    await mergesReady(page);
    await mergesPanel(page).getByText("No merges yet").waitFor();
    expect(await sources()).toContain("clio://merges/demo");
    await removeMerges(page);
    await mergesPanel(page)
      .getByText("There is no layer of merges in this view")
      .waitFor();
    expect(await sources()).not.toContain("merges");
  });
});
