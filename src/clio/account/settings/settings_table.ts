import { element } from "../../ui/element.js";

/**
 * A table of the settings, whose last column is for what can be done with a row and has no title.
 * @param caption what the table is of, for screen readers
 * @param rows its body, which whoever asks for it fills
 */
export function settingsTable(
  caption: string,
  titles: readonly string[],
  rows: HTMLElement,
): HTMLTableElement {
  return element(
    "table",
    { class: "clio-settings-table" },
    element("caption", { class: "clio-unseen" }, caption),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...titles.map((title) => element("th", { scope: "col" }, title)),
        element("td", {}),
      ),
    ),
    rows,
  );
}
