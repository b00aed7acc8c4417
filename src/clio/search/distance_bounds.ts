import { element } from "../ui/element.js";
import { distanceColor } from "./distance_colors.js";
import { FARTHEST, histogram } from "./filters.js";
import type { SearchSession } from "./search_session.js";

/** Bars of less than so much of the height could not be seen. */
const LEAST_SHARE = 0.05;

/** How many matches there are of each distance, and from which up to which they are shown. */
export class DistanceBounds {
  readonly element: HTMLElement;
  private readonly heading = element("span", {});
  private readonly bars = Array.from({ length: FARTHEST + 1 }, () =>
    element("i", {}),
  );
  private readonly from: HTMLInputElement;
  private readonly upTo: HTMLInputElement;

  constructor(private readonly session: SearchSession) {
    this.from = slider("Least distance", (value) =>
      session.narrowTo({
        from: value,
        upTo: Math.max(value, session.filters.upTo),
      }),
    );
    this.upTo = slider("Greatest distance", (value) =>
      session.narrowTo({
        upTo: value,
        from: Math.min(value, session.filters.from),
      }),
    );
    this.element = element(
      "section",
      { class: "clio-distances", "aria-label": "Distance of matches" },
      element(
        "p",
        { class: "clio-distances-head" },
        element(
          "span",
          { class: "clio-distances-title" },
          "Distance of matches",
        ),
        this.heading,
      ),
      element(
        "div",
        { class: "clio-distances-chart" },
        element(
          "div",
          { class: "clio-distances-bars", "aria-hidden": "true" },
          ...this.bars,
        ),
        // For the eye: each slider has a longer name of its own.
        element("span", { "aria-hidden": "true" }, "from"),
        this.from,
        element("span", { "aria-hidden": "true" }, "up to"),
        this.upTo,
      ),
    );
  }

  update(): void {
    const { within, shown, filters } = this.session;
    const { from, upTo } = filters;
    const counts = histogram(within);
    const most = Math.max(1, ...counts);
    counts.forEach((count, distance) => {
      const bar = this.bars[distance];
      const share = count === 0 ? 0 : Math.max(LEAST_SHARE, count / most);
      bar.style.height = `${100 * share}%`;
      bar.style.background =
        distance >= from && distance <= upTo
          ? distanceColor(distance)
          : "var(--surface-4)";
      bar.title = `${count.toLocaleString("en")} at distance ${distance}`;
    });
    this.from.value = String(from);
    this.upTo.value = String(upTo);
    const places = shown.length.toLocaleString("en");
    this.heading.textContent = `${from} to ${upTo} of 64 bits · ${places} ${shown.length === 1 ? "place" : "places"}`;
  }
}

function slider(
  label: string,
  changed: (value: number) => void,
): HTMLInputElement {
  const made = element("input", {
    type: "range",
    min: "0",
    max: String(FARTHEST),
    step: "1",
    "aria-label": label,
    title: label,
  });
  made.addEventListener("input", () => changed(Number(made.value)));
  return made;
}
