import { keyOf } from "../model/keys.js";
import { type Child, element } from "../ui/element.js";
import { keyCap } from "../ui/key_cap.js";

/** The keys of the panel of merges. */
export function mergesHints(): Child[] {
  return [
    hint(keyOf("merges-next"), "next"),
    hint(keyOf("merges-previous"), "previous"),
    hint("enter", "locate"),
    hint(keyOf("merges-comment"), "comment"),
    hint(keyOf("merges-choose"), "choose"),
    hint(keyOf("merges-remove"), "remove, with undo"),
    hint(keyOf("merges-search"), "search"),
  ];
}

/** The keys that matter now in the panel of requests: while one of them is open, and where the person may decide. */
export function requestHints(isOpen: boolean, mayDecide: boolean): Child[] {
  const next = [
    hint(keyOf("request-next"), "next"),
    hint(keyOf("request-previous"), "previous"),
  ];
  if (!isOpen) return [...next, hint("enter", "open")];
  return [
    ...next,
    ...(mayDecide
      ? [
          hint(keyOf("request-accept"), "accept"),
          hint(keyOf("request-reject"), "reject"),
          hint(keyOf("request-later"), "later"),
        ]
      : []),
    hint(keyOf("request-comment"), "comment"),
    hint(keyOf("request-back"), "all requests"),
  ];
}

function hint(key: string, what: string): Child {
  return element("span", { class: "clio-merges-hint" }, keyCap(key), what);
}
