import { element } from "../ui/element.js";
import type { Filters, Region } from "./filters.js";
import type { SearchSession } from "./search_session.js";

/** Where to search, as people choose it; a cube around the first example is written `around:EDGE`, in nm. */
const REGIONS: readonly (readonly [string, string])[] = [
  ["volume", "Whole volume"],
  ["view", "What is in view"],
  ["around:2000", "Within 1 µm of the example"],
  ["around:5000", "Within 2.5 µm of the example"],
  ["around:20000", "Within 10 µm of the example"],
  ["box", "The selected box mark"],
  ["segment", "The example's segment"],
];

const SEPARATIONS: readonly (readonly [string, string])[] = [
  ["0", "However near each other"],
  ["100", "At least 100 nm apart"],
  ["200", "At least 200 nm apart"],
  ["400", "At least 400 nm apart"],
  ["800", "At least 800 nm apart"],
  ["2000", "At least 2 µm apart"],
];

/** What narrows a search beside its distances. */
export class FilterBar {
  readonly element: HTMLElement;
  private readonly region: HTMLSelectElement;
  private readonly separation: HTMLSelectElement;
  private readonly outside = element("input", { type: "checkbox" });

  constructor(private readonly session: SearchSession) {
    this.region = select("Where to search", REGIONS, (value) => {
      const [region, edge] = value.split(":");
      session.narrowTo({
        region: region as Region,
        ...(edge !== undefined && { around: Number(edge) }),
      });
    });
    this.separation = select("Distance between matches", SEPARATIONS, (value) =>
      session.narrowTo({ separation: Number(value) }),
    );
    this.outside.addEventListener("change", () =>
      session.narrowTo({ outsideMarks: this.outside.checked }),
    );
    this.element = element(
      "div",
      { class: "clio-search-filters", role: "group", "aria-label": "Filters" },
      this.region,
      this.separation,
      element(
        "label",
        { class: "clio-search-check" },
        this.outside,
        "Outside my marks",
      ),
    );
  }

  focus(): void {
    this.region.focus();
  }

  update(): void {
    const { filters } = this.session;
    this.region.value = regionText(filters);
    this.separation.value = String(filters.separation);
    this.outside.checked = filters.outsideMarks;
  }
}

function regionText({ region, around }: Filters): string {
  return region === "around" ? `around:${around}` : region;
}

/** A list to choose one of; `label` is its name and its tooltip. */
export function select(
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: (value: string) => void,
): HTMLSelectElement {
  const made = element(
    "select",
    {
      class: "clio-field clio-search-select",
      "aria-label": label,
      title: label,
    },
    ...options.map(([value, words]) => element("option", { value }, words)),
  );
  made.addEventListener("change", () => chosen(made.value));
  return made;
}
