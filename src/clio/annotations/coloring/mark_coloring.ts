import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
import type { MarksVocabulary } from "../../model/fields.js";
import { type ColorBy, schemeOf } from "./color_scheme.js";
import {
  type LegendEntry,
  SANDBOX_COLOR_RPC_ID,
  SANDBOX_LEGEND_RPC_ID,
} from "./legend.js";

/** The sandbox's source, as far as colouring needs it. */
interface ColoredSource {
  readonly rpc: RPC | null;
  readonly rpcId: number | null;
  readonly vocabulary: MarksVocabulary;
}

/** The page's half of colouring marks: the worker has the marks, and gives them their colours. */
export class MarkColoring {
  private by: ColorBy | undefined;

  constructor(private readonly source: ColoredSource) {}

  /** Colours all marks by something from now on; undefined gives them the layer's colour. */
  colorBy(by: ColorBy | undefined): void {
    if (by === this.by) return;
    this.by = by;
    const { rpc, rpcId: id, vocabulary } = this.source;
    const scheme = by && schemeOf(by, vocabulary);
    rpc!.invoke(SANDBOX_COLOR_RPC_ID, { id, scheme });
  }

  /** What the colours mean now; undefined where there is nothing that marks are coloured by. */
  legend(): Promise<LegendEntry[] | undefined> {
    const { rpc, rpcId: source } = this.source;
    return rpc!.promiseInvoke(SANDBOX_LEGEND_RPC_ID, { source });
  }
}
