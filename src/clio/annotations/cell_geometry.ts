import { AnnotationGeometryData } from "neuroglancer/unstable/annotation/frontend_source.js";
import {
  AnnotationType,
  makeAnnotationPropertySerializers,
} from "neuroglancer/unstable/annotation/index.js";
import { Endianness, ENDIANNESS } from "neuroglancer/unstable/util/endian.js";
import type { GL } from "neuroglancer/unstable/webgl/context.js";
import {
  BatchedGeometryData,
  type PointRun,
} from "../../../neuroglancer/point_batches.js";
import type { Slab } from "../../../neuroglancer/slice_slabs.js";
import { MARK_PROPERTIES } from "./base.js";

const POINT: number = AnnotationType.POINT;

const LITTLE_ENDIAN = ENDIANNESS === Endianness.LITTLE;

/** Bytes of a point: marks have too few properties for a second group, so all of them lie together. */
const [STRIDE] = makeAnnotationPropertySerializers(3, MARK_PROPERTIES)[POINT]
  .propertyGroupBytes;

/** Fewer points are drawn as they are: to choose among them costs more than to draw them. */
const FEWEST_TO_SORT = 16;

/** Parts of a cell are taken in so many steps, so that they are not sorted anew with every step of a zoom. */
const FRACTION_STEPS = 8;

/** Voxels by which a slab is widened: more than rounding takes from a place a million voxels from the origin. */
const MARGIN = 0.25;

/** The first so many points of a cell, in their order along an axis. */
interface SortedPoints {
  readonly ids: readonly string[];
  /** Where each is on the axis, rising. */
  readonly places: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is drawn of a cell. A slice draws of its points only those that lie near it: they are kept in the order along its axis. */
export class CellGeometry extends BatchedGeometryData {
  /** By axis, those that were drawn last. */
  private readonly sorted: (SortedPoints | undefined)[] = [];
  private withoutPoints: AnnotationGeometryData | undefined;

  override get others(): AnnotationGeometryData | undefined {
    const { typeToSize } = this.serializedAnnotations;
    if (typeToSize.every((count, type) => type === POINT || count === 0)) {
      return undefined;
    }
    this.withoutPoints ??= this.makeOthers();
    return this.withoutPoints;
  }

  override points(slab: Slab | undefined, fraction: number): PointRun {
    const size = this.serializedAnnotations.typeToSize[POINT];
    const count = Math.round(size * fraction);
    if (slab === undefined || count < FEWEST_TO_SORT) return this.first(count);
    const steps = Math.ceil(fraction * FRACTION_STEPS) / FRACTION_STEPS;
    const points = this.sortedPoints(slab.axis, Math.round(size * steps));
    const from = firstAbove(points.places, slab.lower - MARGIN);
    const end = firstAbove(points.places, slab.upper + MARGIN);
    return {
      ids: points.ids.slice(from, end),
      bytes: points.bytes.subarray(from * STRIDE, end * STRIDE),
    };
  }

  override freeGPUMemory(gl: GL): void {
    super.freeGPUMemory(gl);
    this.withoutPoints?.freeGPUMemory(gl);
  }

  private first(count: number): PointRun {
    const { data, typeToIds, typeToOffset } = this.serializedAnnotations;
    const start = typeToOffset[POINT];
    return {
      ids: typeToIds[POINT].slice(0, count),
      bytes: data.subarray(start, start + count * STRIDE),
    };
  }

  private sortedPoints(axis: Slab["axis"], count: number): SortedPoints {
    const known = this.sorted[axis];
    if (known?.ids.length === count) return known;
    const { ids, bytes } = this.first(count);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const place = (i: number) =>
      view.getFloat32(i * STRIDE + 4 * axis, LITTLE_ENDIAN);
    const order = Array.from({ length: count }, (_, i) => i);
    order.sort((a, b) => place(a) - place(b));
    const sorted = new Uint8Array(bytes.length);
    order.forEach((from, to) => {
      const point = bytes.subarray(from * STRIDE, (from + 1) * STRIDE);
      sorted.set(point, to * STRIDE);
    });
    const points: SortedPoints = {
      ids: order.map((i) => ids[i]),
      places: order.map(place),
      bytes: sorted,
    };
    this.sorted[axis] = points;
    return points;
  }

  private makeOthers(): AnnotationGeometryData {
    const all = this.serializedAnnotations;
    const without = <T>(by: readonly T[], nothing: T): T[] =>
      by.map((value, type) => (type === POINT ? nothing : value));
    return new AnnotationGeometryData({
      ...all,
      typeToIds: without(all.typeToIds, []),
      typeToIdMaps: without(all.typeToIdMaps, new Map<string, number>()),
      typeToInstanceCounts: without(all.typeToInstanceCounts, []),
      typeToSize: without(all.typeToSize, 0),
    });
  }
}

/** Index of the first of rising numbers that is greater than `limit`. */
function firstAbove(rising: readonly number[], limit: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle] > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
