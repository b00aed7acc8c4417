import type {
  VolumeScale,
  VolumeSource,
  Voxels,
} from "../../../neuroglancer/volume_source.js";
import { type Box, type Vec3, vec3 } from "../model/box.js";
import { imageAt } from "./images.js";
import type { ReadOptions } from "./read_chunks.js";
import { scaleFor } from "./scales.js";

/** A direction along an axis (0, 1, 2 for x, y, z), with it or against it. */
export interface SectionAxis {
  readonly axis: number;
  readonly sign: 1 | -1;
}

/** Which way a section lies: what runs to the right in its picture, and what runs down. */
export interface SectionPlane {
  readonly right: SectionAxis;
  readonly down: SectionAxis;
}

/** What to cut out of a volume. */
export interface SectionPlace {
  /** Its middle, in voxels of the volume's finest scale: x.5 is the middle of a voxel. It may lie at the border, or outside. */
  readonly center: Vec3;
  readonly plane: SectionPlane;
  /** Both edges of the section, in nm; in voxels of the finest scale where the volume has no unit of length. */
  readonly width: number;
}

/** A square picture of a section, centred on its place wherever that lies. */
export interface Section {
  /** Pixels along both edges. */
  readonly edge: number;
  /** Row by row. */
  readonly grey: Uint8ClampedArray<ArrayBuffer>;
  /** The pixels that show the volume: from left, top up to right, bottom. All the others lie outside of it. */
  readonly inside: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

/** More pixels than these no thumbnail shows: a coarser scale is read, or voxels are left out where there is none. */
const MOST_PIXELS = 160;

/** Coordinates along one edge of the picture, in voxels of the scale that is read; -1 for pixels outside of the volume. */
interface Edge {
  readonly voxels: Int32Array;
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts a picture of one voxel's thickness out of a volume, of whatever format. 8-bit values are taken as they are; of other types the
 * range of the section becomes that from black to white, as their values have no black of their own.
 * @throws as `imageAt`
 */
export async function sectionAt(
  volume: VolumeSource,
  { center, plane, width }: SectionPlace,
  options: ReadOptions = {},
): Promise<Section> {
  const [finest] = volume.scales;
  const nanometres = finest.voxelSize ?? ([1, 1, 1] as const);
  const inPlane = [plane.right.axis, plane.down.axis];
  const wanted = width / MOST_PIXELS;
  const scale = finest.voxelSize === undefined ? 0 : scaleFor(volume, wanted);
  const level = volume.scales[scale];
  const voxel = Math.min(
    ...inPlane.map((axis) => nanometres[axis] * level.factor[axis]),
  );
  const edge = Math.max(1, Math.min(MOST_PIXELS, Math.round(width / voxel)));
  const box: Box = {
    lower: vec3((axis) =>
      inPlane.includes(axis)
        ? center[axis] - width / 2 / nanometres[axis]
        : Math.floor(center[axis]),
    ),
    upper: vec3((axis) =>
      inPlane.includes(axis)
        ? center[axis] + width / 2 / nanometres[axis]
        : Math.floor(center[axis]) + 1,
    ),
  };
  const image = await imageAt(volume, box, scale, options);
  const along = ({ axis, sign }: SectionAxis): Edge =>
    edgeOf(edge, level, axis, (share) => {
      const way = (share - 0.5) * width * sign;
      return center[axis] + way / nanometres[axis];
    });
  const columns = along(plane.right);
  const rows = along(plane.down);
  const strides = [1, image.shape[0], image.shape[0] * image.shape[1]];
  const offset = ({ voxels }: Edge, axis: number, i: number) =>
    (voxels[i] - image.box.lower[axis]) * strides[axis];
  const isEmpty = image.inside === undefined;
  const shown: Section = {
    edge,
    grey: new Uint8ClampedArray(edge * edge),
    inside: {
      left: columns.from,
      top: rows.from,
      right: isEmpty ? columns.from : columns.to,
      bottom: isEmpty ? rows.from : rows.to,
    },
  };
  const { left, top, right, bottom } = shown.inside;
  const grey = greyOf(image.data);
  for (let row = top; row < bottom; ++row) {
    const start = offset(rows, plane.down.axis, row);
    for (let column = left; column < right; ++column) {
      const at = start + offset(columns, plane.right.axis, column);
      shown.grey[row * edge + column] = grey(at);
    }
  }
  return shown;
}

/** @param placeAt a coordinate in voxels of the finest scale, at a share of the way along the edge */
function edgeOf(
  pixels: number,
  { bounds, factor, origin }: VolumeScale,
  axis: number,
  placeAt: (share: number) => number,
): Edge {
  const voxels = new Int32Array(pixels);
  let from = pixels;
  let to = 0;
  for (let i = 0; i < pixels; ++i) {
    const place = placeAt((i + 0.5) / pixels);
    const voxel = Math.floor((place - origin[axis]) / factor[axis]);
    voxels[i] = voxel;
    if (voxel < bounds.lower[axis] || voxel >= bounds.upper[axis]) continue;
    from = Math.min(from, i);
    to = i + 1;
  }
  return { voxels, from: Math.min(from, to), to };
}

/** How values become grey, from 0 to 255. */
function greyOf(data: Voxels): (at: number) => number {
  if (data instanceof Uint8Array) return (at) => data[at];
  let least = Infinity;
  let most = -Infinity;
  for (const value of data) {
    const number = Number(value);
    if (number < least) least = number;
    if (number > most) most = number;
  }
  const range = most - least;
  return (at) => (range > 0 ? ((Number(data[at]) - least) / range) * 255 : 0);
}
