import type { MouseSelectionState } from "neuroglancer/unstable/layer/index.js";
import {
  LayerTool,
  LegacyTool,
  type ToolActivation,
} from "neuroglancer/unstable/ui/tool.js";
import { EventActionMap } from "neuroglancer/unstable/util/event_action_map.js";
import { bindingsOf, type KeyAction, keyOf } from "../../model/keys.js";
import { keyCap } from "../../ui/key_cap.js";
import { followPress } from "../../ui/clicks.js";
import { toolLine } from "../../ui/tool_line.js";
import type { SandboxLayer } from "../layer.js";
import type { Shape } from "./shape.js";
import { ShapeDraft } from "./shape_draft.js";

const INPUTS = EventActionMap.fromObject(bindingsOf("drawing"), {
  label: "Drawing marks",
});

/** Draws marks of one kind, click by click, until it is left. */
export class ShapeTool extends LayerTool<SandboxLayer> {
  override description: string;

  constructor(
    layer: SandboxLayer,
    private readonly shape: Shape,
  ) {
    super(layer, /*toggle=*/ true);
    this.description = shape.title.toLowerCase();
  }

  override activate(activation: ToolActivation<this>): void {
    const { layer, shape, mouseState } = this;
    const draft = activation.registerDisposer(new ShapeDraft(layer, shape));
    const body = toolLine(activation, shape.kind, shape.title);
    const tell = () => body.replaceChildren(...nextStep(shape, draft.clicks));
    tell();
    activation.registerDisposer(draft.changed.add(tell));
    const press = followPress(activation);
    activation.bindInputEventMap(INPUTS);
    const on = <Info>(action: KeyAction, act: (event: Info) => void) =>
      activation.bindAction<Info>(action, (event) => {
        event.stopPropagation();
        act(event.detail);
      });
    on<MouseEvent>("click-vertex", (event) => {
      if (press.isClick(event)) draft.click(mouseState);
    });
    on("finish-shape", () => draft.finish());
    on("finish-shape-by-double-click", () => draft.finish());
    on("take-back-vertex", () => draft.takeBack());
    on("leave-tool", () => {
      if (draft.clicks > 0) draft.drop();
      else activation.cancel();
    });
  }

  override toJSON(): string {
    return this.shape.tool;
  }
}

/** The same as a tool of the selected layer: Control+click is the click, as in the plain viewer. */
export class ControlClickShapeTool extends LegacyTool<SandboxLayer> {
  override description: string;
  private readonly draft: ShapeDraft;

  constructor(
    layer: SandboxLayer,
    private readonly shape: Shape,
  ) {
    super(layer);
    this.description = shape.title.toLowerCase();
    this.draft = this.registerDisposer(new ShapeDraft(layer, shape));
  }

  override trigger(mouse: MouseSelectionState): void {
    this.draft.click(mouse);
  }

  /** What the viewer's own key to finish an annotation does. */
  complete(): void {
    this.draft.finish();
  }

  /** What the viewer's own key to take back a step of an annotation does. */
  undo(): void {
    this.draft.takeBack();
  }

  override deactivate(): void {
    this.draft.drop();
  }

  override toJSON(): string {
    return this.shape.tool;
  }
}

/** What to do next, and the keys for it. */
function nextStep({ steps, clicks }: Shape, done: number): (Node | string)[] {
  const step = steps[Math.min(done, steps.length - 1)];
  const keys: (Node | string)[] =
    done === 0
      ? [keyCap(keyOf("leave-tool")), "to stop"]
      : [keyCap(keyOf("leave-tool")), "drop it"];
  if (done > 0) keys.push(keyCap(keyOf("take-back-vertex")), "one back");
  if (done > 1 && clicks === undefined) {
    keys.push(keyCap(keyOf("finish-shape")), "finish");
  }
  return [step, ...keys];
}
