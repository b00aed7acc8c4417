import type { DataPanel } from "../../../neuroglancer/data_panel.js";
import { type Box, type Vec3, vec3 } from "../model/box.js";
import type { SectionAxis, SectionPlane } from "./section.js";
import type { ImageSpace } from "./image_space.js";

/** How a panel lies in the image: what a pixel further right, and one further down, is in voxels. */
export interface SliceFrame {
  readonly right: Vec3;
  readonly down: Vec3;
}

/** @returns undefined where the image has no such place */
export function frameOf(
  panel: DataPanel,
  position: Float32Array,
  space: ImageSpace,
): SliceFrame | undefined {
  const way = (x: number, y: number) => {
    const from = space.toVoxels(position);
    const to = space.toVoxels(panel.moved(position, { x, y }));
    return from && to && vec3((axis) => to[axis] - from[axis]);
  };
  const right = way(1, 0);
  const down = way(0, 1);
  return right && down && { right, down };
}

/** The plane of the volume's axes that is nearest to a panel's, so that a thumbnail lies as the panel does. */
export function planeOf(
  { right, down }: SliceFrame,
  nanometres: Vec3,
): SectionPlane {
  const first = longest(right, nanometres);
  return { right: first, down: longest(down, nanometres, first.axis) };
}

/** What is shown where there is no slice to follow. */
export const UPRIGHT: SectionPlane = {
  right: { axis: 0, sign: 1 },
  down: { axis: 1, sign: 1 },
};

/** A plane in a few letters, as links and files have it: `+x+y` is x to the right and y down. */
export function planeText({ right, down }: SectionPlane): string {
  return [right, down]
    .map(({ axis, sign }) => `${sign < 0 ? "-" : "+"}${"xyz"[axis]}`)
    .join("");
}

export const planePattern = /^[+-]([xyz])[+-](?!\1)[xyz]$/;

/** @param text that matches {@link planePattern} */
export function planeOfText(text: string): SectionPlane {
  const axisAt = (at: number): SectionAxis => ({
    axis: "xyz".indexOf(text[at + 1]),
    sign: text[at] === "-" ? -1 : 1,
  });
  return { right: axisAt(0), down: axisAt(2) };
}

function longest(way: Vec3, nanometres: Vec3, taken = -1): SectionAxis {
  const lengths = way.map((voxels, axis) =>
    axis === taken ? -1 : Math.abs(voxels * nanometres[axis]),
  );
  const axis = lengths.indexOf(Math.max(...lengths));
  return { axis, sign: way[axis] < 0 ? -1 : 1 };
}

/** How far a place lies from the plane of a panel, in nm. */
export function offPlane(
  { right, down }: SliceFrame,
  center: Vec3,
  place: Vec3,
  nanometres: Vec3,
): number {
  const inNm = (of: Vec3) => vec3((axis) => of[axis] * nanometres[axis]);
  const [a, b] = [inNm(right), inNm(down)];
  const normal: Vec3 = [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const way = inNm(vec3((axis) => place[axis] - center[axis]));
  const dot = normal.reduce((sum, at, axis) => sum + at * way[axis], 0);
  return Math.abs(dot) / Math.hypot(...normal);
}

/**
 * The smallest box of whole voxels that holds all that the slices show; undefined where there are none.
 * @param stride from one place with a signature to the next, in voxels: those half of it away are the nearest to what is shown, and a
 *   single slice would else hold none
 */
export function boxInView(
  panels: readonly DataPanel[],
  position: Float32Array,
  space: Pick<ImageSpace, "toVoxels">,
  stride: Vec3,
): Box | undefined {
  const corners = panels
    .filter(({ isSlice }) => isSlice)
    .flatMap((panel) => {
      const { clientWidth: width, clientHeight: height } = panel.element;
      return [-1, 1].flatMap((x) =>
        [-1, 1].map((y) =>
          space.toVoxels(
            panel.moved(position, { x: (x * width) / 2, y: (y * height) / 2 }),
          ),
        ),
      );
    })
    .filter((corner) => corner !== undefined);
  if (corners.length === 0) return undefined;
  const along = (axis: number) => corners.map((corner) => corner[axis]);
  const half = (axis: number) => Math.ceil(stride[axis] / 2);
  return {
    lower: vec3((axis) => Math.floor(Math.min(...along(axis))) - half(axis)),
    upper: vec3(
      (axis) => Math.floor(Math.max(...along(axis))) + 1 + half(axis),
    ),
  };
}
