import { readFileSync } from "node:fs";
import path from "node:path";
import {
  localStories,
  newPage,
  origin,
  storyData,
} from "../../../../config/stories/harness.js";
import type {
  AnnotationRecord,
  VoxelPosition,
} from "../../model/annotation.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import { hasFocus } from "../testing/keyboard.js";
import {
  demoState,
  eventually,
  marksPanel,
  openState,
  sandboxOf,
} from "../testing/marks_page.js";
import { marksTable, openTable, putMarks } from "../testing/table_page.js";

interface Place {
  readonly position: VoxelPosition;
  readonly supervoxel: string;
}

/** Places of the demo volume whose supervoxels are known. */
function knownPlaces(): Place[] {
  const file = path.join(storyData(), "volumes/demo/truth.json");
  const truth = JSON.parse(readFileSync(file, "utf8")) as {
    organelles: Place[];
  };
  return truth.organelles;
}

function source(server = origin()): string {
  return `precomputed://${server}/volumes/demo/supervoxels`;
}

/** @param equivalences supervoxels that are merged in the view */
function stateWithSegments(equivalences: readonly string[][] = []) {
  const state = demoState();
  const supervoxels = {
    type: "segmentation",
    source: source(),
    name: "supervoxels",
    equivalences,
  };
  return { ...state, layers: [...state.layers, supervoxels] };
}

/** A line between each two places that follow each other. */
function linesBetween(places: readonly Place[]): AnnotationRecord[] {
  return places.slice(1).map((to, i) => ({
    id: `00000000-0000-4000-8000-${String(i + 1).padStart(12, "0")}`,
    kind: "line",
    ends: [places[i].position, to.position],
    description: `line ${i + 1}`,
    tags: [],
    checked: false,
    user: LOCAL_USER,
    created: 1_700_000_000_000 - i,
    modified: 1_700_000_000_000,
  }));
}

// They are in volumes that the server has.
describe("The segments under marks", () => {
  it("are looked up in the background, exactly, also once a server that was away is back", async () => {
    const places = knownPlaces().slice(0, 41);
    // Ids that a number cannot hold: whoever makes numbers of them fails here.
    expect(
      places.every(({ supervoxel }) => BigInt(supervoxel) > 2n ** 53n),
    ).toBeTrue();
    const { page } = await newPage({ allow: [/net::ERR_FAILED/] });
    await page.route("**/v2/datasets", async (route) => {
      const response = await route.fetch();
      const datasets = (await response.json()) as { demo: object };
      const demo = { ...datasets.demo, tag: "v1.2" };
      await route.fulfill({ response, json: { ...datasets, demo } });
    });
    await openState(page, stateWithSegments());
    const chunks = /\/volumes\/demo\/supervoxels\//;
    let refused = 0;
    await page.route(chunks, (route) => {
      ++refused;
      return route.abort();
    });
    const lines = linesBetween(places);
    await putMarks(page, lines);
    await eventually(
      () => Promise.resolve(refused),
      (count) => count > 0,
    );
    await page.unroute(chunks);
    const { records } = await eventually(
      () => sandboxOf(page),
      ({ records }) => records.every(({ segments }) => segments !== undefined),
      60_000,
    );
    const found = new Map(records.map(({ id, segments }) => [id, segments]));
    expect(lines.map(({ id }) => found.get(id))).toEqual(
      lines.map((_, i) => ({
        source: source(),
        version: "v1.2",
        supervoxels: [places[i].supervoxel, places[i + 1].supervoxel],
      })),
    );
    expect(
      records.every(({ modified }) => modified === 1_700_000_000_000),
    ).toBeTrue();
  });
});

localStories("The segments under marks", () => {
  it("are shown with the body that merges in the view have made of them", async () => {
    const [a] = knownPlaces();
    const b = knownPlaces().find(
      ({ supervoxel }) => supervoxel !== a.supervoxel,
    )!;
    const { page } = await newPage();
    await openState(page, stateWithSegments([[a.supervoxel, b.supervoxel]]));
    await putMarks(page, linesBetween([a, b]));
    await openTable(page, 1);
    await marksTable(page).focus();
    await page.keyboard.press("j");
    const shown = marksPanel(page).getByRole("list", { name: "Segments" });
    await shown.waitFor();
    const text = await shown.innerText();
    const [body, merged] = [a.supervoxel, b.supervoxel].sort();
    expect(text).toContain(`merged from ${merged}`);
    expect(text).not.toContain(`merged from ${body}`);
    expect(text.split(body).length - 1).toBe(2);
    // Shown and hidden again by keys: the button is made anew each time, and keeps the focus.
    const toggle = shown.getByRole("button").first();
    await toggle.focus();
    for (const pressed of ["true", "false"]) {
      await page.keyboard.press("Enter");
      await eventually(
        () => toggle.getAttribute("aria-pressed"),
        (now) => now === pressed,
      );
      expect(await hasFocus(toggle)).toBeTrue();
    }
  });
});
