import type { TrackableBoolean } from "neuroglancer/unstable/trackable_boolean.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { iconButton } from "../../ui/button.js";

/** The switch beside the search: whether the views draw only what it finds. */
export class FilterSwitch extends RefCounted {
  readonly element: HTMLButtonElement;

  constructor(filterInView: TrackableBoolean) {
    super();
    this.element = iconButton("filter", "Filter the views too", () =>
      filterInView.toggle(),
    );
    const update = () => {
      const { value } = filterInView;
      this.element.setAttribute("aria-pressed", String(value));
      this.element.title = value
        ? "The views show only what the search finds. Press to show all marks there."
        : "The views show all marks, whatever the search finds. Press to filter them too.";
    };
    this.registerDisposer(filterInView.changed.add(update));
    update();
  }
}
