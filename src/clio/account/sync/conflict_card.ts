import * as v from "valibot";
import { recordName, recordSchema } from "../../model/record.js";
import type { ConflictRow } from "../../store/database.js";
import { element } from "../../ui/element.js";
import { keyCap } from "../../ui/key_cap.js";
import type { Choice } from "./settle.js";

/** What the part is called before a person. */
const NAMES: Readonly<Record<string, string>> = {
  geometry: "Place",
  description: "Description",
  title: "Title",
  type: "Type",
  tags: "Tags",
  checked: "Checked",
  set: "Set",
  pictures: "Picture",
  submitted: "Submission",
  unsent: "Words that are not submitted yet",
  record: "The mark itself",
};

const OWN_FIELD = "fields.";

const dateTime = new Intl.DateTimeFormat("en", {
  dateStyle: "medium",
  timeStyle: "short",
});

/** One conflict: both values, side by side, of which the person chooses one by a click, by Tab and Enter, or by its digit. */
export function conflictCard(
  { conflict, own }: ConflictRow,
  name: string,
  choose: (choice: Choice) => void,
): HTMLElement {
  const { field, kept, refused, at } = conflict;
  const mine: Choice = own ? "refused" : "kept";
  const theirs: Choice = own ? "kept" : "refused";
  const values = { kept, refused };
  const when = (choice: Choice) =>
    choice === "refused" ? dateTime.format(at) : "reached the server first";
  const options = [
    option("1", "Keep mine", valueText(field, values[mine]), when(mine), () =>
      choose(mine),
    ),
    option(
      "2",
      "Take theirs",
      valueText(field, values[theirs]),
      when(theirs),
      () => choose(theirs),
    ),
  ];
  const card = element(
    "li",
    { class: "clio-conflict" },
    element(
      "p",
      {},
      element("b", {}, name),
      " was changed on two machines while apart. Both values are kept until you choose.",
    ),
    element("p", { class: "clio-conflict-field" }, nameOf(field)),
    element("div", { class: "clio-conflict-options" }, ...options),
  );
  card.addEventListener("keydown", (event) => {
    const chosen = options.find(
      (each) => each.getAttribute("aria-keyshortcuts") === event.key,
    );
    if (chosen === undefined) return;
    event.preventDefault();
    chosen.click();
  });
  return card;
}

function option(
  key: string,
  act: string,
  value: string,
  when: string,
  run: () => void,
): HTMLButtonElement {
  const made = element(
    "button",
    {
      type: "button",
      class: "clio-conflict-option",
      "aria-keyshortcuts": key,
    },
    element("span", { class: "clio-conflict-act" }, act, keyCap(`digit${key}`)),
    element("span", { class: "clio-conflict-value" }, value),
    element("span", { class: "clio-conflict-when" }, when),
  );
  made.addEventListener("click", run);
  return made;
}

function nameOf(field: string): string {
  return field.startsWith(OWN_FIELD)
    ? field.slice(OWN_FIELD.length)
    : (NAMES[field] ?? field);
}

/** A value as a person reads it. */
function valueText(field: string, value: unknown): string {
  if (field === "record") return recordText(value);
  if (value === null || value === undefined || value === "") return "empty";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.join(", ") || "none";
  if (field === "geometry") return placeText(value);
  return JSON.stringify(value);
}

function recordText(value: unknown): string {
  const record = v.safeParse(recordSchema, value);
  if (!record.success) return "deleted";
  const { description } = record.output;
  return `edited: ${description || recordName(record.output)}`;
}

function placeText(geometry: object): string {
  return Object.entries(geometry)
    .filter(([key]) => !["kind", "segments", "view"].includes(key))
    .map(([, value]) =>
      JSON.stringify(value)
        .replace(/[[\]"]/g, " ")
        .trim(),
    )
    .join("; ");
}
