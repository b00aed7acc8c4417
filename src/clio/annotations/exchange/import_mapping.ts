import { element } from "../../ui/element.js";
import {
  COLUMN_ROLES,
  type ColumnMapping,
  type ColumnRole,
  type PositionUnit,
} from "./columns.js";
import type { TableSummary } from "./import_messages.js";

/** How each meaning of a column is called where it is chosen. */
const titles: Readonly<Record<ColumnRole, string>> = {
  id: "Id",
  kind: "Kind",
  position: "Position x, y, z",
  from: "From x, y, z",
  to: "To x, y, z",
  x: "x",
  y: "y",
  z: "z",
  x2: "x of the other end",
  y2: "y of the other end",
  z2: "z of the other end",
  vertices: "Vertices",
  rx: "Radius x",
  ry: "Radius y",
  rz: "Radius z",
  description: "Description",
  title: "Title",
  type: "Type",
  tags: "Tags",
  checked: "Checked",
  set: "Set",
  author: "Author",
  created: "Created",
  modified: "Modified",
  field: "Field of its own",
  "leave out": "Leave out",
};

/**
 * What the columns of a table mean, with its first rows under them.
 * @param changed called with what a person has chosen
 */
export function importMapping(
  { header, sample, guess }: TableSummary,
  changed: (mapping: ColumnMapping) => void,
): HTMLElement {
  const selects = header.map((name, i) =>
    choice(
      `Meaning of the column ${name}`,
      COLUMN_ROLES.map((role) => [role, titles[role]]),
      guess.roles[i],
    ),
  );
  const units: readonly (readonly [PositionUnit, string])[] = [
    ["voxel", "voxels"],
    ["nm", "nm"],
  ];
  const unit = choice("Unit of positions", units, guess.unit);
  const tell = () =>
    changed({
      roles: selects.map(({ value }) => value as ColumnRole),
      unit: unit.value as PositionUnit,
    });
  for (const select of [...selects, unit]) {
    select.addEventListener("change", tell);
  }
  const cells = (row: readonly string[]) =>
    header.map((_, i) => element("td", {}, row[i] ?? ""));
  return element(
    "div",
    { class: "clio-import-mapping" },
    element(
      "div",
      {
        class: "clio-import-sample",
        role: "region",
        "aria-label": "Columns of the table",
        // So that it can be scrolled by the keyboard.
        tabindex: "0",
      },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            ...header.map((name, i) =>
              element("th", { scope: "col" }, name || "(no name)", selects[i]),
            ),
          ),
        ),
        element(
          "tbody",
          {},
          ...sample.map((row) => element("tr", {}, ...cells(row))),
        ),
      ),
    ),
    element("label", { class: "clio-import-unit" }, "Positions count", unit),
  );
}

function choice(
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: string,
): HTMLSelectElement {
  const select = element(
    "select",
    { class: "clio-import-select", "aria-label": label },
    ...options.map(([value, title]) => element("option", { value }, title)),
  );
  select.value = chosen;
  return select;
}
