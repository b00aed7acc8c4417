/** The columns that the table of marks can have. */
import { type AnnotationRecord, KIND_NAMES } from "../../model/annotation.js";
import {
  type Field,
  type MarksVocabulary,
  ownValue,
} from "../../model/fields.js";
import { centerOf } from "../../model/geometry.js";
import {
  formatLength,
  formatVolume,
  measure,
  type VoxelSize,
} from "../../model/measurement.js";
import { chip } from "../../ui/chip.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import type { Bodies } from "../segments/bodies.js";
import { type Column, textCells } from "../../ui/virtual_columns.js";

/** How the views draw marks. */
export interface MarksLook {
  /** In CSS; undefined where that is not known. */
  colorOf(record: AnnotationRecord): string | undefined;
  /** Whether they draw it nowhere, because its set is hidden. */
  isHidden(record: AnnotationRecord): boolean;
}

/** A column of marks. Its id is what the search sorts by. */
export type MarksColumn = Column<AnnotationRecord>;

/** The columns that are shown where a person has not chosen others. */
export const FIRST_COLUMNS: readonly string[] = [
  "kind",
  "description",
  "type",
  "tags",
  "length",
  "segment",
  "checked",
];

/**
 * Every column there is for a dataset, in the order in which a person finds them.
 * @param voxel edges of a voxel in nm
 * @param bodies what the segments under a mark belong to
 * @param look how marks are drawn
 */
export function marksColumns(
  vocabulary: MarksVocabulary,
  voxel: VoxelSize,
  bodies: Bodies,
  look: MarksLook,
): MarksColumn[] {
  return [
    {
      id: "kind",
      title: "Kind",
      header: () => "",
      width: 16,
      fixed: true,
      sortable: true,
      cell: (record) => [kindIcon(record, look)],
      basis: (record) =>
        `${record.kind} ${look.isHidden(record)} ${look.colorOf(record)}`,
    },
    text("description", "Description", 110, ({ description }) => description),
    text("title", "Title", 110, ({ title }) => title),
    text("type", "Type", 92, ({ type }) => type, "clio-marks-quiet"),
    {
      id: "tags",
      title: "Tags",
      width: 104,
      sortable: true,
      cell: ({ tags }) => tags.map((tag) => chip(tag)),
      basis: ({ tags }) => JSON.stringify(tags),
    },
    number("length", "Length", 60, (record) => lengthOf(record, voxel)),
    number("radius", "Radius", 72, (record) => {
      const { radius } = measure(record, voxel);
      return radius === undefined ? "" : formatLength(radius);
    }),
    number("volume", "Volume", 84, (record) => {
      const { volume } = measure(record, voxel);
      return volume === undefined ? "" : formatVolume(volume);
    }),
    {
      id: "segment",
      title: "Segment",
      width: 68,
      sortable: true,
      cell: (record) => bodiesUnder(record, bodies).map(bodyCell),
      basis: (record) => JSON.stringify(bodiesUnder(record, bodies)),
    },
    ...(["x", "y", "z"] as const).map((axis, i) =>
      number(axis, axis, 58, (record) => String(centerOf(record)[i])),
    ),
    {
      id: "checked",
      title: "Checked",
      header: () => icon("ok"),
      width: 18,
      fixed: true,
      sortable: true,
      cell: ({ checked }) => (checked ? [checkedIcon()] : []),
      basis: ({ checked }) => String(checked),
    },
    text("set", "Set", 80, ({ set }) => set, "clio-marks-quiet"),
    text("user", "Author", 80, ({ user }) => user, "clio-marks-quiet"),
    number("created", "Created", 118, ({ created }) => time(created)),
    number("modified", "Changed", 118, ({ modified }) => time(modified)),
    ...vocabulary.fields.map(fieldColumn),
  ];
}

function text(
  id: string,
  title: string,
  width: number,
  of: (record: AnnotationRecord) => string | undefined,
  tone = "clio-marks-text",
): MarksColumn {
  return {
    id,
    title,
    width,
    grows: id === "description",
    sortable: true,
    ...textCells((record) => of(record) ?? "", tone),
  };
}

function number(
  id: string,
  title: string,
  width: number,
  of: (record: AnnotationRecord) => string,
): MarksColumn {
  return {
    id,
    title,
    width,
    numeric: true,
    sortable: true,
    ...textCells(of),
  };
}

/** A column of one of the dataset's own fields. */
function fieldColumn(field: Field): MarksColumn {
  const { name, title = name, type } = field;
  return {
    id: `field:${name}`,
    title,
    width: type === "text" ? 110 : 76,
    numeric: type === "number",
    sortable: true,
    ...textCells(({ fields }) => {
      const value = ownValue(fields, name);
      return type === "boolean" && typeof value === "boolean"
        ? value
          ? "yes"
          : "no"
        : String(value ?? "");
    }),
  };
}

/** The kind in the colour of the drawn mark; crossed out by a closed eye where the views do not draw it. */
function kindIcon(record: AnnotationRecord, look: MarksLook): HTMLElement {
  const name = KIND_NAMES[record.kind];
  const hidden = look.isHidden(record);
  const title = hidden ? `${name}, hidden in the views with its set` : name;
  const made = element(
    "span",
    { class: "clio-marks-kind", title },
    icon(hidden ? "hidden" : record.kind),
    element("span", { class: "clio-unseen" }, title),
  );
  if (hidden) made.classList.add("clio-marks-hidden");
  else made.style.color = look.colorOf(record) ?? "";
  return made;
}

function checkedIcon(): HTMLElement {
  return element(
    "span",
    { class: "clio-marks-checked" },
    icon("ok"),
    element("span", { class: "clio-unseen" }, "checked"),
  );
}

/** The length of a mark; of a sphere it is the diameter, which is marked as such. */
function lengthOf(record: AnnotationRecord, voxel: VoxelSize): string {
  const { length } = measure(record, voxel);
  if (length === undefined) return "";
  const shown = formatLength(length);
  return record.kind === "sphere" ? `⌀ ${shown}` : shown;
}

/** The id of a body, and its colour where that is known. */
type BodyUnder = readonly [id: string, color: string | undefined];

/** What lies under a mark as it is now, with merges: each body once. */
function bodiesUnder(
  { segments }: AnnotationRecord,
  bodies: Bodies,
): readonly BodyUnder[] {
  if (segments === undefined) return [];
  const found = new Map<string, string | undefined>();
  for (const id of segments.supervoxels) {
    if (id === null) continue;
    const body = bodies.bodyOf(segments.source, id);
    found.set(body?.id ?? id, body?.color);
  }
  return [...found];
}

function bodyCell([id, color]: BodyUnder): HTMLElement {
  const made = element("span", { class: "clio-marks-segment", title: id }, id);
  if (color !== undefined) made.style.setProperty("--body", color);
  return made;
}

const times = new Intl.DateTimeFormat(undefined, {
  dateStyle: "short",
  timeStyle: "short",
});

function time(at: number): string {
  return times.format(at);
}
