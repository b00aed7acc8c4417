import { keyOf } from "../model/keys.js";
import { keyCap } from "../ui/key_cap.js";
import { element } from "../ui/element.js";
import type { PartnerFilter, PartnerIndex } from "./partner_index.js";

interface PartnerFiltersOptions {
  readonly changed: (filter: PartnerFilter) => void;
  /** A person is done with the fields. */
  readonly left: () => void;
}

/** The fields that say which partners are shown. */
export class PartnerFilters {
  readonly element: HTMLElement;
  private readonly text = element("input", {
    class: "clio-field clio-connections-text",
    type: "search",
    placeholder: "type, name, status, id",
    "aria-label": "Filter the partners",
  });
  private readonly least = element("input", {
    class: "clio-field clio-connections-least",
    type: "number",
    min: "1",
    step: "1",
    value: "1",
    "aria-label": "Connections at least",
  });
  private readonly region = element("select", {
    class: "clio-field",
    "aria-label": "Region",
  });

  constructor(private readonly options: PartnerFiltersOptions) {
    this.element = element(
      "div",
      { class: "clio-connections-filters" },
      this.text,
      keyCap(keyOf("connections-filter")),
      element(
        "label",
        { class: "clio-connections-field" },
        "at least",
        this.least,
      ),
      this.region,
    );
    for (const field of [this.text, this.least, this.region]) {
      field.addEventListener("input", () => this.tell());
    }
    for (const field of [this.text, this.least]) {
      field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.stopPropagation();
        options.left();
      });
    }
    this.showRegions([], new Set());
  }

  focus(): void {
    this.text.focus();
    this.text.select();
  }

  /** Lets all partners through. */
  clear(): void {
    this.text.value = "";
    this.least.value = "1";
    this.region.value = "";
    this.tell();
    this.options.left();
  }

  /** Offers the regions in which partners are connected, those that do not overlap first. The chosen one stays. */
  showRegions(
    regions: PartnerIndex["regions"],
    primary: ReadonlySet<string>,
  ): void {
    const chosen = this.region.value;
    const group = (label: string, names: PartnerIndex["regions"]) =>
      names.length === 0
        ? []
        : [
            element(
              "optgroup",
              { label },
              ...names.map(([name, weight]) =>
                element(
                  "option",
                  { value: name },
                  `${name} (${weight.toLocaleString("en")})`,
                ),
              ),
            ),
          ];
    this.region.replaceChildren(
      element("option", { value: "" }, "all regions"),
      ...group(
        "Regions",
        regions.filter(([name]) => primary.has(name)),
      ),
      ...group(
        "That overlap these",
        regions.filter(([name]) => !primary.has(name)),
      ),
    );
    this.region.value = chosen;
    if (this.region.value === chosen) return;
    this.region.value = "";
    this.tell();
  }

  private tell(): void {
    const least = Number(this.least.value);
    this.options.changed({
      text: this.text.value,
      least: Number.isFinite(least) ? Math.max(1, least) : 1,
      region: this.region.value,
    });
  }
}
