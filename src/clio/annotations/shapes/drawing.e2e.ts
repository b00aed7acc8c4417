import {
  clickVoxel,
  hoverVoxel,
  localStories,
  newPage,
  viewerReady,
  type Voxel,
} from "../../../../config/stories/harness.js";
import {
  ANNOTATION_KINDS,
  type AnnotationKind,
} from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import {
  deleteUnderMouse,
  demoState,
  eventually,
  openState,
} from "../testing/marks_page.js";
import {
  drawnShapes,
  drawShape,
  pointAtMark,
  storedShapes,
  toggleTool,
  toolLine,
} from "../testing/shapes_page.js";

const A: Voxel = [100, 110, 64];
const B: Voxel = [140, 125, 64];
const C: Voxel = [120, 150, 64];

/** What the clicks on A and B, and on C where there is a third one, are stored as. */
const WANTED: Readonly<Record<AnnotationKind, MarkGeometry>> = {
  point: { kind: "point", position: [...A] },
  line: { kind: "line", ends: [[...A], [...B]] },
  polyline: { kind: "polyline", vertices: [[...A], [...B], [...C]] },
  sphere: { kind: "sphere", ends: [[...A], [...B]] },
  box: { kind: "box", corners: [[...A], [...B]] },
  // Across the slice the mean of 40 and 15 voxels, which are cubes here.
  ellipsoid: { kind: "ellipsoid", center: [...A], radii: [40, 15, 28] },
};

const CLICKS: Readonly<Record<AnnotationKind, readonly Voxel[]>> = {
  point: [A],
  line: [A, B],
  polyline: [A, B, C],
  sphere: [A, B],
  box: [A, B],
  ellipsoid: [A, B],
};

/** A voxel of each of them. */
const OUTLINE: Readonly<Record<AnnotationKind, Voxel>> = {
  point: A,
  line: A,
  polyline: B,
  sphere: A,
  box: [120, 110, 64],
  ellipsoid: [139, 110, 64],
};

localStories("Drawing", () => {
  for (const [kind, wanted] of Object.entries(WANTED)) {
    const shape = kind as AnnotationKind;
    it(`stores a ${kind} at the exact voxels that were clicked, and has it after a reload`, async () => {
      const { page } = await newPage();
      await openState(page, demoState());
      await drawShape(page, shape, CLICKS[shape]);
      expect(await storedShapes(page)).toEqual([wanted]);
      await page.reload();
      await viewerReady(page);
      const drawn = await eventually(
        () => drawnShapes(page),
        (shapes) => shapes.length === 1,
      );
      expect(drawn).toEqual([wanted]);
    });
  }

  it("is taken back by a delete of each kind, which undo takes back in turn", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    for (const kind of ANNOTATION_KINDS) {
      await drawShape(page, kind, CLICKS[kind]);
      const [shape] = await storedShapes(page);
      // Of a box and an ellipsoid the middle of the slice is empty: they are hit by the outline.
      await pointAtMark(page, OUTLINE[kind]);
      await deleteUnderMouse(page);
      await eventually(
        () => drawnShapes(page),
        (shapes) => shapes.length === 0,
      );
      expect(await storedShapes(page)).toEqual([]);
      await page.keyboard.press("Control+z");
      await eventually(
        () => storedShapes(page),
        (shapes) => JSON.stringify(shapes) === JSON.stringify([shape]),
      );
      await page.keyboard.press("Control+Shift+z");
      // What the undo has brought back may not be drawn yet: that nothing is drawn does not say that it is gone.
      await eventually(
        () => storedShapes(page),
        (shapes) => shapes.length === 0,
      );
      await eventually(
        () => drawnShapes(page),
        (shapes) => shapes.length === 0,
      );
    }
  });

  it("shows the shape and its measure before the last click, and stores nothing until then", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await hoverVoxel(page, A);
    await toggleTool(page, "line");
    await toolLine(page).filter({ hasText: "click one end" }).waitFor();
    await clickVoxel(page, A);
    await toolLine(page).filter({ hasText: "click the other end" }).waitFor();
    await hoverVoxel(page, B);
    const measure = page.locator(".clio-measure");
    await measure.waitFor();
    // 40 and 15 voxels of 8 nm.
    expect(await measure.innerText()).toMatch(/^342 nm\s*Δ 40, 15, 0$/);
    expect(await page.locator(".clio-draft-dot").count()).toBe(2);
    expect(await storedShapes(page)).toEqual([]);
    expect(await drawnShapes(page)).toEqual([]);
    await clickVoxel(page, B);
    await eventually(
      () => storedShapes(page),
      (shapes) => shapes.length === 1,
    );
    expect(await measure.count()).toBe(0);
  });

  it("drops the shape by Escape, takes back one vertex by Backspace, and leaves the tool by the next Escape", async () => {
    const { page } = await newPage();
    await openState(page, demoState());
    await hoverVoxel(page, A);
    await toggleTool(page, "polyline");
    await clickVoxel(page, A);
    await clickVoxel(page, B);
    await page.keyboard.press("Escape");
    await toolLine(page).filter({ hasText: "click where it begins" }).waitFor();
    await page.keyboard.press("Enter");
    await clickVoxel(page, A);
    await clickVoxel(page, B);
    await page.keyboard.press("Backspace");
    await clickVoxel(page, C);
    await page.keyboard.press("Enter");
    await eventually(
      () => storedShapes(page),
      (shapes) => shapes.length === 1,
    );
    expect(await storedShapes(page)).toEqual([
      { kind: "polyline", vertices: [[...A], [...C]] },
    ]);
    await page.keyboard.press("Escape");
    await toolLine(page)
      .filter({ hasText: "click where it begins" })
      .waitFor({ state: "hidden" });
    await clickVoxel(page, A);
    expect((await storedShapes(page)).length).toBe(1);
  });
});
