import {
  AnnotationGeometryData,
  type AnnotationMetadataChunk,
  AnnotationSource,
} from "neuroglancer/unstable/annotation/backend.js";
import {
  AnnotationSerializer,
  makeAnnotationPropertySerializers,
} from "neuroglancer/unstable/annotation/index.js";
import { WithParameters } from "neuroglancer/unstable/chunk_manager/backend.js";
import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
import { type Edit, editedId } from "../model/change.js";
import { openDatabase } from "../store/database.js";
import { isPacked, unpackEdits } from "../store/packed_edits.js";
import { readSandbox } from "../store/reader.js";
import {
  type AheadMessage,
  type ApplyMessage,
  CELL_CAPACITY,
  type CellUpdate,
  type ChangedMessage,
  expectedIn,
  gridOf,
  MARK_PROPERTIES,
  SANDBOX_CHANGED_RPC_ID,
  SandboxSourceParameters,
  voxelSizeOf,
} from "./base.js";
import type { ColorScheme } from "./coloring/color_scheme.js";
import {
  type ColorsAnswer,
  type LegendEntry,
  type PlacesMessage,
  SANDBOX_PLACES_RPC_ID,
} from "./coloring/legend.js";
import type { MarkColors } from "./coloring/mark_colors.js";
import { annotationOf, annotationsOf, type Mark, markOf } from "./mark.js";
import { type IndexedMarks, MarksAhead } from "./marks_ahead.js";
import { QueryEngine } from "./query/engine.js";
import { QueryServer } from "./query/query_server.js";
import { ShownMarks } from "./query/shown_marks.js";
import { runSlices } from "../model/slices.js";
import type { SandboxLevelBackend } from "./sandbox_level_backend.js";
import { type Unlooked, UnlookedMarks } from "./segments/unlooked.js";
import { type CellKey, SpatialIndex } from "./spatial_index.js";
import { UnsavedEdits } from "./unsaved_edits.js";

/** Cells that are made ready and taken over by the page in one go: some milliseconds on either side. */
const CELLS_AT_ONCE = 4;

/** Above so many edits at once each copy of a cell is made anew: most have changed. */
const MOST_EDITS = 4096;

const serializers = makeAnnotationPropertySerializers(3, MARK_PROPERTIES);

/**
 * The worker half of a sandbox: reads it from the browser's database, keeps its marks in a spatial index, and serves and refreshes the
 * cells that the page draws. A cell is served at once with what is known; what is read or changed later refreshes it.
 */
