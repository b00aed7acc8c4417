import type { Page } from "playwright-core";
import {
  clickVoxel,
  localStories,
  newPage,
  viewerReady,
  type Voxel,
} from "../../../../config/stories/harness.js";
import type { AnnotationKind } from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import {
  demoState,
  eventually,
  openState,
  pixelOf,
} from "../testing/marks_page.js";
import {
  drawnShapes,
  drawShape,
  pointAtMark,
  storedShapes,
} from "../testing/shapes_page.js";

const A: Voxel = [100, 110, 64];
const B: Voxel = [140, 130, 64];
const C: Voxel = [120, 150, 64];
/** What marks are moved by, in voxels. */
const RIGHT = 11;
const DOWN = -6;

/** Where each kind is taken hold of, and what it is when that was moved. */
interface Drag {
  kind: AnnotationKind;
  clicks: readonly Voxel[];
  part: string;
  at: Voxel;
  becomes: MarkGeometry;
}

const DRAGS: readonly Drag[] = [
  {
    kind: "line",
    clicks: [A, B],
    part: "whole, by its middle",
    at: [120, 120, 64],
    becomes: {
      kind: "line",
      ends: [
        [111, 104, 64],
        [151, 124, 64],
      ],
    },
  },
  {
    kind: "line",
    clicks: [A, B],
    part: "by one end",
    at: B,
    becomes: { kind: "line", ends: [[...A], [151, 124, 64]] },
  },
  {
    kind: "polyline",
    clicks: [A, B, C],
    part: "by one vertex",
    at: B,
    becomes: {
      kind: "polyline",
      vertices: [[...A], [151, 124, 64], [...C]],
    },
  },
  {
    kind: "polyline",
    clicks: [A, B, C],
    part: "whole, by a piece of it",
    at: [130, 140, 64],
    becomes: {
      kind: "polyline",
      vertices: [
        [111, 104, 64],
        [151, 124, 64],
        [131, 144, 64],
      ],
    },
  },
  {
    kind: "sphere",
    clicks: [A, B],
    part: "by one end, about the other",
    at: B,
    becomes: { kind: "sphere", ends: [[...A], [151, 124, 64]] },
  },
  {
    kind: "sphere",
    clicks: [A, B],
    part: "whole, by its diameter",
    at: [120, 120, 64],
    becomes: {
      kind: "sphere",
      ends: [
        [111, 104, 64],
        [151, 124, 64],
      ],
    },
  },
  {
    kind: "box",
    clicks: [A, B],
    part: "by one corner",
    at: A,
    becomes: { kind: "box", corners: [[111, 104, 64], [...B]] },
  },
  {
    kind: "box",
    clicks: [A, B],
    part: "whole, by one side",
    at: [120, 110, 64],
    becomes: {
      kind: "box",
      corners: [
        [111, 104, 64],
        [151, 124, 64],
      ],
    },
  },
  {
    kind: "ellipsoid",
    clicks: [A, B],
    part: "by the tip of an axis",
    at: [139, 110, 64],
    becomes: {
      kind: "ellipsoid",
      center: [...A],
      // Across the slice the mean of 40 and 20 voxels.
      radii: [51, 20, 30],
    },
  },
];

async function moveMouseBy(page: Page, from: Voxel): Promise<void> {
  const [x, y, z] = from;
  const half = await pixelOf(page, [x + 5, y - 3, z]);
  const end = await pixelOf(page, [x + RIGHT, y + DOWN, z]);
  await page.mouse.move(half.x, half.y);
  await page.mouse.move(end.x, end.y);
}

async function stored(
  page: Page,
  found: (shapes: MarkGeometry[]) => boolean,
): Promise<MarkGeometry[]> {
  return eventually(() => storedShapes(page), found);
}

localStories("Moving", () => {
  for (const { kind, clicks, part, at, becomes } of DRAGS) {
    it(`moves a ${kind} ${part}, by whole voxels and for good`, async () => {
      const { page } = await newPage();
      await openState(page, demoState());
      await drawShape(page, kind, clicks);
      const [before] = await storedShapes(page);
      await pointAtMark(page, at);
      await page.keyboard.down("Alt");
      await page.mouse.down();
      await moveMouseBy(page, at);
      // Drawn ahead, with its measure, and not stored yet.
      expect((await drawnShapes(page)).length).toBe(1);
      expect(await storedShapes(page)).toEqual([before]);
      expect(await page.locator(".clio-measure").count()).toBe(1);
      await page.mouse.up();
      await page.keyboard.up("Alt");
      const [after] = await stored(
        page,
        ([shape]) => JSON.stringify(shape) !== JSON.stringify(before),
      );
      expect(after).toEqual(becomes);
      await page.reload();
      await viewerReady(page);
      const drawn = await eventually(
        () => drawnShapes(page),
        (shapes) => shapes.length === 1,
      );
      expect(drawn).toEqual([becomes]);
    });
  }

  it("takes back what is on its way by Escape", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await drawShape(page, "line", [A, B]);
    const before = await storedShapes(page);
    await pointAtMark(page, B);
    await page.keyboard.down("Alt");
    await page.mouse.down();
    await moveMouseBy(page, B);
    expect(await drawnShapes(page)).not.toEqual(before);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await page.keyboard.up("Alt");
    expect(await drawnShapes(page)).toEqual(before);
    expect(await storedShapes(page)).toEqual(before);
  });

  it("takes hold of a mark by a key and lets go of it by a click, where Alt is taken", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await drawShape(page, "line", [A, B]);
    await pointAtMark(page, B);
    await page.keyboard.press("g");
    await moveMouseBy(page, B);
    await page.mouse.down();
    await page.mouse.up();
    const [after] = await stored(
      page,
      ([shape]) => shape.kind === "line" && shape.ends[1][0] === B[0] + RIGHT,
    );
    expect(after).toEqual({ kind: "line", ends: [[...A], [151, 124, 64]] });
    // The click was for letting go, and the next one is for the view again.
    await clickVoxel(page, A);
    expect(await storedShapes(page)).toEqual([after]);
  });
});
