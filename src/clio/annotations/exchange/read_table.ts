/** Marks from the rows of a foreign table, by what its columns were said to mean. */
import {
  ANNOTATION_KINDS,
  type AnnotationKind,
  type FieldValue,
  uuidSchema,
  type VoxelPosition,
} from "../../model/annotation.js";
import * as v from "valibot";
import { readFieldValue } from "../../model/fields.js";
import { readTextCell } from "../../model/csv_cell.js";
import type { ColumnMapping, ColumnRole } from "./columns.js";
import {
  type Draft,
  fieldValue,
  type ReadContext,
  type Reading,
  readRow,
  refuse,
} from "./draft.js";
import { geometryFrom } from "./own_columns.js";
import type { Tell } from "../../model/files/progress.js";
import type { Place } from "../../model/files/refusal.js";
import type { Table, TableRow } from "../../model/files/table.js";
import { time } from "./values.js";

/** Reads every row by `mapping`. */
export function readMappedTable(
  table: Table,
  mapping: ColumnMapping,
  context: ReadContext,
  tell?: Tell,
): Reading {
  const reading: Reading = { drafts: [], refused: [] };
  const columns = columnsOf(mapping);
  const { rows } = table;
  for (const [i, row] of rows.entries()) {
    tell?.(i, rows.length, "rows read");
    readRow(reading, row.line, () =>
      new MappedRow(table.header, row, mapping, columns, context).draft(),
    );
  }
  return reading;
}

/** The column of each role that has one: to look for it in the list of roles takes most of the time of a row. */
function columnsOf({ roles }: ColumnMapping): Map<ColumnRole, number> {
  const columns = new Map<ColumnRole, number>();
  roles.forEach((role, column) => {
    if (!columns.has(role)) columns.set(role, column);
  });
  return columns;
}

/** The words that files have for a kind. */
const words: Readonly<Record<AnnotationKind, readonly string[]>> = {
  point: ["point", "pt", "note"],
  line: ["line", "lineseg", "ln"],
  polyline: ["polyline", "path"],
  sphere: ["sphere", "circle", "sp"],
  box: ["box", "axis_aligned_bounding_box", "bounding box"],
  ellipsoid: ["ellipsoid"],
};
const kinds = new Map(
  ANNOTATION_KINDS.flatMap((kind) =>
    words[kind].map((word) => [word, kind] as const),
  ),
);

/** Of a cell that is empty or not there, as most of a row's are. */
const NOWHERE: readonly VoxelPosition[] = [];

