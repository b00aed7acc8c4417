/** The columns of our own CSV, for its writer and its reader. */
import type {
  AnnotationRecord,
  VoxelPosition,
} from "../../model/annotation.js";
import { anchorsOf, type MarkGeometry } from "../../model/geometry.js";
import { measure, type VoxelSize } from "../../model/measurement.js";
import {
  idCell,
  listCell,
  optionalTextCell,
  textCell,
} from "../../model/csv_cell.js";

/** In the order in which they are written; the dataset's own fields follow as `fields.<name>`. */
export const OWN_COLUMNS = [
  ...["id", "kind", "description", "title", "type", "tags", "checked", "set"],
  ...["author", "created", "modified"],
  // The first two anchors of a mark, and those vertices of a path that follow them.
  ...["x", "y", "z", "x2", "y2", "z2", "further_vertices", "rx", "ry", "rz"],
  // Measured, and not read back: they follow from the others.
  ...["length_nm", "radius_nm", "volume_nm3"],
  ...["segments", "segments_source", "segments_version"],
] as const;

/** Begins the name of a column with one of the dataset's own fields. */
export const FIELD_PREFIX = "fields.";

/** What stands for an anchor that lies in no segment. */
export const NO_SEGMENT = "none";

/** Above this ISO 8601 needs a sign before the year, which a spreadsheet would take for a formula. */
const LAST_DATE = Date.UTC(9999, 11, 31);

/**
 * A record's cells in the order of `OWN_COLUMNS`.
 * @param voxel edges of a voxel in nm
 */
export function ownCells(record: AnnotationRecord, voxel: VoxelSize): string[] {
  const { length, radius, volume } = measure(record, voxel);
  const [first, second = [], ...further] = anchorsOf(record);
  return [
    record.id,
    record.kind,
    textCell(record.description),
    optionalTextCell(record.title),
    optionalTextCell(record.type),
    listCell(record.tags),
    String(record.checked),
    optionalTextCell(record.set),
    textCell(record.user),
    dateCell(record.created),
    dateCell(record.modified),
    ...three(first),
    ...three(second),
    further.map(vertexText).join(" "),
    ...three(record.kind === "ellipsoid" ? record.radii : []),
    ...[length, radius, volume].map(measureCell),
    ...segmentCells(record),
  ];
}

/** Whether a table's columns are those of our own export. */
export function isOwnTable(header: readonly string[]): boolean {
  return OWN_COLUMNS.every((name) => header.includes(name));
}

/** Where a mark lies, from its anchors in order; undefined where a kind needs others than these. */
export function geometryFrom(
  kind: AnnotationRecord["kind"],
  anchors: readonly VoxelPosition[],
  radii: VoxelPosition | undefined,
): MarkGeometry | undefined {
  const [first, second] = anchors;
  if (first === undefined) return undefined;
  switch (kind) {
    case "point":
      return { kind, position: first };
    case "line":
    case "sphere":
      return second && { kind, ends: [first, second] };
    case "polyline":
      return second && { kind, vertices: [...anchors] };
    case "box":
      return second && { kind, corners: [first, second] };
    case "ellipsoid":
      return radii && { kind, center: first, radii };
  }
}

function three(values: readonly number[]): string[] {
  return [0, 1, 2].map((axis) =>
    axis < values.length ? `${values[axis]}` : "",
  );
}

function vertexText([x, y, z]: VoxelPosition): string {
  return `(${x},${y},${z})`;
}

function dateCell(time: number): string {
  return time > LAST_DATE ? String(time) : new Date(time).toISOString();
}

/** To a thousandth: finer than any voxel. */
function measureCell(value: number | undefined): string {
  return value === undefined ? "" : String(Math.round(value * 1000) / 1000);
}

function segmentCells({ segments }: AnnotationRecord): string[] {
  if (segments === undefined) return ["", "", ""];
  const ids = segments.supervoxels.map((id) => id ?? NO_SEGMENT).join(";");
  return [
    idCell(ids),
    optionalTextCell(segments.source),
    optionalTextCell(segments.version),
  ];
}
