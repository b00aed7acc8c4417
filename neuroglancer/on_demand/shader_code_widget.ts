import type {
  makeShaderCodeWidgetTopRow as makeTopRow,
  ShaderCodeWidget as Whole,
} from "neuroglancer/unstable/widget/shader_code_widget.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { cannotLoad } from "./cannot_load.js";

const load = () =>
  import(
    /* webpackChunkName: "text-editor" */ "neuroglancer/unstable/widget/shader_code_widget.js"
  );

/** Upstream's editor of a shader, with a whole text editor in it that few sessions open: an empty place until that has loaded. */
export class ShaderCodeWidget extends RefCounted {
  readonly element = document.createElement("div");
  /** As far as upstream's overlays reach into it: to have it drawn once it is in the page. */
  readonly textEditor = { refresh: () => this.whole?.textEditor.refresh() };
  private whole: Whole | undefined;

  constructor(state: Whole["state"]) {
    super();
    // As high and as wide as what will be in it.
    this.element.style.display = "contents";
    void this.fill(state);
  }

  override disposed(): void {
    this.element.remove();
    super.disposed();
  }

  private async fill(state: Whole["state"]): Promise<void> {
    try {
      const { ShaderCodeWidget } = await load();
      if (this.wasDisposed) return;
      this.whole = this.registerDisposer(new ShaderCodeWidget(state));
      this.element.append(this.whole.element);
      // Who put it into the page had it drawn when it was not there yet.
      this.whole.textEditor.refresh();
    } catch (error) {
      this.element.append(cannotLoad("shader editor", error));
    }
  }
}

/** Upstream's row above that editor. */
export function makeShaderCodeWidgetTopRow(
  ...args: Parameters<typeof makeTopRow>
): HTMLElement {
  const row = document.createElement("div");
  row.style.display = "contents";
  const [layer] = args;
  load().then(
    ({ makeShaderCodeWidgetTopRow }) => {
      if (!layer.wasDisposed) row.append(makeShaderCodeWidgetTopRow(...args));
    },
    (error: unknown) => row.append(cannotLoad("shader editor", error)),
  );
  return row;
}
