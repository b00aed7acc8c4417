import { AnnotationGeometryData } from "neuroglancer/unstable/annotation/frontend_source.js";
import {
  AnnotationType,
  annotationTypes,
  makeAnnotationPropertySerializers,
} from "neuroglancer/unstable/annotation/index.js";
import { Endianness, ENDIANNESS } from "neuroglancer/unstable/util/endian.js";
import { GLBuffer } from "neuroglancer/unstable/webgl/buffer.js";
import type { GL } from "neuroglancer/unstable/webgl/context.js";
import {
  type Slab,
  SlabGeometryData,
} from "../../../neuroglancer/slice_slabs.js";
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
  readonly data: Uint8Array<ArrayBuffer>;
  readonly buffer: GLBuffer;
}

/** What is drawn of a cell. A slice draws of its points only those that lie near it: they are kept in the order along its axis. */
export class CellGeometry extends SlabGeometryData {
  /** By axis, those that were drawn last. */
  private readonly sorted: (SortedPoints | undefined)[] = [];
  private others: AnnotationGeometryData | undefined;

  override near(
    gl: GL,
    slab: Slab,
    fraction: number,
  ): (readonly [AnnotationGeometryData, number])[] {
    const { typeToSize } = this.serializedAnnotations;
    const size = typeToSize[POINT];
    const steps = Math.ceil(fraction * FRACTION_STEPS) / FRACTION_STEPS;
    const wanted = Math.round(size * steps);
    if (wanted < FEWEST_TO_SORT) return [[this, fraction]];
    const parts: (readonly [AnnotationGeometryData, number])[] = [];
    if (typeToSize.some((count, type) => type !== POINT && count > 0)) {
      this.others ??= this.withoutPoints();
      parts.push([this.others, fraction]);
    }
    const points = this.sortedPoints(gl, slab.axis, wanted);
    const from = firstAbove(points.places, slab.lower - MARGIN);
    const end = firstAbove(points.places, slab.upper + MARGIN);
    if (from < end) parts.push([rangeOf(points, from, end), 1]);
    return parts;
  }

  override freeGPUMemory(gl: GL): void {
    super.freeGPUMemory(gl);
    this.others?.freeGPUMemory(gl);
    for (const points of this.sorted.splice(0)) points?.buffer.dispose();
  }

  private sortedPoints(
    gl: GL,
    axis: Slab["axis"],
    count: number,
  ): SortedPoints {
    const known = this.sorted[axis];
    if (known?.ids.length === count) return known;
    known?.buffer.dispose();
    const { data, typeToIds, typeToOffset } = this.serializedAnnotations;
    const start = typeToOffset[POINT];
    const bytes = data.subarray(start, start + count * STRIDE);
    const view = new DataView(data.buffer, data.byteOffset + start);
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
      ids: order.map((i) => typeToIds[POINT][i]),
      places: order.map(place),
      data: sorted,
      buffer: GLBuffer.fromData(gl, sorted),
    };
    this.sorted[axis] = points;
    return points;
  }

  private withoutPoints(): AnnotationGeometryData {
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

/** Some of the sorted points as upstream draws and picks them, from the same bytes. */
function rangeOf(
  points: SortedPoints,
  from: number,
  end: number,
): AnnotationGeometryData {
  const ids = points.ids.slice(from, end);
  const onlyPoints = <T>(value: T, nothing: () => T): T[] =>
    annotationTypes.map((type: number) => (type === POINT ? value : nothing()));
  const range = new AnnotationGeometryData({
    data: points.data,
    typeToIds: onlyPoints(ids, () => []),
    typeToIdMaps: onlyPoints(
      new Map(ids.map((id, i) => [id, i])),
      () => new Map<string, number>(),
    ),
    typeToInstanceCounts: onlyPoints(
      ids.map((_, i) => i),
      () => [],
    ),
    typeToOffset: onlyPoints(from * STRIDE, () => 0),
    typeToSize: onlyPoints(ids.length, () => 0),
  });
  range.buffer = points.buffer;
  range.bufferValid = true;
  range.numPickIds = ids.length;
  return range;
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
