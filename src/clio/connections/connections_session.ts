import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import {
  type Edge,
  MOST_BODIES,
  type NeuprintInfo,
  type Side,
} from "../model/neuprint.js";
import { runSlices } from "../model/slices.js";
import type { CellNames } from "../ui/cell_names.js";
import { cellText } from "./cell_text.js";
import { ConnectionsProblem, problemOf } from "./connections_problem.js";
import { type ConnectionsCatalogue, neuprintOf } from "./dataset_neuprint.js";
import type { NeuprintClient } from "./neuprint_client.js";
import { PartnerIndex, type PartnerOrder } from "./partner_index.js";
import { type Partner, sumPartners } from "./partners.js";
import type { ViewerCells } from "../ui/viewer_cells.js";

/** Which dataset is open. */
export interface OpenDataset {
  readonly dataset: string | undefined;
  readonly changed: { add(tell: () => void): () => void };
}

/** How it stands with what was asked last. */
export type Standing = "nothing selected" | "asking" | "ready" | "problem";

/** How many selections one can go back to. */
const LONGEST_WAY = 100;

/** Where one can go back to. */
interface Stop {
  readonly selected: readonly bigint[];
  /** The cells that were asked about, where others were taken into the selection since. */
  readonly held: readonly bigint[] | undefined;
}

/** What is connected to the selected cells: it follows the selection, the merges and the dataset in view. */
export class ConnectionsSession extends RefCounted {
  readonly changed = new NullarySignal();
  info: NeuprintInfo | undefined;
  standing: Standing = "nothing selected";
  problem: ConnectionsProblem | undefined;
  /** The cells that were asked about. */
  asked: readonly bigint[] = [];
  index = PartnerIndex.none;
  /** The order in which the partners are shown: `index` is always ready for it. */
  order: PartnerOrder = "weight";
  /** Whether these are all. */
  complete = true;
  /** The regions that do not overlap. */
  primary: ReadonlySet<string> = new Set();
  private edges: readonly Edge[] = [];
  private shownSide: Side = "inputs";
  private question = "";
  private summed = -1;
  private sums = 0;
  private summing: Promise<void> = Promise.resolve();
  private stop = new AbortController();
  private attended = 0;
  private held: readonly bigint[] | undefined;
  /** Of which neuPrint dataset the regions are. */
  private regionsOf: string | undefined;
  private readonly back: Stop[] = [];
  private readonly forth: Stop[] = [];

  constructor(
    readonly cells: ViewerCells,
    readonly client: NeuprintClient,
    readonly names: CellNames,
    private readonly open: OpenDataset,
    private readonly catalogue: ConnectionsCatalogue,
  ) {
    super();
    this.registerDisposer(cells.changed.add(() => this.follow()));
    this.registerDisposer(open.changed.add(() => this.follow()));
    this.registerDisposer(() => this.stop.abort());
  }

  get dataset(): string | undefined {
    return this.open.dataset;
  }

  get partners(): readonly Partner[] {
    return this.index.partners;
  }

  get side(): Side {
    return this.shownSide;
  }

  set side(side: Side) {
    if (side === this.shownSide) return;
    this.shownSide = side;
    this.follow();
  }

  /** Follows what is selected until what it returns is called. */
  attend(): () => void {
    this.attended += 1;
    this.follow();
    return () => (this.attended -= 1);
  }

  /** Asks anew. */
  again(): void {
    this.question = "";
    this.follow();
  }

  /** Asks with a token of the person's own from now on; undefined to forget it. */
  useToken(token: string | undefined): void {
    this.client.token.keep(token);
    // Those that were not told without it.
    this.names.askAnew();
    this.again();
  }

  /** Whether the person has given a token of their own. */
  get hasToken(): boolean {
    return this.client.token.value !== undefined;
  }

  /** A cell by its type, where that is known, and its id. */
  nameOf(cell: bigint): string {
    return cellText(cell, this.cells, this.names);
  }

  /** Whether more is selected than was asked about: what a person has taken into the selection here. */
  get isHeld(): boolean {
    const { asked, cells } = this;
    return (
      this.held !== undefined &&
      cells.selected.some((cell) => !asked.includes(cell))
    );
  }

  /** Takes cells into the selection, or out of it, and stays with those that were asked about. */
  select(partners: readonly bigint[], selected: boolean): void {
    this.held ??= this.asked;
    this.cells.select(partners, selected);
  }

  /** Asks about all that is selected, and follows the selection again. */
  askAboutSelected(): void {
    this.held = undefined;
    this.follow();
  }

  /** Goes on to other cells, and can be gone back from. */
  goTo(cells: readonly bigint[]): void {
    const { here } = this;
    if (String(here.selected) === String(cells) && !this.isHeld) return;
    this.back.push(here);
    this.back.splice(0, this.back.length - LONGEST_WAY);
    this.forth.length = 0;
    this.held = undefined;
    this.cells.selectOnly(cells);
  }

