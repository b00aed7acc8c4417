/** What the stories of marks do on a page with the viewer, and how they see what is drawn and what is on disk. */
import type { Page } from "playwright-core";
import { eventually } from "../../../../config/stories/eventually.js";
import {
  hoverVoxel,
  origin,
  type Voxel,
  viewerReady,
  viewerState,
} from "../../../../config/stories/harness.js";
import { imageDataset, LOCAL_USER } from "../../model/sandbox.js";
import type { ExportedSandbox } from "../../store/export.js";
import type { Store } from "../../store/store.js";
import type { SandboxLayer } from "../layer.js";
import { centerOf } from "../../model/geometry.js";

export { eventually };

/** What the page offers to scripts, as far as the stories use it. */
export interface PageWithMarks {
  clio: { store: Store };
  viewer: {
    layerManager: { managedLayers: { layer: SandboxLayer | null }[] };
    navigationState: { position: { value: Float32Array } };
    crossSectionScale: { value: number };
    mouseState: { pickedAnnotationId: string | undefined };
    display: { scheduleRedraw: () => void };
  };
}

/** A mark as the worker has handed it to the page to draw. */
export interface DrawnMark {
  id: string;
  /** The voxel that it lies in. */
  position: number[];
  saved: boolean;
  /** Of its own, as "#e69f00"; undefined where it has the layer's. */
  color: string | undefined;
}

/** The address of the demo volume's image, as the server's catalogue writes it. */
export function demoImage(server = origin()): string {
  return `precomputed://${server}/volumes/demo/image`;
}

/** The `dataset` of the sandbox that belongs to the demo volume's image alone. */
export function demoImageSandbox(): string {
  return imageDataset(demoImage());
}

/** How large the states below show a voxel. */
export const PIXELS_A_VOXEL = 4;

/** A plain viewer's state that shows the demo volume's image in one slice. */
export function imageState(server = origin()) {
  return {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    crossSectionScale: 1 / PIXELS_A_VOXEL,
    layout: "xy",
    layers: [{ type: "image", source: demoImage(server), name: "image" }],
  };
}

/** The same with the demo dataset's sandbox, as the chooser opens it. */
export function demoState(server = origin()) {
  const state = imageState(server);
  const marks = {
    name: "marks",
    type: "clio-annotation",
    source: "clio://sandbox/demo",
    toolBindings: {
      P: "clioPoint",
      L: "clioLine",
      H: "clioPath",
      S: "clioSphere",
      B: "clioBox",
      E: "clioEllipsoid",
    },
  };
  return {
    ...state,
    layers: [...state.layers, marks],
    selectedLayer: { layer: "marks" },
    clio: { dataset: "demo" },
  };
}

/** The link that opens a state at a server. */
export function linkAt(server: string, state: object): string {
  return `${server}/#!${encodeURIComponent(JSON.stringify(state))}`;
}

/** The link that opens a state at the stories' own server. */
export function linkHere(state: object): string {
  return linkAt(origin(), state);
}

/** Opens a state in a page, and waits until it is drawn. */
export async function openState(page: Page, state: object): Promise<void> {
  await page.goto(linkHere(state));
  await viewerReady(page);
}

/** The fragment of the page's address, once it says what the viewer shows. */
export async function settledLink(page: Page): Promise<string> {
  const state = JSON.stringify(await viewerState(page));
  await page.waitForFunction(
    (state) =>
      JSON.stringify(JSON.parse(decodeURIComponent(location.hash.slice(2)))) ===
      state,
    state,
  );
  return page.evaluate(() => location.hash);
}

/** The marks that the first marks layer draws, in the order of their ids. None where there is no such layer yet. */
export function drawnMarks(page: Page): Promise<DrawnMark[]> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as PageWithMarks;
    const source = viewer.layerManager.managedLayers
      .map(({ layer }) => layer?.sandboxSource)
      .find((found) => found !== undefined);
    if (source === undefined) return [];
    const point = 0; // AnnotationType.POINT, whose module a story cannot import.
    const serializer = source.annotationPropertySerializers[point];
    const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
    const chunks = [
      source.temporary,
      ...[...source.spatiallyIndexedSources].flatMap((level) => [
        ...level.chunks.values(),
      ]),
    ];
    const drawn: DrawnMark[] = [];
    for (const { data } of chunks) {
      if (data === undefined) continue;
      const {
        data: bytes,
        typeToIds,
        typeToOffset,
      } = data.serializedAnnotations;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const offset = typeToOffset[point];
      const ids = typeToIds[point];
      ids.forEach((id, index) => {
        const at = offset + index * serializer.propertyGroupBytes[0];
        const position = [0, 4, 8].map((axis) =>
          Math.floor(view.getFloat32(at + axis, littleEndian)),
        );
        const properties: number[] = [];
        serializer.deserialize(
          ...([view, offset, index, ids.length] as const),
          littleEndian,
          properties,
        );
        const [saved, packed] = properties;
        // Red first, and transparent where it has none.
        const hex = [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255]
          .map((channel) => channel.toString(16).padStart(2, "0"))
          .join("");
        const color = packed === 0 ? undefined : `#${hex}`;
        drawn.push({ id, position, saved: saved === 1, color });
      });
    }
    return drawn.sort((a, b) => (a.id < b.id ? -1 : 1));
  });
}

