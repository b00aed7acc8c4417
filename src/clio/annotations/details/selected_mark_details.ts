import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { whyNotLoaded } from "../../../../neuroglancer/on_demand/cannot_load.js";
import { element } from "../../ui/element.js";
import type { SandboxLayer } from "../layer.js";

/** Loads what the form of a mark is made of. */
export function loadSelectionForm() {
  return import(/* webpackChunkName: "marks" */ "./selection_form.js");
}

/**
 * Puts the form of a mark into the viewer's panel of the selection. What it is made of loads when it is first wanted.
 * @param context ends when the viewer shows something else there
 */
export function showMarkDetails(
  layer: SandboxLayer,
  id: string,
  parent: HTMLElement,
  context: RefCounted,
): void {
  const place = element("div", { class: "clio-selected-mark" });
  parent.append(place);
  loadSelectionForm().then(
    ({ SelectionForm }) => {
      if (!context.wasDisposed) {
        context.registerDisposer(new SelectionForm(place, layer, id));
      }
    },
    (error: unknown) => {
      console.warn("Clio could not load the form of a mark:", error);
      place.textContent = `The form of the mark could not be opened: ${whyNotLoaded(error)}`;
    },
  );
}
