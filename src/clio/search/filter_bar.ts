import { element } from "../ui/element.js";
import type { Filters, Region } from "./filters.js";
import type { SearchSession } from "./search_session.js";

/** Where to search, as people choose it; a cube around the first example is written `around:EDGE`, in nm. */
const REGIONS: readonly (readonly [string, string])[] = [
  ["volume", "This dataset: all of it"],
  ["view", "What is in view"],
  ["around:2000", "Within 1 µm of the example"],
  ["around:5000", "Within 2.5 µm of the example"],
  ["around:20000", "Within 10 µm of the example"],
  ["box", "The selected box mark"],
  ["segment", "The example's segment"],
  ["datasets", "All datasets with this encoder"],
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
    const { around, separation } = filters;
    choose(
      this.region,
      regionText(filters),
      `Within ${nanometresText(around / 2)} of the example`,
    );
    choose(
      this.separation,
      String(separation),
      `At least ${nanometresText(separation)} apart`,
    );
    this.outside.checked = filters.outsideMarks;
  }
}

function regionText({ region, around }: Filters): string {
  return region === "around" ? `around:${around}` : region;
}

/** Chooses a value, with words of its own where the list does not offer it: a search that was made elsewhere may have any. */
function choose(list: HTMLSelectElement, value: string, words: string): void {
  const isOffered = [...list.options].some((option) => option.value === value);
  if (!isOffered) list.append(element("option", { value }, words));
  list.value = value;
}

function nanometresText(nm: number): string {
  return `${nm.toLocaleString("en")} nm`;
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