export class SandboxSourceBackend extends WithParameters(
  AnnotationSource,
  SandboxSourceParameters,
) {
  readonly levels: SandboxLevelBackend[] = [];
  /** What the page was told last of how many marks its cells hold, by level; see {@link expectedIn}. */
  expected: readonly number[] | undefined;
  readonly grid = gridOf(this.parameters.space);
  private readonly voxel = voxelSizeOf(this.parameters.space);
  /** Answers what the page asks of the marks. */
  readonly query = new QueryServer(this);
  private engine: QueryEngine;
  private marks: ShownMarks;
  private unlooked: UnlookedMarks;
  /** What the marks are coloured by; undefined for the colour of the layer. */
  private scheme: ColorScheme | undefined;
  private colors: MarkColors | undefined;
  private toldPlaces: MarkColors["places"];
  /** Whether all marks could be read. */
  private knowsAll = false;
  /** The last position of the journal that the index holds. */
  private seq = 0;
  private readonly unsaved = new UnsavedEdits();
  /** Changes that came during a reading, to be applied on top of it; undefined while nothing is being read. */
  private waiting: ApplyMessage[] | undefined;
  private readAgain = false;
  /** All marks as they will be once a change of very many is on disk; undefined where none is on its way. */
  private ahead: MarksAhead | undefined;

  constructor(rpc: RPC, options: object) {
    super(rpc, options);
    const { engine, shown } = this.emptyMarks();
    this.engine = engine;
    this.marks = shown;
    this.unlooked = new UnlookedMarks(shown.all);
    void this.read();
  }

  /** Reads everything again: more has happened than the page could tell. */
  reload(): void {
    this.dropAhead();
    this.readAgain = true;
    if (this.waiting === undefined) void this.read();
  }

  /** Makes ready what edits come to that are being written, where that spares time once they are. */
  makeReady({ change, edits }: AheadMessage): void {
    this.dropAhead();
    const { engine, voxel } = this;
    const isKnown = this.waiting === undefined && this.unsaved.size === 0;
    if (!isKnown || !MarksAhead.isWorth(edits, engine.total)) return;
    const into = this.emptyMarks();
    const asked = () => this.query.asked;
    this.ahead = new MarksAhead({ change, edits }, engine, into, asked, voxel);
  }

  private dropAhead(): void {
    this.ahead?.drop();
    this.ahead = undefined;
  }

  /** Applies edits that the page or another tab has made. Each message is answered by one, in order. */
  apply(message: ApplyMessage): void {
    const { seq } = message;
    if (seq !== undefined && this.waiting !== undefined) {
      this.waiting.push(message);
      return;
    }
    if (this.showAhead(message)) return;
    const edits = unpackEdits(message.edits);
    let changed: CellKey[] = [];
    if (seq === undefined) {
      this.unsaved.add(edits, message.change);
      changed = this.applyEdits(edits, false);
    } else {
      const waited = this.unsaved.forget(edits, message.change);
      if (seq > this.seq) {
        this.seq = seq;
        changed = this.applyEdits(this.unsaved.notOverlaid(edits), true);
      } else if (waited) {
        // A reading brought it as saved already, and it was shown over that as not saved.
        this.reload();
      }
    }
    this.announce(changed, {
      cause: "edit",
      answers: message.number,
      marks: isPacked(message.edits) ? [...this.references] : [],
    });
  }

  /** Shows what was made ready of these edits. Returns false where nothing was, and they are to be taken over one by one. */
  private showAhead({ number, change, seq }: ApplyMessage): boolean {
    const { ahead } = this;
    this.ahead = undefined;
    const isThis = ahead !== undefined && ahead.onTheirWay.change === change;
    if (!isThis || seq === undefined || seq <= this.seq) {
      ahead?.drop();
      return false;
    }
    const ready = ahead.finish();
    if (ready === undefined) return false;
    this.seq = seq;
    this.takeOver(ready);
    this.tellPlaces();
    this.query.serve(this.engine, this.marks);
    this.announce(this.heldCells(), {
      cause: "edit",
      answers: number,
      marks: [...this.references],
    });
    return true;
  }

  /** Marks that are saved and have no segments yet, at most so many. */
  unlookedMarks(limit: number): Promise<Unlooked[]> {
    return this.unlooked.first(limit);
  }

  /** Colours the marks by something else from now on. */
  colorBy(scheme: ColorScheme | undefined): void {
    this.scheme = scheme;
    this.colors = undefined;
    // While marks are being read it is not known which values they have.
    if (this.waiting === undefined) this.colors = this.colorsFor(this.engine);
    this.announce(this.heldCells(), { cause: "view" });
    this.tellPlaces();
  }

  /** What the colours mean; undefined where all have that of the layer. */
  legend(): LegendEntry[] | undefined {
    return this.colors?.legend();
  }

  /** The colours of marks; undefined for those that have the layer's. */
  colorsOf(ids: Uint8Array): ColorsAnswer {
    const { engine, colors } = this;
    return engine
      .records(ids)
      .map((record) => record && colors?.colorOf(record));
  }

  /** Those of the scheme, with the places that its values have by now. */
  private colorsFor(engine: QueryEngine): MarkColors | undefined {
    const { scheme } = this;
    return (
      scheme &&
      engine.colors({ ...scheme, kept: this.colors?.places ?? scheme.kept })
    );
  }

  /** Has the page keep which value has which colour, where that has changed. */
  private tellPlaces(): void {
    const { scheme, colors, toldPlaces } = this;
    const places = colors?.places;
    // Values whose marks could not be read would lose their places.
    if (places === toldPlaces || !this.knowsAll) return;
    this.toldPlaces = places;
    if (scheme === undefined || places === undefined) return;
    const message: PlacesMessage = { id: this.rpcId!, by: scheme.by, places };
    this.rpc!.invoke(SANDBOX_PLACES_RPC_ID, message);
  }

  /** The contents of a cell, as the page draws them. */
  serialize(key: CellKey): AnnotationGeometryData {
    const serializer = new AnnotationSerializer(serializers);
    for (const mark of this.marks.index.drawn(key)) {
      const color = this.colors?.colorOf(mark.record);
      for (const part of annotationsOf(mark, color)) serializer.add(part);
    }
    return Object.assign(new AnnotationGeometryData(), serializer.serialize());
  }

  override downloadMetadata(chunk: AnnotationMetadataChunk): Promise<void> {
    chunk.annotation = this.annotation(chunk.key!);
    return Promise.resolve();
  }

  private emptyMarks(): IndexedMarks {
    const emptyIndex = () => new SpatialIndex<Mark>(this.grid, CELL_CAPACITY);
    const engine = new QueryEngine(this.voxel);
    return { engine, shown: new ShownMarks(emptyIndex(), engine, emptyIndex) };
  }

  /** Has the page draw what is shown now, some cells at a time. */
  *redraw(): Generator<void> {
    const cells = this.heldCells();
    for (let i = 0; i < cells.length; i += CELLS_AT_ONCE) {
      const end = i + CELLS_AT_ONCE;
      const more = end < cells.length;
      this.announce(cells.slice(i, end), { cause: "view", more });
      yield;
    }
  }

  private async read(): Promise<void> {
    this.waiting = [];
    this.readAgain = false;
    this.query.hold();
    let error: string | undefined;
    try {
      await this.readIndex();
    } catch (reason) {
      error = reason instanceof Error ? reason.message : String(reason);
    }
    const waiting = this.waiting;
    this.waiting = undefined;
    this.colors ??= this.colorsFor(this.engine);
    this.knowsAll = error === undefined;
    this.tellPlaces();
    this.query.serve(this.engine, this.marks);
    this.announce(this.heldCells(), {
      cause: "reading",
      error,
      marks: [...this.references],
    });
    for (const message of waiting) this.apply(message);
    if (this.readAgain) await this.read();
  }

  private async readIndex(): Promise<void> {
    const { database, key } = this.parameters;
    const db = await openDatabase(database, {
      // A newer Clio in another tab waits for this to let go.
      blocking: (_current, _blocked, event) =>
        (event.target as IDBDatabase).close(),
    });
    try {
      const { voxel } = this;
      const { engine, shown } = this.emptyMarks();
      const { seq } = await readSandbox(db, key, (records) => {
        for (const record of records) engine.put(record);
        shown.all.load(records.map((record) => markOf(record, true, voxel)));
      });
      // What a search hides must not be shown for a moment.
      shown.show(this.query.asked);
      await runSlices(shown.build());
      this.takeOver({ engine, shown });
      this.seq = seq;
      this.applyEdits(this.unsaved.all, false);
    } finally {
      db.close();
    }
  }

  private takeOver({ engine, shown }: IndexedMarks): void {
    this.engine = engine;
    this.colors = this.colorsFor(engine);
    this.marks = shown;
    this.unlooked = new UnlookedMarks(shown.all);
  }

  private applyEdits(edits: readonly Edit[], saved: boolean): CellKey[] {
    this.query.touch();
    let recolored = false;
    for (const edit of edits) {
      if (edit.op === "put") {
        this.engine.put(edit.record);
        if (this.colors?.see(edit.record) === true) recolored = true;
      } else {
        this.engine.delete(edit.id);
      }
    }
    this.tellPlaces();
    const marks = edits.map((edit) =>
      edit.op === "put" ? markOf(edit.record, saved, this.voxel) : edit.id,
    );
    for (const edit of edits) this.unlooked.changed(editedId(edit));
    if (edits.length > MOST_EDITS) {
      this.marks.applyMany(marks);
      return this.heldCells();
    }
    const changed = this.marks.apply(marks);
    return recolored ? this.heldCells() : changed;
  }

  private annotation(id: string) {
    const mark = this.marks.all.get(id);
    return mark === undefined ? null : annotationOf(mark);
  }

  /** Every cell of which the page or the worker holds a copy. */
  private heldCells(): CellKey[] {
    return this.levels.flatMap((level) => level.heldCells());
  }

  /** Refreshes the copies of changed cells, and tells the page. */
  private announce(
    changed: readonly CellKey[],
    {
      marks = [],
      ...told
    }: Pick<ChangedMessage, "cause" | "answers" | "error" | "more"> & {
      marks?: readonly string[];
    },
  ): void {
    const cells: CellUpdate[] = [];
    const seen = new Set<string>();
    for (const key of changed) {
      const name = `${key.level}/${key.cell}`;
      if (seen.has(name)) continue;
      seen.add(name);
      // The page may not have asked for this level yet.
      const level = this.levels[key.level] as SandboxLevelBackend | undefined;
      const update = level?.refresh(key.cell);
      if (update !== undefined) cells.push(update);
    }
    const message: ChangedMessage = {
      ...told,
      id: this.rpcId!,
      cells,
      marks: marks.map((id) => ({ id, annotation: this.annotation(id) })),
      count: this.marks.all.size,
      expected: this.expect(),
    };
    this.rpc!.invoke(
      SANDBOX_CHANGED_RPC_ID,
      message,
      cells.map((cell) => cell.data.data.buffer),
    );
  }

  /** Has both halves know how densely the marks lie; see {@link expectedIn}. */
  private expect(): number[] {
    const { index } = this.marks;
    const expected = index.grid.levels.map((_, level) =>
      expectedIn(index.meanOf(level)),
    );
    let differs = false;
    // Not all of them may be there yet.
    this.levels.forEach(({ spec }, level) => {
      differs ||= spec.limit !== expected[level];
      spec.limit = expected[level];
    });
    // Other cells are in view now.
    if (differs) this.chunkManager.scheduleUpdateChunkPriorities();
    this.expected = expected;
    return expected;
  }
}
