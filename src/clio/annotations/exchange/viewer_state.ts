/** The local annotations of a neuroglancer state, of whatever version of the viewer. */
import type { FieldValue, VoxelPosition } from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import {
  type Draft,
  fieldValue,
  type ReadContext,
  type Reading,
  readRow,
  refuse,
} from "./draft.js";
import {
  isList,
  isObject,
  type Json,
  type JsonDocument,
  type JsonObject,
} from "../../model/files/json.js";
import type { Place } from "../../model/files/refusal.js";
import {
  looseValue,
  numbers,
  optionalText,
  segmentId,
  tagList,
} from "./values.js";
import { axesOf, type ViewerAxes } from "./viewer_dimensions.js";

/** A position this little before the edge of a voxel is one that arithmetic has moved there: in voxels. */
const EDGE = 1e-6;

export function isViewerState(value: Json): value is JsonObject {
  return isObject(value) && isList(value.layers);
}

/** Whether an entry is an annotation as a viewer writes it. */
export function isViewerAnnotation(entry: Json): entry is JsonObject {
  return (
    isObject(entry) &&
    typeof entry.type === "string" &&
    ["point", "pointA", "points", "center"].some((key) => key in entry)
  );
}

/** Reads the annotations of all layers that have some; the name of a layer becomes that of the set. */
export function readViewerState(
  document: JsonDocument,
  context: ReadContext,
): Reading {
  const reading: Reading = { drafts: [], refused: [] };
  const state = document.value;
  if (!isViewerState(state)) return reading;
  for (const layer of isList(state.layers) ? state.layers : []) {
    if (!isObject(layer) || !isList(layer.annotations)) continue;
    const axes = axesOf(state, layer, context.voxel);
    for (const entry of layer.annotations) {
      const line = document.lineOf(entry);
      readRow(reading, line, () =>
        typeof axes === "string"
          ? refuse({ line }, "dimensions", layer.name, axes)
          : readViewerAnnotation(entry, axes, layer, { line }, context),
      );
    }
  }
  return reading;
}

/** The axes of annotations that stand in a file by themselves: voxels of the dataset. */
export const DATASET_AXES: ViewerAxes = {
  rank: 3,
  index: [0, 1, 2],
  voxels: [1, 1, 1],
};

/**
 * One annotation as a draft. Its properties and related segments become fields of the same names, its tags tags.
 * @param layer the layer that it is in, which names its properties, relationships and tags
 * @throws {RowRefused}
 */
export function readViewerAnnotation(
  entry: Json,
  axes: ViewerAxes,
  layer: JsonObject,
  place: Place,
  context: ReadContext,
): Omit<Draft, "line"> {
  if (!isObject(entry)) {
    return refuse(place, "annotation", entry, "an object with a type");
  }
  const own = [
    ...propertiesOf(entry, layer, place),
    ...segmentsOf(entry, layer, place),
  ].map(([name, value]): [string, FieldValue] => [
    name,
    fieldValue(place, name, value, context),
  ]);
  return {
    geometry: geometryOf(entry, axes, place),
    fields: {
      description: optionalText(place, "description", entry.description),
      tags: tagsOf(entry, layer, place),
      set: optionalText(place, "layer.name", layer.name),
      fields: own.length > 0 ? Object.fromEntries(own) : undefined,
    },
    whole: false,
  };
}

function geometryOf(
  entry: JsonObject,
  axes: ViewerAxes,
  place: Place,
): MarkGeometry {
  const inVoxels = (name: string, value = entry[name]) => {
    const all = numbers(place, name, value, axes.rank);
    return axes.index.map((at, axis) => all[at] * axes.voxels[axis]);
  };
  const voxel = (name: string, value = entry[name]): VoxelPosition => {
    const [x, y, z] = inVoxels(name, value).map((of) => Math.floor(of + EDGE));
    return [x, y, z];
  };
  const ends = (): [VoxelPosition, VoxelPosition] => [
    voxel("pointA"),
    voxel("pointB"),
  ];
  switch (entry.type) {
    case "point":
      return { kind: "point", position: voxel("point") };
    case "line":
    case "lineseg":
      return { kind: "line", ends: ends() };
    case "sphere":
      return { kind: "sphere", ends: ends() };
    case "polyline": {
      const points = entry.points;
      if (!isList(points) || points.length < 2) {
        return refuse(place, "points", points, "at least two vertices");
      }
      const vertices = points.map((point, i) => voxel(`points.${i}`, point));
      return { kind: "polyline", vertices };
    }
    case "axis_aligned_bounding_box":
      return boxOf(inVoxels("pointA"), inVoxels("pointB"));
    case "ellipsoid": {
      const [x, y, z] = inVoxels("radii").map((radius) =>
        Math.max(1, Math.round(Math.abs(radius))),
      );
      return { kind: "ellipsoid", center: voxel("center"), radii: [x, y, z] };
    }
    default:
      return refuse(
        place,
        "type",
        entry.type,
        "point, line, polyline, sphere, axis_aligned_bounding_box or ellipsoid",
      );
  }
}

/** The voxels that lie within a viewer's box, whose corners are places between voxels; one at least along each axis. */
function boxOf(a: readonly number[], b: readonly number[]): MarkGeometry {
  const lower = a.map((x, axis) => Math.floor(Math.min(x, b[axis]) + EDGE));
  const upper = a.map((x, axis) =>
    Math.max(lower[axis], Math.ceil(Math.max(x, b[axis]) - EDGE) - 1),
  );
  return {
    kind: "box",
    corners: [
      [lower[0], lower[1], lower[2]],
      [upper[0], upper[1], upper[2]],
    ],
  };
}

function propertiesOf(
  { props }: JsonObject,
  { annotationProperties }: JsonObject,
  place: Place,
): [string, FieldValue][] {
  if (!isList(props) || !isList(annotationProperties)) return [];
  return props.flatMap((prop, i): [string, FieldValue][] => {
    const specification = annotationProperties[i];
    if (!isObject(specification)) return [];
    const name = optionalText(place, "annotationProperties", specification.id);
    if (name === undefined) return [];
    const value = looseValue(place, name, labelOf(specification, prop));
    return value === undefined ? [] : [[name, value]];
  });
}

function labelOf(
  { enum_values: values, enum_labels: labels }: JsonObject,
  value: Json,
): Json {
  if (!isList(values) || !isList(labels)) return value;
  const at = values.indexOf(value);
  return at < 0 ? value : labels[at];
}

function segmentsOf(
  { segments }: JsonObject,
  { annotationRelationships: names }: JsonObject,
  place: Place,
): [string, FieldValue][] {
  if (!isList(segments)) return [];
  const lists = isList(segments[0]) ? segments : [segments];
  return lists.flatMap((ids, i): [string, FieldValue][] => {
    if (!isList(ids) || ids.length === 0) return [];
    const named = isList(names) ? names[i] : undefined;
    const name = typeof named === "string" ? named : "segments";
    const texts = ids.map((id, j) => segmentId(place, `${name}.${j}`, id));
    return [[name, texts.join(" ")]];
  });
}

function tagsOf(
  { tagIds, tags }: JsonObject,
  { annotationTags }: JsonObject,
  place: Place,
): string[] | undefined {
  if (!isList(tagIds)) return tagList(place, "tags", tags);
  const known = isList(annotationTags) ? annotationTags.filter(isObject) : [];
  return tagIds.map((id) => {
    const label = known.find((tag) => tag.id === id)?.label;
    if (typeof label === "string") return label;
    return refuse(place, "tagIds", id, "the id of a tag of the layer");
  });
}
