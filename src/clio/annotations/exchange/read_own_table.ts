/** Our own CSV: every field of every mark, exactly; also after a spreadsheet has saved it again. */
import * as v from "valibot";
import {
  ANNOTATION_KINDS,
  type FieldValue,
  type MarkSegments,
  uuidSchema,
  type VoxelPosition,
} from "../../model/annotation.js";
import type { MarkGeometry } from "../../model/geometry.js";
import {
  readIdCell,
  readListCell,
  readOptionalTextCell,
  readTextCell,
  readValueCell,
} from "../../model/csv_cell.js";
import { type Draft, type Reading, readRow, refuse } from "./draft.js";
import {
  FIELD_PREFIX,
  geometryFrom,
  NO_SEGMENT,
  type OWN_COLUMNS,
} from "./own_columns.js";
import { checkCells } from "./read_table.js";
import type { Place } from "../../model/files/refusal.js";
import type { Table, TableRow } from "../../model/files/table.js";
import { segmentId, time } from "./values.js";

type OwnColumn = (typeof OWN_COLUMNS)[number];

/** Reads every row of a table that `isOwnTable` knows. */
export function readOwnTable(table: Table): Reading {
  const reading: Reading = { drafts: [], refused: [] };
  const columns = new Map(table.header.map((name, i) => [name, i]));
  for (const row of table.rows) {
    readRow(reading, row.line, () => {
      checkCells(table.header, row);
      return new OwnRow(row, columns).draft();
    });
  }
  return reading;
}

class OwnRow {
  constructor(
    private readonly row: TableRow,
    private readonly columns: ReadonlyMap<string, number>,
  ) {}

  draft(): Omit<Draft, "line"> {
    const fields = this.ownFields();
    const optional = {
      title: readOptionalTextCell(this.cell("title")),
      type: readOptionalTextCell(this.cell("type")),
      set: readOptionalTextCell(this.cell("set")),
      fields: Object.keys(fields).length > 0 ? fields : undefined,
      segments: this.segments(),
    };
    const present = Object.entries(optional).filter(
      ([, value]) => value !== undefined,
    );
    const given = {
      description: readTextCell(this.cell("description")),
      tags: readListCell(this.cell("tags")),
      checked: this.checked(),
      ...Object.fromEntries(present),
    };
    const geometry = this.geometry();
    // A row that somebody has added by hand.
    if (this.cell("id") === "") {
      return { geometry, fields: given, whole: false };
    }
    return {
      geometry,
      fields: {
        ...given,
        id: this.id(),
        user: readTextCell(this.cell("author")),
        created: this.time("created"),
        modified: this.time("modified"),
      },
      whole: true,
    };
  }

  private cell(name: OwnColumn): string {
    return this.row.cells[this.columns.get(name)!];
  }

  private place(name: OwnColumn): Place {
    return { line: this.row.line, column: this.columns.get(name)! + 1 };
  }

  private refuse(name: OwnColumn, expected: string): never {
    return refuse(this.place(name), name, this.cell(name), expected);
  }

  private id(): string {
    const id = this.cell("id").trim().toLowerCase();
    return v.is(uuidSchema, id) ? id : this.refuse("id", "a uuid");
  }

  private checked(): boolean {
    switch (this.cell("checked").trim().toLowerCase()) {
      case "true":
        return true;
      case "false":
      case "":
        return false;
      default:
        return this.refuse("checked", "true or false");
    }
  }

  private time(name: "created" | "modified"): number {
    const read = time(this.place(name), name, this.cell(name).trim());
    return read ?? this.refuse(name, "a time such as 2026-01-31T12:00:00Z");
  }

  private geometry(): MarkGeometry {
    const kind = ANNOTATION_KINDS.find((known) => known === this.cell("kind"));
    if (kind === undefined) {
      return this.refuse("kind", ANNOTATION_KINDS.join(", "));
    }
    const first = this.triple("x", "y", "z");
    if (first === undefined) return this.refuse("x", "a whole voxel");
    const second = this.triple("x2", "y2", "z2");
    const anchors = [first, ...(second ? [second] : []), ...this.further()];
    const radii = this.triple("rx", "ry", "rz");
    if (radii?.some((radius) => radius < 1)) {
      return this.refuse("rx", "a radius of a voxel or more");
    }
    return (
      geometryFrom(kind, anchors, radii) ??
      this.refuse(kind === "ellipsoid" ? "rx" : "x2", `what a ${kind} needs`)
    );
  }

  private triple(...names: OwnColumn[]): VoxelPosition | undefined {
    if (names.every((name) => this.cell(name).trim() === "")) return undefined;
    const [x, y, z] = names.map((name) => this.voxel(name, this.cell(name)));
    return [x, y, z];
  }

  private voxel(name: OwnColumn, text: string): number {
    const number = text.trim() === "" ? NaN : Number(text);
    if (Number.isSafeInteger(number)) return number;
    return this.refuse(name, "a whole voxel");
  }

  private further(): VoxelPosition[] {
    const text = this.cell("further_vertices").trim();
    if (text === "") return [];
    return text.split(/\s+(?=\()/).map((part) => {
      const found = /^\(([^,]*),([^,]*),([^,]*)\)$/.exec(part);
      if (found === null) {
        return this.refuse("further_vertices", "vertices such as (1,2,3)");
      }
      const [x, y, z] = found
        .slice(1)
        .map((number) => this.voxel("further_vertices", number));
      return [x, y, z];
    });
  }

  private ownFields(): Record<string, FieldValue> {
    const fields: [string, FieldValue][] = [];
    for (const [name, column] of this.columns) {
      if (!name.startsWith(FIELD_PREFIX)) continue;
      const value = readValueCell(this.row.cells[column]);
      if (value === undefined) continue;
      fields.push([name.slice(FIELD_PREFIX.length), value]);
    }
    return Object.fromEntries(fields);
  }

  private segments(): MarkSegments | undefined {
    const source = readOptionalTextCell(this.cell("segments_source"));
    if (source === undefined) return undefined;
    const version = readOptionalTextCell(this.cell("segments_version"));
    const text = readIdCell(this.cell("segments"));
    const ids = text === "" ? [] : text.split(";");
    return {
      source,
      ...(version === undefined ? {} : { version }),
      supervoxels: ids.map((id) =>
        id === NO_SEGMENT
          ? null
          : segmentId(this.place("segments"), "segments", id.trim()),
      ),
    };
  }
}
