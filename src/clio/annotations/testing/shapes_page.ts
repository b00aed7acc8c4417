/** What the stories of shapes do on a page with the viewer. */
import type { Page } from "playwright-core";
import {
  clickVoxel,
  hoverVoxel,
  type Voxel,
} from "../../../../config/stories/harness.js";
import type { AnnotationKind } from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import { eventually, type PageWithMarks, sandboxOf } from "./marks_page.js";

/** The keys with which the tools of the kinds are taken up. */
const TOOL_KEYS: Readonly<Record<AnnotationKind, string>> = {
  point: "Shift+P",
  line: "Shift+L",
  polyline: "Shift+H",
  sphere: "Shift+S",
  box: "Shift+B",
  ellipsoid: "Shift+E",
};

/** Takes up the tool of a kind, or puts it down again. */
export async function toggleTool(
  page: Page,
  kind: AnnotationKind,
): Promise<void> {
  await page.keyboard.press(TOOL_KEYS[kind]);
}

/** Draws a mark by the clicks of its tool, and puts the tool down. A path is finished by its key. */
export async function drawShape(
  page: Page,
  kind: AnnotationKind,
  clicks: readonly Voxel[],
): Promise<void> {
  const { length } = await storedShapes(page);
  await toggleTool(page, kind);
  for (const voxel of clicks) await clickVoxel(page, voxel);
  if (kind === "polyline") await page.keyboard.press("Enter");
  await eventually(
    () => storedShapes(page),
    (shapes) => shapes.length === length + 1,
  );
  await toggleTool(page, kind);
}

/** Where the stored marks of the demo's sandbox lie, oldest first. */
export async function storedShapes(page: Page): Promise<MarkGeometry[]> {
  const { records } = await sandboxOf(page);
  return records
    .sort((a, b) => a.created - b.created)
    .map((record): MarkGeometry => {
      switch (record.kind) {
        case "point":
          return { kind: record.kind, position: record.position };
        case "line":
        case "sphere":
          return { kind: record.kind, ends: record.ends };
        case "polyline":
          return { kind: record.kind, vertices: record.vertices };
        case "box":
          return { kind: record.kind, corners: record.corners };
        case "ellipsoid": {
          const { kind, center, radii } = record;
          return { kind, center, radii };
        }
      }
    });
}

/** Where the marks of the first marks layer lie as they are drawn now, whether stored so or not. */
export function drawnShapes(page: Page): Promise<MarkGeometry[]> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as PageWithMarks;
    const source = viewer.layerManager.managedLayers
      .map(({ layer }) => layer?.sandboxSource)
      .find((found) => found !== undefined);
    if (source === undefined) return [];
    const ids = new Set<string>();
    const chunks = [
      source.temporary,
      ...[...source.spatiallyIndexedSources].flatMap((level) => [
        ...level.chunks.values(),
      ]),
    ];
    for (const { data } of chunks) {
      for (const id of data?.serializedAnnotations.typeToIds.flat() ?? []) {
        ids.add(id);
      }
    }
    return [...ids].sort().map((id) => source.drawnGeometry(id)!);
  });
}

/** Moves the mouse to a voxel's middle and waits until a mark is under it. */
export async function pointAtMark(page: Page, voxel: Voxel): Promise<void> {
  await hoverVoxel(page, voxel);
  await page.waitForFunction(() => {
    const { viewer } = window as unknown as PageWithMarks;
    return viewer.mouseState.pickedAnnotationId !== undefined;
  });
}

/** The words of the viewer's line about the tool that is in hand. */
export function toolLine(page: Page) {
  return page.locator("#neuroglancer-status-container");
}
