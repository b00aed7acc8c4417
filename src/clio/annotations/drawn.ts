/** What upstream draws, as bytes: finding a mark among them, reading it back, and taking it out. */
import {
  type Annotation,
  type AnnotationPropertySerializer,
  AnnotationType,
  annotationTypeHandlers,
  annotationTypes,
  type SerializedAnnotations,
} from "neuroglancer/unstable/annotation/index.js";
import { Endianness, ENDIANNESS } from "neuroglancer/unstable/util/endian.js";
import type { MarkGeometry } from "../model/geometry.js";
import { voxelOf } from "./mark.js";

const LITTLE_ENDIAN = ENDIANNESS === Endianness.LITTLE;

/** The instances of one annotation: several for a polyline, which is drawn piece by piece, and one for any other. */
interface Instances {
  readonly first: number;
  readonly end: number;
}

/** Whether a mark is among these. */
export function isDrawn(
  serialized: SerializedAnnotations,
  id: string,
): boolean {
  return serialized.typeToIdMaps.some((ids) => ids.has(id));
}

/** A mark as it was serialized to be drawn, in as many parts as it is drawn in; none where it is not among these. */
export function drawnAnnotations(
  serialized: SerializedAnnotations,
  id: string,
  serializers: readonly AnnotationPropertySerializer[],
): Annotation[] {
  return annotationTypes.flatMap((type) => {
    const index = serialized.typeToIdMaps[type].get(id);
    if (index === undefined) return [];
    const serializer = serializers[type];
    const { buffer, byteOffset } = serialized.data;
    const offset = serialized.typeToOffset[type];
    const view = new DataView(buffer, byteOffset + offset);
    const { first } = instancesOf(serialized, type, index);
    const count = serialized.typeToSize[type];
    const properties: number[] = [];
    serializer.deserialize(view, 0, first, count, LITTLE_ENDIAN, properties);
    const [stride] = serializer.propertyGroupBytes;
    const annotation = annotationTypeHandlers[type].deserialize(
      view,
      first * stride,
      LITTLE_ENDIAN,
      3,
      id,
      stride,
    );
    return [{ ...annotation, properties, relatedSegments: [] }];
  });
}

/** The one of a mark's parts that stands for it, as `annotationOf` makes it. */
export function mainPart(parts: readonly Annotation[]): Annotation | undefined {
  return (
    parts.find(({ type }) => type === AnnotationType.ELLIPSOID) ?? parts[0]
  );
}

/** Where a mark lies, from all parts of it that are drawn; undefined where there are none. The inverse of `annotationsOf`. */
export function geometryOf(
  parts: readonly Annotation[],
): MarkGeometry | undefined {
  const main = mainPart(parts);
  switch (main?.type) {
    case undefined:
      return undefined;
    case AnnotationType.POINT:
      return { kind: "point", position: voxelOf(main.point) };
    case AnnotationType.LINE:
      return {
        kind: "line",
        ends: [voxelOf(main.pointA), voxelOf(main.pointB)],
      };
    case AnnotationType.POLYLINE:
      return { kind: "polyline", vertices: main.points.map(voxelOf) };
    case AnnotationType.AXIS_ALIGNED_BOUNDING_BOX: {
      const { pointA, pointB } = main;
      const last = pointB.map((x) => x - 1);
      return { kind: "box", corners: [voxelOf(pointA), voxelOf(last)] };
    }
    case AnnotationType.ELLIPSOID: {
      for (const part of parts) {
        if (part.type !== AnnotationType.LINE) continue;
        const { pointA, pointB } = part;
        return { kind: "sphere", ends: [voxelOf(pointA), voxelOf(pointB)] };
      }
      const [x, y, z] = main.radii;
      const radius = (r: number) => Math.max(1, Math.round(r));
      return {
        kind: "ellipsoid",
        center: voxelOf(main.center),
        radii: [radius(x), radius(y), radius(z)],
      };
    }
  }
}

/**
 * The same without one mark. Upstream's own function for this leaves the rest of the bytes in disorder where polylines are among
 * them, because it takes one of those for a single instance.
 */
export function withoutDrawn(
  serialized: SerializedAnnotations,
  id: string,
  serializers: readonly AnnotationPropertySerializer[],
): SerializedAnnotations {
  const result: SerializedAnnotations = {
    data: new Uint8Array(0),
    typeToInstanceCounts: [],
    typeToIds: [],
    typeToOffset: [],
    typeToIdMaps: [],
    typeToSize: [],
  };
  const kept: Uint8Array[] = [];
  let offset = 0;
  for (const type of annotationTypes) {
    const from = serialized.typeToOffset[type];
    const size = serialized.typeToSize[type];
    // Marks have too few properties for a second group, so all bytes of an instance lie together.
    const [stride] = serializers[type].propertyGroupBytes;
    const bytes = serialized.data.subarray(from, from + size * stride);
    const index = serialized.typeToIdMaps[type].get(id);
    const out: Instances =
      index === undefined
        ? { first: size, end: size }
        : instancesOf(serialized, type, index);
    const removed = out.end - out.first;
    const ids = serialized.typeToIds[type].filter((_, i) => i !== index);
    kept.push(
      bytes.subarray(0, out.first * stride),
      bytes.subarray(out.end * stride),
    );
    result.typeToOffset[type] = offset;
    result.typeToSize[type] = size - removed;
    result.typeToIds[type] = ids;
    result.typeToIdMaps[type] = new Map(ids.map((one, i) => [one, i]));
    result.typeToInstanceCounts[type] = serialized.typeToInstanceCounts[type]
      .filter((_, i) => i !== index)
      .map((first) => (first < out.end ? first : first - removed));
    offset += (size - removed) * stride;
  }
  result.data = joined(kept, offset);
  return result;
}

function instancesOf(
  serialized: SerializedAnnotations,
  type: AnnotationType,
  index: number,
): Instances {
  // Despite its name this holds the first instance of each annotation.
  const firsts = serialized.typeToInstanceCounts[type];
  return {
    first: firsts[index],
    end: firsts.at(index + 1) ?? serialized.typeToSize[type],
  };
}

function joined(
  parts: readonly Uint8Array[],
  bytes: number,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
