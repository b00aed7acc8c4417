import { UserLayer } from "neuroglancer/unstable/layer/index.js";
import {
  LayerTool,
  type ToolActivation,
} from "neuroglancer/unstable/ui/tool.js";

/** The places of the atlas in the views. It has no data of its own: a link says that they are shown, and who opens it sees what they may. */
export class AtlasLayer extends UserLayer {
  static override type = "clio-atlas";
  static override typeAbbreviation = "atl";

  override canAddDataSource(): boolean {
    return false;
  }
}

/** Name of its tool in a link. */
export const PLACE_TOOL = "clioAtlasPlace";

/** Adds a place by a click. What it does then is in the part that loads later. */
export class PlaceTool extends LayerTool<AtlasLayer> {
  override description = "place of the atlas";

  constructor(
    layer: AtlasLayer,
    private readonly taken: (activation: ToolActivation) => void,
  ) {
    super(layer, /*toggle=*/ true);
  }

  override activate(activation: ToolActivation<this>): void {
    this.taken(activation);
  }

  override toJSON(): string {
    return PLACE_TOOL;
  }
}
