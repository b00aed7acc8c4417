/** Which column of a foreign table means what. */
import type { MarksVocabulary } from "../../model/fields.js";

/** What a column can mean; `field` keeps it as a field of the column's own name. */
export const COLUMN_ROLES = [
  ...(["id", "kind", "position", "from", "to", "x", "y", "z"] as const),
  ...(["x2", "y2", "z2", "vertices", "rx", "ry", "rz"] as const),
  ...(["description", "title", "type", "tags", "checked", "set"] as const),
  ...(["author", "created", "modified", "field", "leave out"] as const),
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** What positions of a table count. */
export type PositionUnit = "voxel" | "nm";

/** What a person has chosen, or what was guessed: a role for each column, in their order. */
export interface ColumnMapping {
  readonly roles: readonly ColumnRole[];
  readonly unit: PositionUnit;
}

/** Names that columns have in files of people and programs, without case, spaces and signs. */
const names: Partial<Record<ColumnRole, readonly string[]>> = {
  id: ["id", "uuid"],
  kind: ["kind", "shape", "geometry", "annotationtype"],
  position: [
    ...["pos", "position", "point", "location", "coordinate", "coordinates"],
    ...["xyz", "coordinate1", "ptposition", "center", "centre"],
  ],
  from: ["from", "start", "pointa", "posa", "pos1", "begin"],
  to: ["to", "end", "pointb", "posb", "pos2", "coordinate2"],
  x: ["x", "posx", "x1", "xa", "px", "positionx", "xnm", "xvoxel", "x0"],
  y: ["y", "posy", "y1", "ya", "py", "positiony", "ynm", "yvoxel", "y0"],
  z: ["z", "posz", "z1", "za", "pz", "positionz", "znm", "zvoxel", "z0"],
  x2: ["x2", "xb"],
  y2: ["y2", "yb"],
  z2: ["z2", "zb"],
  vertices: ["vertices", "points", "path"],
  rx: ["rx", "radiusx"],
  ry: ["ry", "radiusy"],
  rz: ["rz", "radiusz"],
  description: ["description", "comment", "note", "notes", "text", "label"],
  title: ["title", "name"],
  type: ["type", "class", "category", "proptype"],
  tags: ["tags", "tag", "labels", "tagids"],
  checked: ["checked", "verified", "reviewed", "propchecked"],
  set: ["set", "group", "layer"],
  author: ["author", "user", "annotator", "createdby"],
  created: ["created", "timestamp", "time", "date", "proptimestamp"],
  modified: ["modified", "updated", "lastmodified"],
  // These follow from others.
  "leave out": ["midpoint", "lengthnm", "radiusnm", "volumenm3", "key"],
};

const roleOfName = new Map(
  Object.entries(names).flatMap(([role, all]) =>
    all.map((name) => [name, role as ColumnRole] as const),
  ),
);

/**
 * Guesses from the names of the columns. A role is given once; what has no known name stays as a field of its own, so that nothing of a
 * file is lost. A field of the dataset goes before a guess.
 */
export function guessMapping(
  header: readonly string[],
  { fields }: MarksVocabulary,
): ColumnMapping {
  const taken = new Set<ColumnRole>();
  const own = new Set(fields.map(({ name }) => name));
  const roles = header.map((name, column): ColumnRole => {
    if (own.has(name)) return "field";
    const known =
      headless(header, column) ??
      roleOfName.get(name.toLowerCase().replace(/[^a-z0-9]/g, ""));
    if (known === "leave out") return known;
    if (known === undefined || taken.has(known)) {
      return name === "" ? "leave out" : "field";
    }
    taken.add(known);
    return known;
  });
  const nm = header.some((name) => /^[xyz].*nm\)?$/i.test(name));
  return { roles, unit: nm ? "nm" : "voxel" };
}

/** Where the columns have no names the first three are taken for a position. */
function headless(
  header: readonly string[],
  column: number,
): ColumnRole | undefined {
  if (!header.every((name, i) => name === `column ${i + 1}`)) return undefined;
  return (["x", "y", "z"] as const)[column];
}

/** Whether rows of a table so mapped have a place at all. */
export function hasPlace({ roles }: ColumnMapping): boolean {
  const has = (...needed: ColumnRole[]) =>
    needed.every((role) => roles.includes(role));
  return (
    has("position") || has("x", "y", "z") || has("from") || has("vertices")
  );
}
