import type {
  TrackableDataSelectionState,
  UserLayerSelectionState,
} from "neuroglancer/unstable/layer/index.js";
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { SandboxLayer } from "./layer.js";

/**
 * The selected mark, which is the viewer's own selection: whoever selects a mark, by a click in a slice, by a link or in a table, does it
 * there.
 */
export class SelectedMark {
  /** Id of the mark that is selected. What the pointer passes over while the viewer's selection follows it does not count. */
  readonly id = new WatchableValue<string | undefined>(undefined);

  constructor(private readonly selection: TrackableDataSelectionState) {
    selection.changed.add(() => this.update());
    this.update();
  }

  /** Selects a mark of a layer. The viewer's panel of the selection stays as it is: to open it would move what is looked at. */
  select(layer: SandboxLayer, id: string): void {
    const { selection } = this;
    const source = layer.sandboxState;
    if (source === undefined || this.id.value === id) return;
    // As upstream begins one: the layer fills it in.
    const state = {} as UserLayerSelectionState;
    layer.initializeSelectionState(state);
    state.annotationId = id;
    state.annotationSourceIndex = source.sourceIndex;
    state.annotationSubsource = source.subsourceId;
    state.annotationSubsubsourceId = source.subsubsourceId;
    selection.pin.value = true;
    selection.value = {
      layers: [{ layer, state }],
      coordinateSpace: selection.coordinateSpace.value,
      position: undefined,
    };
  }

  /** Selects no mark. */
  clear(): void {
    if (this.id.value !== undefined) this.selection.value = undefined;
  }

  private update(): void {
    const { pin, value } = this.selection;
    const found = pin.value
      ? value?.layers.find(({ layer }) => layer instanceof SandboxLayer)
      : undefined;
    this.id.value = found?.state.annotationId;
  }
}