/** All that the database and the memory of a page hold of a sandbox: by default, of this machine's user. */
export async function sandboxOf(
  page: Page,
  dataset = "demo",
  user = LOCAL_USER,
): Promise<ExportedSandbox> {
  const text = await page.evaluate(
    async (key) => {
      const { clio } = window as unknown as PageWithMarks;
      return (await clio.store.export(key)).text();
    },
    { user, dataset },
  );
  return JSON.parse(text) as ExportedSandbox;
}

/** Where the saved marks of a sandbox are, oldest first. */
export async function positionsOf(
  page: Page,
  dataset?: string,
): Promise<number[][]> {
  const { records } = await sandboxOf(page, dataset);
  return records.sort((a, b) => a.created - b.created).map(centerOf);
}

/** Places a point by its key on a voxel, and waits until it is drawn. Returns it as it is drawn. */
export async function placeByKey(page: Page, voxel: Voxel): Promise<DrawnMark> {
  const before = new Set((await drawnMarks(page)).map(({ id }) => id));
  await hoverVoxel(page, voxel);
  await page.keyboard.press("p");
  const drawn = await eventually(
    () => drawnMarks(page),
    (marks) => marks.some(({ id }) => !before.has(id)),
  );
  return drawn.find(({ id }) => !before.has(id))!;
}

/** Waits until the page draws so many marks. */
export async function markCount(page: Page, count: number): Promise<void> {
  await eventually(
    async () => (await drawnMarks(page)).length,
    (drawn) => drawn === count,
  );
}

/** The middle of a voxel on the page, where the first panel shows its plane and nothing is turned. */
export function pixelOf(
  page: Page,
  [x, y]: Voxel,
): Promise<{ x: number; y: number }> {
  return page.evaluate(
    ([x, y]) => {
      const { viewer } = window as unknown as PageWithMarks;
      const panel = document.querySelector(
        ".neuroglancer-rendered-data-panel",
      )!;
      const box = panel.getBoundingClientRect();
      const { navigationState, crossSectionScale } = viewer;
      const at = navigationState.position.value;
      const pixels = 1 / crossSectionScale.value;
      return {
        x: box.left + box.width / 2 + (x + 0.5 - at[0]) * pixels,
        y: box.top + box.height / 2 + (y + 0.5 - at[1]) * pixels,
      };
    },
    [x, y],
  );
}

/** Moves the mouse onto a mark, and waits until the viewer says that it is the one under it. */
export async function pointAt(
  page: Page,
  id: string,
  voxel: Voxel,
): Promise<void> {
  await hoverVoxel(page, voxel);
  await page.waitForFunction((id) => {
    const { viewer } = window as unknown as PageWithMarks;
    return viewer.mouseState.pickedAnnotationId === id;
  }, id);
}

/** Drags a mark from its voxel to another one, as the viewer's own gesture has it. */
export async function moveMark(
  page: Page,
  id: string,
  from: Voxel,
  to: Voxel,
): Promise<void> {
  await pointAt(page, id, from);
  const start = await pixelOf(page, from);
  const end = await pixelOf(page, to);
  await page.keyboard.down("Alt");
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
  await page.keyboard.up("Alt");
}

/** Deletes a mark by the viewer's own gesture. */
export async function deleteMark(
  page: Page,
  id: string,
  voxel: Voxel,
): Promise<void> {
  await pointAt(page, id, voxel);
  await deleteUnderMouse(page);
}

/** The same where the mouse is on the mark already. */
export async function deleteUnderMouse(page: Page): Promise<void> {
  await page.keyboard.down("Control");
  await page.keyboard.down("Alt");
  await page.mouse.down({ button: "right" });
  await page.mouse.up({ button: "right" });
  await page.keyboard.up("Alt");
  await page.keyboard.up("Control");
}

/** The panel of marks. */
export function marksPanel(page: Page) {
  return page.locator(".clio-side-panel");
}

/** Unfolds a section of the open panel, or folds it away, by its key. */
export async function openSection(page: Page, title: string): Promise<void> {
  await marksPanel(page).locator("summary", { hasText: title }).press("Enter");
}

/** Waits until the bottom line of the open panel reads so. */
export async function statusReads(page: Page, text: RegExp): Promise<void> {
  await marksPanel(page)
    .locator(".clio-marks-status")
    .filter({ hasText: text })
    .waitFor();
}
