import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { type Child, element } from "../ui/element.js";
import { icon } from "../ui/icons.js";

/** What stands in the place of the cards where there are no places. */
export function noPlaces(add: () => void): HTMLElement {
  return state(
    "No places yet",
    "Go to something worth showing and add it: a picture of what you see is kept with your words.",
    button({
      label: "Add this place",
      kind: "primary",
      icon: "camera",
      key: keyOf("atlas-add"),
      run: add,
    }),
  );
}

/** What stands there where the filter hides all. */
export function noMatch(tab: string, showAll: () => void): HTMLElement {
  return state(
    "No place matches",
    `None in ${tab} does.`,
    button({ label: "Show all", kind: "primary", run: showAll }),
  );
}

/** What stands there where nothing was looked for: the expression is not finished. */
export function notYet(showAll: () => void): HTMLElement {
  return state(
    "Still looking",
    "The places are looked through once the regular expression can be read.",
    button({ label: "Show all", kind: "primary", run: showAll }),
  );
}

function state(title: string, words: string, act: Child): HTMLElement {
  return element(
    "div",
    { class: "clio-empty" },
    icon("image"),
    element("p", { class: "clio-empty-title" }, title),
    element("p", {}, words),
    act,
  );
}
