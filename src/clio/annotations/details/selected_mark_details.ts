import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { whyNotLoaded } from "../../../../neuroglancer/on_demand/cannot_load.js";
import { element } from "../../ui/element.js";
import type { SandboxLayer } from "../layer.js";
import type { SelectionForm } from "./selection_form.js";

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
  const before = shownMarks.get(layer);
  const mark = before?.id === id ? before : new ShownMark(layer, id);
  shownMarks.set(layer, mark);
  parent.append(mark.place);
  mark.showFor(context);
}

const shownMarks = new WeakMap<SandboxLayer, ShownMark>();

/**
 * The form of a mark, for as long as the panel shows it. The viewer builds the panel anew with whatever changes of a layer: the form is
 * the same then, with what is being typed in it and with the focus.
 */
class ShownMark {
  readonly place = element("div", { class: "clio-selected-mark" });
  private form: SelectionForm | undefined;
  private shownBy: RefCounted | undefined;

  constructor(
    private readonly layer: SandboxLayer,
    readonly id: string,
  ) {
    void this.fill();
  }

  showFor(context: RefCounted): void {
    this.shownBy = context;
    context.registerDisposer(() => this.takeOut(context));
  }

  private takeOut(context: RefCounted): void {
    const { activeElement } = document;
    const focused = this.place.contains(activeElement)
      ? (activeElement as HTMLElement)
      : undefined;
    // By then the panel is built anew, and nobody else has taken the focus.
    queueMicrotask(() => {
      if (this.shownBy === context) this.dispose();
      else focused?.focus({ preventScroll: true });
    });
  }

  private dispose(): void {
    this.shownBy = undefined;
    this.form?.dispose();
    if (shownMarks.get(this.layer) === this) shownMarks.delete(this.layer);
  }

  private async fill(): Promise<void> {
    const { place, layer, id } = this;
    try {
      const { SelectionForm } = await loadSelectionForm();
      if (this.shownBy === undefined) return;
      this.form = new SelectionForm(place, layer, id);
    } catch (error) {
      console.warn("Clio could not load the form of a mark:", error);
      place.textContent = `The form of the mark could not be opened: ${whyNotLoaded(error)}`;
    }
  }
}
