import {
  type AnnotationGeometryChunkSource,
  MultiscaleAnnotationSource,
} from "neuroglancer/unstable/annotation/frontend_source.js";
import {
  type Annotation,
  AnnotationReference,
} from "neuroglancer/unstable/annotation/index.js";
import {
  type ChunkManager,
  WithParameters,
} from "neuroglancer/unstable/chunk_manager/frontend.js";
import type { SliceViewSingleResolutionSource } from "neuroglancer/unstable/sliceview/frontend.js";
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
import { type AnnotationRecord, KIND_NAMES } from "../model/annotation.js";
import { editedId } from "../model/change.js";
import { type MarksVocabulary, NO_VOCABULARY } from "../model/fields.js";
import type { MarkGeometry } from "../model/geometry.js";
import type { VoxelSize } from "../model/measurement.js";
import { sameSandbox, type SandboxDescription } from "../model/sandbox.js";
import {
  editsOfMarks,
  isPacked,
  type StoredEdits,
} from "../store/packed_edits.js";
import type { Store } from "../store/store.js";
import {
  type AheadMessage,
  type ApplyMessage,
  type ChangedMessage,
  MARK_PROPERTIES,
  SANDBOX_AHEAD_RPC_ID,
  SANDBOX_APPLY_RPC_ID,
  SANDBOX_RELOAD_RPC_ID,
  SandboxSourceParameters,
  voxelSizeOf,
} from "./base.js";
import { CellGeometry } from "./cell_geometry.js";
import { MarkColoring } from "./coloring/mark_coloring.js";
import { geometryOf, mainPart } from "./drawn.js";
import { DrawnAhead } from "./drawn_ahead.js";
import { annotationOf, annotationsOf, markOf } from "./mark.js";
import { SandboxQuery } from "./query/sandbox_query.js";
import { storedRecords } from "./newest_records.js";
import { SandboxEditor } from "./sandbox_editor.js";
import { levelSources, type SandboxLevel } from "./sandbox_level.js";
import { tell } from "../ui/tell.js";

/** Edits on their way through the worker. */
interface SentEdits {
  edits: StoredEdits<AnnotationRecord>;
  saved: boolean;
}

interface SourceOptions {
  parameters: SandboxSourceParameters;
  store: Store;
  description: SandboxDescription;
}

/**
 * The page's half of a sandbox: what upstream's annotation layer draws, picks and edits. An edit goes to the store; what is drawn is
 * what the store has acknowledged, or has said that it could not save. So the screen never shows more than the disk has without
 * saying so. Only a mark that is being dragged is drawn ahead of that.
 */
