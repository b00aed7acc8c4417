import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { MarksVocabulary } from "../../model/fields.js";
import type { SandboxKey } from "../../model/sandbox.js";
import { packIds } from "../query/packed_ids.js";
import { type ColorBy, schemeOf } from "./color_scheme.js";
import { keepPlaces, keptPlaces } from "./kept_places.js";
import {
  type ColorsAnswer,
  type ColorsMessage,
  type LegendEntry,
  type PlacesMessage,
  SANDBOX_COLOR_RPC_ID,
  SANDBOX_COLORS_RPC_ID,
  SANDBOX_LEGEND_RPC_ID,
} from "./legend.js";

/** The sandbox's source, as far as colouring needs it. */
interface ColoredSource {
  readonly rpc: RPC | null;
  readonly rpcId: number | null;
  readonly vocabulary: MarksVocabulary;
  readonly parameters: { readonly key: SandboxKey };
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
    const scheme = by && schemeOf(by, vocabulary, keptPlaces(this.dataset, by));
    rpc!.invoke(SANDBOX_COLOR_RPC_ID, { id, scheme });
  }

  /** What the colours mean now; undefined where there is nothing that marks are coloured by. */
  legend(): Promise<LegendEntry[] | undefined> {
    const { rpc, rpcId: source } = this.source;
    return rpc!.promiseInvoke(SANDBOX_LEGEND_RPC_ID, { source });
  }

  /** The colours of marks as they are drawn, as 0xrrggbb; undefined for those that have the layer's. */
  async colorsOf(records: readonly AnnotationRecord[]): Promise<ColorsAnswer> {
    if (this.by === undefined) return records.map(() => undefined);
    const { rpc, rpcId: source } = this.source;
    const ids = packIds(records.map(({ id }) => id));
    const message: ColorsMessage = { source: source!, ids };
    return rpc!.promiseInvoke(SANDBOX_COLORS_RPC_ID, message);
  }

  /** Keeps which value has which colour, for when the page is opened again. */
  handlePlaces({ by, places }: PlacesMessage): void {
    keepPlaces(this.dataset, by, places);
  }

  private get dataset(): string {
    return this.source.parameters.key.dataset;
  }
}
