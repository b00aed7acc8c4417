import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { Partner } from "./partners.js";

interface PartnerDetailsOptions {
  readonly primary: ReadonlySet<string>;
  readonly goTo: () => void;
  readonly toggle: () => void;
  readonly synapses: () => void;
}

/** What stands below the active row: every region, what was merged, and what one does with a partner. */
export function partnerDetails(
  partner: Partner,
  { primary, goTo, toggle, synapses }: PartnerDetailsOptions,
): HTMLElement {
  const regions = [...partner.regions].sort(([, a], [, b]) => b - a);
  const inRegions = regions
    .filter(([name]) => primary.has(name))
    .reduce((sum, [, weight]) => sum + weight, 0);
  const elsewhere = partner.weight - inRegions;
  const notes = [
    ...(partner.isSelf
      ? [
          "Connections of this cell with itself: between segments that are merged, or of one with itself.",
        ]
      : []),
    ...(partner.bodies.length > 1
      ? [`Summed over its segments ${partner.bodies.join(", ")}.`]
      : []),
  ];
  return element(
    "div",
    { class: "clio-connections-details" },
    ...notes.map((text) => element("p", {}, text)),
    element(
      "ul",
      { class: "clio-connections-regions", "aria-label": "By region" },
      ...regions.map(([name, weight]) =>
        element(
          "li",
          primary.has(name) ? {} : { class: "clio-connections-quiet" },
          name,
          element("b", {}, weight.toLocaleString("en")),
        ),
      ),
      ...(elsewhere > 0 && primary.size > 0
        ? [
            element(
              "li",
              { class: "clio-connections-quiet" },
              "in no region",
              element("b", {}, elsewhere.toLocaleString("en")),
            ),
          ]
        : []),
    ),
    element(
      "div",
      { class: "clio-connections-acts" },
      button({ label: "Go on to it", icon: "target", key: "enter", run: goTo }),
      button({
        label: "Select or leave out",
        key: keyOf("partner-toggle"),
        run: toggle,
      }),
      button({
        label: "Synapses",
        icon: "point",
        key: keyOf("partner-synapses"),
        run: synapses,
      }),
    ),
  );
}
