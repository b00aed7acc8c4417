import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { CellName, CellNames } from "../ui/cell_names.js";
import { cellText } from "./cell_text.js";
import { ConnectionsSession, type OpenDataset } from "./connections_session.js";
import { ConnectionsView } from "./connections_view.js";
import { DatasetCells } from "./dataset_cells.js";
import type { ConnectionsCatalogue } from "./dataset_neuprint.js";
import type { MarkPlacer } from "./mark_placer.js";
import { NeuprintClient } from "./neuprint_client.js";
import { OwnToken } from "./own_token.js";
import { SegmentLabels } from "./segment_labels.js";
import { SynapseOverlay } from "./synapse_overlay.js";
import { SynapseReader } from "./synapse_reader.js";
import { parseSynapsesUrl } from "./synapse_set.js";
import { type MergedCells, SynapseSource } from "./synapse_source.js";
import { SynapseWalk } from "./synapse_walk.js";
import { ViewerCells } from "../ui/viewer_cells.js";

/** What connections work with. */
export interface ConnectionsContext {
  readonly viewer: Viewer;
  readonly catalogue: ConnectionsCatalogue;
  readonly open: OpenDataset;
  readonly marks: MarkPlacer;
  readonly names: CellNames;
}

/** All of the connections, loaded when they are first needed. */
export class ConnectionsPlugin extends RefCounted {
  private readonly client: NeuprintClient;
  private readonly session: ConnectionsSession;
  private readonly reader: SynapseReader;
  private readonly walk: SynapseWalk;
  private readonly gone = new AbortController();
  /** Whether datasets have a neuPrint, as far as it was asked. */
  private readonly known = new Map<string, Promise<boolean>>();

  constructor(
    private readonly context: ConnectionsContext,
    person: string,
  ) {
    super();
    const client = new NeuprintClient(new OwnToken(person));
    this.client = client;
    const { viewer, names, open, catalogue } = context;
    const cells = this.registerDisposer(new ViewerCells(viewer));
    this.registerDisposer(new SegmentLabels(cells, names));
    this.session = this.registerDisposer(
      new ConnectionsSession(cells, client, names, open, catalogue),
    );
    const datasets = this.registerDisposer(
      new DatasetCells(viewer, { client, catalogue }),
    );
    const cellsOf = (dataset: string, signal: AbortSignal) =>
      datasets.of(dataset, signal);
    this.reader = new SynapseReader({ client, cellsOf });
    this.walk = this.registerDisposer(new SynapseWalk(viewer, cells, names));
    this.registerDisposer(new SynapseOverlay(viewer, this.walk));
    this.registerDisposer(() => this.gone.abort());
  }

  /** Asks no more with the person's own neuPrint token. */
  forgetToken(): void {
    this.client.token.keep(undefined);
  }

  /** Fills the panel. */
  makeView(body: HTMLElement): ConnectionsView {
    const { session, walk, context } = this;
    const { viewer, marks } = context;
    return new ConnectionsView(body, { viewer, session, walk, marks });
  }

  /**
   * The synapses of a layer's source.
   * @throws Error in words for a person, and the signal's reason
   */
  async synapsesAt(
    url: string,
    signal: AbortSignal,
  ): Promise<{ dataset: string; annotation: SynapseSource }> {
    const set = parseSynapsesUrl(url);
    const { dataset } = set;
    const found = await this.reader.read(set, signal);
    const annotation = new SynapseSource(found, (body) =>
      this.nameIn(dataset, found.cells, BigInt(body)),
    );
    return { dataset, annotation };
  }

  /**
   * Whether a dataset of the list has a neuPrint.
   * @throws ConnectionsProblem, and what the catalogue throws
   */
  hasNeuprint(dataset: string): Promise<boolean> {
    let known = this.known.get(dataset);
    if (known === undefined) {
      known = this.askWhether(dataset);
      this.known.set(dataset, known);
      // Where the server was away it is asked again the next time.
      known.catch(() => this.known.delete(dataset));
    }
    return known;
  }

  /**
   * What cells of a dataset are called.
   * @throws ConnectionsProblem
   */
  async namesIn(
    dataset: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, CellName>> {
    const cells = await this.client.cells(dataset, ids, this.gone.signal);
    return new Map(cells.map((cell) => [cell.body, cell]));
  }

  /** What the cell of a body is called. Names are known of the dataset that is open alone. */
  private nameIn(dataset: string, cells: MergedCells, body: bigint): string {
    const { names, open } = this.context;
    const cell = cells.cellOf(body);
    return dataset === open.dataset
      ? cellText(cell, cells, names)
      : String(cell);
  }

  private async askWhether(dataset: string): Promise<boolean> {
    // A link may name one that is not there.
    const listed = await this.context.catalogue.findImage(dataset);
    if (listed === undefined) return false;
    return (await this.client.info(dataset, this.gone.signal)) !== null;
  }
}
