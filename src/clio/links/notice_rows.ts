import { button } from "../ui/button.js";
import { type Child, element } from "../ui/element.js";
import { notice, type NoticeOptions } from "../ui/notice.js";
import "./link_notices.css";

const shownNameLength = 60;

/** Puts a notice in the place of whatever is there, with what it is about row by row; one can put it aside. */
export function showNotice(
  place: HTMLElement,
  options: NoticeOptions,
  rows: readonly HTMLElement[] = [],
  close: () => void = () => place.replaceChildren(),
): void {
  const dismiss = button({ label: "Dismiss", run: close });
  const made = notice({
    ...options,
    actions: [...(options.actions ?? []), dismiss],
  });
  if (rows.length > 0) {
    made.append(element("ul", { class: "clio-links-rows" }, ...rows));
  }
  place.replaceChildren(made);
}

export function noticeRow(
  name: string,
  words: string,
  ...actions: Child[]
): HTMLElement {
  return element(
    "li",
    { class: "clio-links-row" },
    element("span", { class: "clio-links-name" }, name),
    element("span", { class: "clio-links-why" }, words),
    ...actions,
  );
}

export function shorten(name: string): string {
  return name.length > shownNameLength
    ? `${name.slice(0, shownNameLength)}…`
    : name;
}