  get canGoBack(): boolean {
    return this.back.length > 0;
  }

  get canGoForth(): boolean {
    return this.forth.length > 0;
  }

  /** Goes back to the cells before, or forth again. */
  goBack(): void {
    this.walk(this.back, this.forth);
  }

  goForth(): void {
    this.walk(this.forth, this.back);
  }

  private get here(): Stop {
    return { selected: this.cells.selected, held: this.held };
  }

  private walk(from: Stop[], to: Stop[]): void {
    const stop = from.pop();
    if (stop === undefined) return;
    to.push(this.here);
    this.held = stop.held;
    this.cells.selectOnly(stop.selected);
  }

  /** The cells to ask about: those held, as they are now and as far as they are selected, else all that are selected. */
  private get focus(): bigint[] {
    const { cells, held } = this;
    const { selected } = cells;
    const kept = [...new Set(held?.map((cell) => cells.cellOf(cell)))].filter(
      (cell) => selected.includes(cell),
    );
    if (kept.length > 0) return kept;
    this.held = undefined;
    return selected;
  }

  private questionAbout(focus: readonly bigint[]): string {
    const { cells, dataset, side } = this;
    const bodies = focus.flatMap((cell) => cells.segmentsOf(cell));
    const layer = cells.layer?.managedLayer.name ?? null;
    return JSON.stringify([
      ...[dataset ?? null, layer, side],
      bodies.map(String).sort(),
    ]);
  }

  private follow(): void {
    if (this.attended === 0 || this.wasDisposed) return;
    const { cells, dataset, side, focus } = this;
    const question = this.questionAbout(focus);
    this.asked = focus;
    if (question !== this.question) {
      this.question = question;
      this.stop.abort();
      this.stop = new AbortController();
      void this.ask(dataset, side, this.stop.signal);
    } else {
      if (cells.merged !== this.summed) {
        void this.sum().then(() => this.changed.dispatch());
      }
      this.changed.dispatch();
    }
  }

  private async ask(
    dataset: string | undefined,
    side: Side,
    signal: AbortSignal,
  ): Promise<void> {
    this.show("asking");
    try {
      if (dataset === undefined) throw problemOf("no-dataset");
      await this.prepare(dataset, signal);
      if (this.questionAbout(this.focus) !== this.question) {
        // The layer whose segments neuPrint knows is another than it seemed.
        this.follow();
        return;
      }
      if (this.cells.layer === undefined) throw problemOf("no-segmentation");
      const ids = this.asked
        .flatMap((cell) => this.cells.segmentsOf(cell))
        .map(String);
      if (ids.length === 0) {
        this.edges = [];
        await this.sum();
        signal.throwIfAborted();
        this.show("nothing selected");
        return;
      }
      if (ids.length > MOST_BODIES) throw problemOf("too-many-bodies");
      const answer = await this.client.connections(dataset, ids, side, signal);
      this.complete = answer.complete;
      this.edges = answer.edges;
      await runSlices(this.hearing(answer.edges));
      await this.sum();
      signal.throwIfAborted();
      this.show("ready");
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ConnectionsProblem)) throw error;
      this.problem = error;
      this.edges = [];
      await this.sum();
      if (!signal.aborted) this.show("problem");
    }
  }

  /**
   * Learns which neuPrint a dataset has, and which layer shows its cells.
   * @throws ConnectionsProblem, and the signal's reason
   */
  private async prepare(dataset: string, signal: AbortSignal): Promise<void> {
    const { client, catalogue } = this;
    const found = await neuprintOf(dataset, { client, catalogue }, signal);
    this.info = found?.info;
    if (found === undefined) throw problemOf("no-neuprint");
    const { info, layerName } = found;
    this.cells.layerName = layerName;
    if (this.regionsOf === info.dataset) return;
    this.primary = new Set(await this.client.regions(dataset, signal));
    this.regionsOf = info.dataset;
  }

  private *hearing(edges: readonly Edge[]): Generator<void> {
    for (const { body, type, instance } of edges) {
      this.names.hear(body, { type, instance });
      yield;
    }
  }

  /** Sums what was answered over the cells as they are merged by now. Fulfilled when the last sum that was begun is there. */
  private sum(): Promise<void> {
    this.summed = this.cells.merged;
    this.sums += 1;
    this.summing = this.sumUp(this.sums);
    return this.summing;
  }

  private async sumUp(sums: number): Promise<void> {
    const { cells, edges } = this;
    const partners = await sumPartners(edges, (body) => cells.cellOf(body));
    const index = await PartnerIndex.of(partners);
    while (!index.isReady(this.order)) await index.prepare(this.order);
    if (sums === this.sums) this.index = index;
    else await this.summing;
  }

  private show(standing: Standing): void {
    this.standing = standing;
    this.changed.dispatch();
  }
}
