import { element } from "./element.js";
import "./ui.css";

/** A bar that says how much of a number is done. */
export interface ProgressBar {
  readonly element: HTMLElement;
  show(done: number, of: number, unit: string): void;
}

/** @param label what is under way */
export function progressBar(label: string): ProgressBar {
  const bar = element("progress", { max: "1", "aria-label": label });
  const count = element("span", { class: "clio-progress-count" });
  return {
    element: element(
      "div",
      { class: "clio-progress" },
      element("p", {}, label, " ", count),
      bar,
    ),
    show(done, of, unit) {
      bar.max = of;
      bar.value = done;
      count.textContent = `${done.toLocaleString("en")} of ${of.toLocaleString("en")} ${unit}`;
    },
  };
}
