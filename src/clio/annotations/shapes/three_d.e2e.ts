import type { Page } from "playwright-core";
import {
  localStories,
  newPage,
  type Voxel,
} from "../../../../config/stories/harness.js";
import type { AnnotationKind } from "../../model/annotation.js";
import {
  anchorsOf,
  centerOf,
  type MarkGeometry,
} from "../../model/geometry.js";
import {
  deleteUnderMouse,
  demoState,
  eventually,
  markCount,
  openState,
} from "../testing/marks_page.js";
import {
  hoverIn3d,
  hoverMarkIn3d,
  pixelIn3d,
} from "../testing/three_d_page.js";
import {
  drawnShapes,
  storedShapes,
  toggleTool,
} from "../testing/shapes_page.js";

/** The slice is seen aslant, so that a pixel to the right leads along all three axes. */
const ASLANT = [0.35, -0.3, 0.1, 0.88];

/** Where the clicks go: pixels from the middle of the 3-D panel. */
const PIXELS = [
  { x: -56, y: -32 },
  { x: 48, y: 24 },
  { x: -16, y: 64 },
] as const;

/** What a drag moves by, in pixels. */
const DRAG = { x: 28, y: -20 };

function aslantState() {
  return {
    ...demoState(),
    layout: "xy-3d",
    showSlices: true,
    projectionScale: 250,
    projectionOrientation: ASLANT,
  };
}

/** What the clicks on these voxels are to be stored as, but for the radius of an ellipsoid that they say nothing of. */
function wanted(kind: AnnotationKind, [a, b, c]: Voxel[]): object {
  const [A, B, C] = [a, b, c].map((voxel) => [...voxel]);
  switch (kind) {
    case "point":
      return { kind, position: A };
    case "line":
    case "sphere":
      return { kind, ends: [A, B] };
    case "polyline":
      return { kind, vertices: [A, B, C] };
    case "box":
      return { kind, corners: [A, B] };
    case "ellipsoid":
      return { kind, center: A };
  }
}

/** Draws a mark by clicks in the 3-D view. Returns the voxels that the viewer said were under the pointer. */
async function drawIn3d(page: Page, kind: AnnotationKind): Promise<Voxel[]> {
  await toggleTool(page, kind);
  const clicks = kind === "point" ? 1 : kind === "polyline" ? 3 : 2;
  const seen: Voxel[] = [];
  for (const pixel of PIXELS) {
    seen.push(await hoverIn3d(page, pixel));
    if (seen.length > clicks) continue;
    await page.mouse.down();
    await page.mouse.up();
  }
  if (kind === "polyline") await page.keyboard.press("Enter");
  await eventually(
    () => storedShapes(page),
    (shapes) => shapes.length === 1,
  );
  await toggleTool(page, kind);
  await markCountDrawn(page, 1);
  return seen;
}

async function markCountDrawn(page: Page, count: number): Promise<void> {
  await eventually(
    () => drawnShapes(page),
    (shapes) => shapes.length === count,
  );
}

/** Which anchor of a mark is dragged; undefined where all of it is, by its middle. */
const DRAGGED: Readonly<Record<AnnotationKind, number | undefined>> = {
  point: undefined,
  line: 1,
  polyline: 1,
  sphere: 1,
  box: 1,
  ellipsoid: undefined,
};

/** Of a mark that was dragged: the anchor that was, or its middle, and then the others. */
function changedAnchors(
  before: MarkGeometry,
  after: MarkGeometry,
): (readonly number[])[] {
  const anchor = DRAGGED[after.kind];
  if (anchor === undefined) return [centerOf(after)];
  const anchors = anchorsOf(after);
  if (before.kind !== "box" || after.kind !== "box") {
    return [anchors[anchor], ...anchors.filter((_, i) => i !== anchor)];
  }
  // A box that lies flat has two corners there, and either may be the one that leaves the plane.
  const [still] = before.corners;
  const dragged = still.map(
    (at, axis) =>
      after.corners.map((corner) => corner[axis]).find((x) => x !== at) ?? at,
  );
  const rest = still.map((at, axis) =>
    after.corners.some((corner) => corner[axis] === at) ? at : NaN,
  );
  return [dragged, rest];
}

async function dragIn3d(
  page: Page,
  shape: MarkGeometry,
): Promise<{
  before: MarkGeometry;
  after: MarkGeometry;
  pixel: { x: number; y: number };
}> {
  const anchor = DRAGGED[shape.kind];
  const at = anchor === undefined ? centerOf(shape) : anchorsOf(shape)[anchor];
  const from = await hoverMarkIn3d(page, at);
  await page.keyboard.down("Alt");
  await page.mouse.down();
  await page.mouse.move(from.x + DRAG.x / 2, from.y + DRAG.y / 2);
  await page.mouse.move(from.x + DRAG.x, from.y + DRAG.y);
  await page.mouse.up();
  await page.keyboard.up("Alt");
  const [after] = await eventually(
    () => storedShapes(page),
    ([now]) => JSON.stringify(now) !== JSON.stringify(shape),
  );
  return {
    before: shape,
    after,
    pixel: { x: from.x + DRAG.x, y: from.y + DRAG.y },
  };
}

async function drawMoveDelete(page: Page, kind: AnnotationKind): Promise<void> {
  const seen = await drawIn3d(page, kind);
  const [shape] = await storedShapes(page);
  expect(shape).toEqual(jasmine.objectContaining(wanted(kind, seen)));

  // Where it lies in the slice, the pointer means the slice.
  await page.keyboard.press("s");
  const { after, pixel } = await dragIn3d(page, shape);
  const [moved, ...others] = changedAnchors(shape, after);
  const now = await pixelIn3d(page, moved);
  // To the nearest voxel, and those are some pixels large.
  expect(Math.hypot(now.x - pixel.x, now.y - pixel.y))
    .withContext(`${kind}: ${JSON.stringify([shape, after])}`)
    .toBeLessThan(6);
  if (DRAGGED[kind] !== undefined) {
    const [, ...before] = changedAnchors(shape, shape);
    expect(others).toEqual(before);
  }

  await hoverMarkIn3d(page, moved);
  await deleteUnderMouse(page);
  await eventually(
    () => storedShapes(page),
    (shapes) => shapes.length === 0,
  );
  await markCountDrawn(page, 0);
  await page.keyboard.press("s");
}

localStories("In 3-D", () => {
  it("points, lines and paths are drawn where the pointer meets the slice, moved and deleted", async () => {
    const { page } = await newPage();
    await openState(page, aslantState());
    for (const kind of ["point", "line", "polyline"] as const) {
      await drawMoveDelete(page, kind);
    }
    await markCount(page, 0);
  });

  it("spheres, boxes and ellipsoids are, too", async () => {
    const { page } = await newPage();
    await openState(page, aslantState());
    for (const kind of ["sphere", "box", "ellipsoid"] as const) {
      await drawMoveDelete(page, kind);
    }
  });
});