/** A text without any of these is one tag as it stands. */
const WRITTEN_AS_LIST = /[;|\n,[\]"']/;

/** One row, cell by cell. */
class MappedRow {
  constructor(
    private readonly header: readonly string[],
    private readonly row: TableRow,
    private readonly mapping: ColumnMapping,
    private readonly columns: ReadonlyMap<ColumnRole, number>,
    private readonly context: ReadContext,
  ) {}

  draft(): Omit<Draft, "line"> {
    const { row, header } = this;
    checkCells(header, row);
    const type = this.text("type");
    const typed = kinds.get(type?.toLowerCase() ?? "");
    // In the original's own table the column of types holds the kind where a mark has no type.
    const kindInType = !this.has("kind") && typed !== undefined;
    return {
      geometry: this.geometry(kindInType ? typed : this.kind()),
      fields: {
        id: this.id(),
        description: this.text("description"),
        title: this.text("title"),
        type: kindInType ? undefined : type,
        tags: this.tags(),
        checked: this.checked(),
        set: this.text("set"),
        user: this.text("author"),
        created: this.time("created"),
        modified: this.time("modified") ?? this.time("created"),
        fields: this.ownFields(),
      },
      whole: false,
    };
  }

  private has(role: ColumnRole): boolean {
    return this.columns.has(role);
  }

  private column(role: ColumnRole): number {
    return this.columns.get(role) ?? -1;
  }

  /** The text of a cell; undefined where there is none. */
  private text(role: ColumnRole): string | undefined {
    const column = this.columns.get(role);
    if (column === undefined) return undefined;
    const text = readTextCell(this.row.cells[column] ?? "").trim();
    return text === "" ? undefined : text;
  }

  private place(role: ColumnRole): Place {
    return { line: this.row.line, column: this.column(role) + 1 };
  }

  private refuse(role: ColumnRole, value: unknown, expected: string): never {
    const name = this.header[this.column(role)] ?? role;
    return refuse(this.place(role), name, value, expected);
  }

  private id(): string | undefined {
    const text = this.text("id")?.toLowerCase();
    if (text === undefined) return undefined;
    // Other programs have ids of their own, which are none of ours.
    return v.is(uuidSchema, text) ? text : undefined;
  }

  private kind(): AnnotationKind | undefined {
    const text = this.text("kind");
    if (text === undefined) return undefined;
    const kind = kinds.get(text.toLowerCase());
    if (kind !== undefined) return kind;
    return this.refuse(
      "kind",
      text,
      "point, line, polyline, sphere, box or ellipsoid",
    );
  }

  private geometry(said: AnnotationKind | undefined) {
    const anchors = [
      ...this.positions("position"),
      ...this.triple("x", "y", "z"),
      ...this.positions("from"),
      ...this.positions("to"),
      ...this.triple("x2", "y2", "z2"),
      ...this.positions("vertices"),
    ];
    const [radii] = this.triple("rx", "ry", "rz");
    if (radii?.some((radius) => radius < 1)) {
      return this.refuse("rx", radii, "a radius of a voxel or more");
    }
    const kind =
      said ??
      (radii !== undefined
        ? "ellipsoid"
        : anchors.length > 2
          ? "polyline"
          : anchors.length === 2
            ? "line"
            : "point");
    const geometry = geometryFrom(kind, anchors, radii);
    if (geometry !== undefined) return geometry;
    const role = (["position", "from", "x"] as const).find((name) =>
      this.has(name),
    );
    return this.refuse(
      role ?? "position",
      role === undefined ? undefined : this.text(role),
      kind === "point" ? "a position x, y, z" : `what a ${kind} needs`,
    );
  }

  /** The positions in one cell: "(1, 2, 3)", "1,2,3", or several after another. */
  private positions(role: ColumnRole): readonly VoxelPosition[] {
    const text = this.text(role);
    if (text === undefined) return NOWHERE;
    const parts = text.match(/[-+]?[0-9]*\.?[0-9]+(e[-+]?[0-9]+)?/gi) ?? [];
    const rest = text.replace(/[-+0-9.e,;()[\]\s]/gi, "");
    if (rest !== "" || parts.length === 0 || parts.length % 3 !== 0) {
      return this.refuse(role, text, "a position such as (1, 2, 3)");
    }
    return Array.from({ length: parts.length / 3 }, (_, i) => [
      this.voxel(role, parts[3 * i], 0),
      this.voxel(role, parts[3 * i + 1], 1),
      this.voxel(role, parts[3 * i + 2], 2),
    ]);
  }

  private triple(
    x: ColumnRole,
    y: ColumnRole,
    z: ColumnRole,
  ): readonly VoxelPosition[] {
    const atX = this.text(x);
    const atY = this.text(y);
    const atZ = this.text(z);
    if (atX === undefined && atY === undefined && atZ === undefined) {
      return NOWHERE;
    }
    return [
      [this.voxel(x, atX, 0), this.voxel(y, atY, 1), this.voxel(z, atZ, 2)],
    ];
  }

  /** One coordinate in voxels; a length is in the voxel that holds its place. */
  private voxel(role: ColumnRole, text: string | undefined, axis: number) {
    const number = text === undefined ? NaN : Number(text);
    if (this.mapping.unit === "nm") {
      const voxel = Math.floor(number / this.context.voxel[axis] + 1e-6);
      return Number.isSafeInteger(voxel)
        ? voxel
        : this.refuse(role, text, "a length in nm");
    }
    return Number.isSafeInteger(number)
      ? number
      : this.refuse(role, text, "a whole voxel");
  }

  private tags(): string[] | undefined {
    const text = this.text("tags");
    if (text === undefined) return undefined;
    if (!WRITTEN_AS_LIST.test(text)) return [text];
    const separator = /[;|\n]/.test(text) ? /[;|\n]/ : /,/;
    const tags = text
      .replace(/^\[(.*)\]$/s, "$1")
      .split(separator)
      .map((tag) => tag.trim().replace(/^(["'])(.*)\1$/s, "$2"))
      .filter((tag) => tag !== "");
    return [...new Set(tags)];
  }

  private checked(): boolean | undefined {
    const text = this.text("checked");
    if (text === undefined) return undefined;
    const read = readFieldValue({ name: "checked", type: "boolean" }, text);
    return "value" in read
      ? read.value === true
      : this.refuse("checked", text, read.expected);
  }

  private time(role: ColumnRole): number | undefined {
    if (!this.has(role)) return undefined;
    const name = this.header[this.column(role)] ?? role;
    return time(this.place(role), name, this.text(role));
  }

  private ownFields(): Record<string, FieldValue> | undefined {
    const { header, mapping, row, context } = this;
    if (!this.has("field")) return undefined;
    const values = mapping.roles.flatMap((role, i): [string, FieldValue][] => {
      const text = readTextCell(row.cells[i] ?? "");
      if (role !== "field" || text.trim() === "") return [];
      const place = { line: row.line, column: i + 1 };
      const value = fieldValue(place, header[i], plainValue(text), context);
      return [[header[i], value]];
    });
    return values.length === 0 ? undefined : Object.fromEntries(values);
  }
}

/** Refuses a row that has more or fewer cells than the header, which a cut line and an unquoted comma make. */
export function checkCells(header: readonly string[], row: TableRow): void {
  const { line, cells, problem } = row;
  if (problem !== undefined) {
    refuse(
      { line },
      "the row",
      cells.join(","),
      `well-formed quotes (${problem})`,
    );
  }
  if (cells.length === header.length) return;
  refuse(
    { line, column: Math.min(cells.length, header.length) },
    "the row",
    `${cells.length} cells`,
    `${header.length} cells, as in the first line`,
  );
}

/** A number or a truth where the text is exactly what one is written as; anything else, long ids among it, stays text. */
function plainValue(text: string): FieldValue {
  const trimmed = text.trim();
  if (trimmed === "true" || trimmed === "false") return trimmed === "true";
  return String(Number(trimmed)) === trimmed && Number.isFinite(Number(trimmed))
    ? Number(trimmed)
    : text;
}