export class SandboxSource extends WithParameters(
  MultiscaleAnnotationSource,
  SandboxSourceParameters,
) {
  declare OPTIONS: SourceOptions;
  readonly editor: SandboxEditor;
  /** Searches, sorts and counts the marks. */
  readonly query = new SandboxQuery(this);
  /** What the marks are coloured by. */
  readonly coloring = new MarkColoring(this);
  /** Number of marks, once they have been read. */
  readonly count = new WatchableValue<number | undefined>(undefined);
  /** Why they could not be read. */
  readonly readError = new WatchableValue<string | undefined>(undefined);
  /** Told after each change of the sandbox. */
  readonly marksChanged = new NullarySignal();
  /** What the dataset says of its marks. */
  readonly vocabulary: MarksVocabulary;
  /** Edges of a voxel in nm. */
  readonly voxelSize: VoxelSize;
  /** Marks that are drawn before they are stored. */
  readonly ahead = new DrawnAhead(this);
  /** How many marks the cells hold, by level, once that is known; see `expectedIn`. */
  expected: readonly number[] | undefined;
  /** Ids of the marks that one of upstream's own tools is about to place. */
  private readonly unfinished = new Set<string>();
  private readonly store: Store;
  /** Edits that the worker has not answered yet, by number of the message. */
  private readonly sent = new Map<number, SentEdits>();
  private messages = 0;

  constructor(chunkManager: ChunkManager, options: SourceOptions) {
    super(chunkManager, {
      ...options,
      rank: 3,
      relationships: [],
      properties: MARK_PROPERTIES,
    });
    this.store = options.store;
    this.voxelSize = voxelSizeOf(options.parameters.space);
    this.vocabulary = options.description.vocabulary ?? NO_VOCABULARY;
    this.editor = new SandboxEditor(
      options.store,
      options.parameters.key,
      options.description,
      (ids) => this.find(ids),
    );
    this.registerDisposer(() => this.editor.dispose());
  }

  override initializeCounterpart(rpc: RPC, options: object): void {
    super.initializeCounterpart(rpc, options);
    const { store } = this;
    const { key } = this.parameters;
    this.registerDisposer(
      store.changes.add(({ key: changed, edits, change, seq }) => {
        if (sameSandbox(changed, key)) this.send(edits, change?.id, seq);
      }),
    );
    this.registerDisposer(store.readAgain.add(() => this.readAgain()));
    this.registerDisposer(
      store.state.changed.add(() => {
        if (store.state.value !== "ready") return;
        if (this.readError.value === undefined) void this.checkDamage();
        else this.readAgain();
      }),
    );
    this.registerDisposer(
      this.editor.onItsWay.add(({ id: change, edits }) => {
        if (!isPacked(edits)) return;
        const message: AheadMessage = { id: this.rpcId!, change, edits };
        this.rpc!.invoke(SANDBOX_AHEAD_RPC_ID, message);
      }),
    );
    this.registerDisposer(
      this.editor.unsaved.add(({ id, edits }) =>
        this.send(edits, id, undefined),
      ),
    );
    for (const change of store.unsaved.value) {
      if (!sameSandbox(change, key)) continue;
      this.send(change.edits, change.id, undefined);
    }
  }

  /** Reads all marks from disk again. */
  readAgain(): void {
    this.rpc!.invoke(SANDBOX_RELOAD_RPC_ID, { id: this.rpcId });
  }

  /** The levels of the index, as upstream wants them. */
  override getSources(): SliceViewSingleResolutionSource<AnnotationGeometryChunkSource>[][] {
    return [levelSources(this)];
  }

  /**
   * A new mark from one of upstream's own tools. Those that take several clicks give it unfinished, to be drawn ahead until they
   * commit it or delete it again.
   */
  override add(annotation: Annotation, commit = true): AnnotationReference {
    const id = crypto.randomUUID();
    const reference = new AnnotationReference(id);
    reference.value = { ...annotation, id };
    this.references.set(id, reference);
    reference.registerDisposer(() => this.references.delete(id));
    this.unfinished.add(id);
    if (commit) this.commit(reference);
    else this.update(reference, reference.value);
    return reference;
  }

  /**
   * As upstream's, and its value is there at once where the mark is drawn: upstream asks for that of the mark that a person
   * begins to move.
   */
  override getReference(id: string): AnnotationReference {
    const reference = super.getReference(id);
    reference.value ??= mainPart(this.ahead.find(id));
    return reference;
  }

  /** Draws a mark as it is being changed by one of upstream's own tools, without storing it. */
  override update(reference: AnnotationReference, annotation: Annotation) {
    reference.value = annotation;
    this.ahead.show(annotation.id, [annotation]);
    reference.changed.dispatch();
  }

  /** Stores a new mark of one of upstream's own tools, or the description that was changed in its form. */
  override commit(reference: AnnotationReference): void {
    const { id, value } = reference;
    if (value == null) return;
    if (this.unfinished.delete(id)) {
      const geometry = geometryOf([value])!;
      const record = this.editor.newRecord(geometry, id);
      const label = `Place ${KIND_NAMES[record.kind]}`;
      this.editor.add([record], label).catch((error: Error) => {
        this.refuse(label, id, error);
      });
      return;
    }
    const description = value.description ?? "";
    this.change("Edit description", id, (record) => ({
      ...record,
      description,
    }));
  }

  /** Deletes a mark. */
  override delete({ id }: AnnotationReference): void {
    if (this.unfinished.delete(id)) {
      this.ahead.drop(id);
      return;
    }
    const geometry = this.drawnGeometry(id);
    const name = geometry === undefined ? "mark" : KIND_NAMES[geometry.kind];
    this.change(`Delete ${name}`, id, () => undefined);
  }

  /**
   * Changes one mark as one step of undo. A person is told where that cannot be, because it is locked or gone; it is then drawn as it
   * is, wherever it was drawn ahead.
   */
  change(
    label: string,
    id: string,
    change: (record: AnnotationRecord) => AnnotationRecord | undefined,
  ): void {
    this.editor.edit(label, [id], change).catch((error: Error) => {
      this.refuse(label, id, error);
    });
  }

  /** Tells a person why a mark is not drawn any more as it was drawn ahead. */
  private refuse(label: string, id: string, { message }: Error): void {
    this.ahead.takeBack(id);
    tell(`${label}: nothing was changed, because ${message}.`);
  }

  /** Where a mark lies as it is drawn now; undefined where no view has it. */
  drawnGeometry(id: string): MarkGeometry | undefined {
    return geometryOf(this.ahead.find(id));
  }

  /** Draws a mark with another geometry than the stored one, until it is stored or taken back. */
  drawAhead(id: string, geometry: MarkGeometry): void {
    const record = this.editor.newRecord(geometry, id);
    const [drawn] = this.ahead.find(id);
    const parts = annotationsOf(markOf(record, true, this.voxelSize));
    this.ahead.show(
      id,
      parts.map((part) => ({ ...part, properties: drawn.properties })),
    );
  }

  /** Takes over what the worker says has changed. */
  handleChanged(message: ChangedMessage, rpc: RPC): void {
    for (const { source, chunk: key, data } of message.cells) {
      const level = rpc.get(source) as SandboxLevel | undefined;
      const chunk = level?.chunks.get(key);
      // Evicted since: it will be read afresh when it is next in view.
      if (level === undefined || chunk === undefined) continue;
      chunk.data?.freeGPUMemory(level.gl);
      chunk.data = new CellGeometry(data);
    }
    this.expected = message.expected;
    for (const source of this.spatiallyIndexedSources) {
      const { spec, parameters } = source as SandboxLevel;
      spec.limit = message.expected[parameters.level];
    }
    if (message.more === true) return;
    for (const { id, annotation } of message.marks) {
      this.show(id, annotation);
    }
    if (message.answers !== undefined) this.showSent(message.answers);
    if (message.cause === "reading") {
      this.readError.value = message.error;
      void this.checkDamage();
    }
    this.count.value = message.count;
    this.marksChanged.dispatch();
    this.redraw();
  }

  /** Records as the worker has them, which is what the store has told of; it has none where it could not read them. */
  private find(
    ids: readonly string[],
  ): Promise<(AnnotationRecord | undefined)[]> {
    return this.readError.value === undefined
      ? this.query.records(ids)
      : storedRecords(this.store, this.parameters.key, ids);
  }

  private send(
    stored: StoredEdits,
    change: string | undefined,
    seq: number | undefined,
  ): void {
    const edits = editsOfMarks(stored);
    const number = ++this.messages;
    this.sent.set(number, { edits, saved: seq !== undefined });
    const id = this.rpcId!;
    const message: ApplyMessage = { id, number, edits, change, seq };
    this.rpc!.invoke(SANDBOX_APPLY_RPC_ID, message);
  }

  /** Has the store say what of the sandbox is damaged: reading it is what finds that. */
  private async checkDamage(): Promise<void> {
    // As soon as the database is there this is asked again.
    if (this.store.db === undefined) return;
    try {
      await this.store.checkDamage(this.parameters.key);
    } catch (error) {
      // The database went away meanwhile, which the store itself says.
      console.warn("Clio could not look for damaged marks:", error);
    }
  }

  /** The cells now show these edits: what was drawn ahead of them goes, and who refers to their marks is told. */
  private showSent(number: number): void {
    const sent = this.sent.get(number);
    this.sent.delete(number);
    // Of very many the worker says itself what has become of the marks that are known here.
    if (sent === undefined || isPacked(sent.edits)) return;
    for (const edit of sent.edits) {
      const id = editedId(edit);
      this.ahead.drop(id);
      if (!this.references.has(id)) continue;
      this.show(
        id,
        edit.op === "put"
          ? annotationOf(markOf(edit.record, sent.saved, this.voxelSize))
          : null,
      );
    }
  }

  /** Tells who refers to a mark what it is now; null where it is deleted. */
  private show(id: string, annotation: Annotation | null): void {
    const chunk = this.metadataChunkSource.chunks.get(id);
    if (chunk !== undefined) chunk.annotation = annotation;
    const reference = this.references.get(id);
    if (reference === undefined) return;
    reference.value = annotation;
    reference.changed.dispatch();
  }

  private redraw(): void {
    this.chunkManager.chunkQueueManager.visibleChunksChanged.dispatch();
  }
}
