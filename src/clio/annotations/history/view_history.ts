import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { Signal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { NextSteps } from "../../store/history.js";
import type { SandboxContext } from "../sandbox_context.js";
import type { Act, SandboxEditor } from "../sandbox_editor.js";
import { tell } from "../../ui/tell.js";

/** The history of the sandbox that is in view, whichever that is. */
export class ViewHistory extends RefCounted {
  /** What undo and redo would do now. */
  readonly steps = new WatchableValue<NextSteps>({});
  /** Told after each act of this tab in that sandbox. */
  readonly acts = new Signal<(act: Act) => void>();
  private editor: SandboxEditor | undefined;
  private removeListeners: (() => void)[] = [];

  constructor(
    viewer: Pick<Viewer, "layerManager" | "selectedLayer">,
    private readonly context: Pick<SandboxContext, "layer" | "show">,
  ) {
    super();
    const follow = () => this.follow();
    this.registerDisposer(viewer.layerManager.layersChanged.add(follow));
    this.registerDisposer(viewer.selectedLayer.changed.add(follow));
    this.registerDisposer(() => this.leave());
    follow();
  }

  /** Takes back the newest step; where that cannot be, the person is told. */
  undo(): void {
    void this.take("undone");
  }

  /** Does again the step that was taken back last; where that cannot be, the person is told. */
  redo(): void {
    void this.take("redone");
  }

  /** Brings a mark into the middle of the view and selects it. */
  async show(id: string): Promise<void> {
    const query = this.context.layer?.sandboxSource?.query;
    const [record] = (await query?.records([id])) ?? [];
    if (record === undefined) tell("The mark is not there any more.");
    else this.context.show(record);
  }

  private async take(how: "undone" | "redone"): Promise<void> {
    const { editor } = this;
    try {
      const step =
        how === "undone" ? await editor?.undo() : await editor?.redo();
      if (step === undefined) tell(`There is nothing to be ${how}.`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell(`Nothing was ${how}. ${reason}`);
    }
  }

  private follow(): void {
    const editor = this.context.layer?.sandboxSource?.editor;
    if (editor === this.editor) return;
    this.leave();
    this.editor = editor;
    if (editor !== undefined) {
      const update = () => (this.steps.value = editor.steps.value);
      this.removeListeners = [
        editor.steps.changed.add(update),
        editor.acts.add((act) => this.acts.dispatch(act)),
      ];
    }
    this.steps.value = editor?.steps.value ?? {};
  }

  private leave(): void {
    for (const remove of this.removeListeners.splice(0)) remove();
    this.editor = undefined;
  }
}
