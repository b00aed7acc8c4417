import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { Signal } from "neuroglancer/unstable/util/signal.js";
import type { AnnotationRecord } from "../model/annotation.js";
import { type Edit, editedId } from "../model/change.js";
import type { MarkGeometry } from "../model/geometry.js";
import {
  type InSet,
  lockedReason,
  refuseLocked,
} from "../model/locked_sets.js";
import type { StoredRecord } from "../model/record.js";
import { changedFields } from "../model/record_fields.js";
import {
  isOwnSandbox,
  sameSandbox,
  type SandboxDescription,
  type SandboxKey,
} from "../model/sandbox.js";
import type {
  Direction,
  NextSteps,
  StepAhead,
  Turn,
} from "../store/history.js";
import { whileEditing } from "../store/locks.js";
import {
  countEdits,
  editsOfMarks,
  joinPacked,
  packAll,
  someEdits,
  type StoredChange,
  type StoredEdits,
} from "../store/packed_edits.js";
import type { Store } from "../store/store.js";
import type { EditWatch } from "./edit_watch.js";
import { besideOthers } from "./history/beside_others.js";
import { StepWatch } from "./history/step_watch.js";
import type { PreparedMarks } from "./prepared_marks.js";
import {
  NewestRecords,
  type RecordFinder,
  storedRecords,
} from "./newest_records.js";
import { runSlices } from "../model/slices.js";

/** One step of the history, as undo and redo tell of it. */
export interface Step {
  /** "Move point". */
  label: string;
  /** One of them that is there afterwards; undefined where all are gone. */
  left: string | undefined;
}

/** What a person has just done in this tab, so that it can be named and taken back. */
export interface Act extends Step {
  how: "done" | "undone" | "redone";
}

/**
 * Makes the changes that a person's acts on one sandbox mean. Each resolves once it is known whether the disk has it, and rejects,
 * with a reason that a person can read, where it was not done at all.
 */
export class SandboxEditor {
  /** A change that is about to be written. */
  readonly onItsWay = new Signal<(change: StoredChange) => void>();
  /** A change that the disk has refused; it stays in memory and is tried again by the store. */
  readonly unsaved = new Signal<(change: StoredChange) => void>();
  /** Told after each act of this tab, saved or not. What the program does by itself is none. */
  readonly acts = new Signal<(act: Act) => void>();
  /** Names of the sets whose marks stay as they are. */
  readonly lockedSets = new WatchableValue<ReadonlySet<string>>(new Set());
  /** Name of the set that new marks go to; undefined for none. */
  newMarksSet: string | undefined;
  private readonly newest: NewestRecords;
  private readonly stepWatch: StepWatch;
  private readonly disposers: (() => void)[];
  private described = false;

  /** @param find knows all that `store.changes` has told; by default the database. */
  constructor(
    private readonly store: Store,
    readonly key: SandboxKey,
    readonly description: SandboxDescription,
    find: RecordFinder = (ids) => storedRecords(store, key, ids),
  ) {
    this.newest = new NewestRecords(store, key, find);
    this.stepWatch = new StepWatch(store, key);
    this.disposers = [
      () => this.stepWatch.dispose(),
      store.locked.add(key, this.lockedSets),
    ];
  }

  /** What undo and redo would do now, whichever tab did it. */
  get steps(): WatchableValue<NextSteps> {
    return this.stepWatch.steps;
  }

  /** Lets go of the store. What was begun is done. */
  dispose(): void {
    for (const dispose of this.disposers.splice(0)) dispose();
  }

  /** A mark that is not there yet, with empty fields. It is on no disk before it is given to `add`. */
  newRecord(
    geometry: MarkGeometry,
    id: string = crypto.randomUUID(),
  ): AnnotationRecord {
    const now = Date.now();
    return {
      ...geometry,
      id,
      description: "",
      tags: [],
      checked: false,
      ...(this.newMarksSet !== undefined && { set: this.newMarksSet }),
      user: this.key.user,
      created: now,
      modified: now,
    };
  }

  /**
   * Puts records whose ids are new: one change, one step of undo. Nothing is read for it, so that it never waits.
   * @throws {Error} where their set is locked; then nothing is put
   */
  async add(
    records: readonly AnnotationRecord[],
    label: string,
  ): Promise<void> {
    this.refuse(records);
    const edits = records.map((record): Edit => ({ op: "put", record }));
    const undo = records.map(({ id }): Edit => ({ op: "delete", id }));
    await this.act(label, edits, undo);
  }

  /**
   * Puts marks that were made ready elsewhere, whether they are there already or not: one change, one step of undo, which brings back
   * what was there.
   * @throws {Error} where one is in a locked set, or would be; then nothing is put
   */
  async putPrepared(
    { added, sets, records }: PreparedMarks,
    label: string,
  ): Promise<void> {
    await this.alone(async () => {
      const before = await this.newest.read(records.map(({ id }) => id));
      const present = before.filter((record) => record !== undefined);
      this.refuse([...present, ...records, ...sets.map((set) => ({ set }))]);
      const steps = records.map((record, i) => stepBetween(before[i], record));
      const edits = packAll(steps.map(({ edit }) => edit));
      const undo = packAll(steps.map(({ undo }) => undo));
      await this.act(
        label,
        joinPacked([added.edits, edits]),
        joinPacked([undo, added.undo]),
      );
    });
  }

  /**
   * Applies `change` to the newest state of each of these records, however many tabs are at work on them: one change, one step of
   * undo. `modified` is set here. Records that are gone are left out.
   * @param change returns the record's new state, the same record to leave it as it is, or undefined to delete it
   * @param watch of a person who may end it
   * @throws {Error} where none of the records is there any more, or what they are is not known now, where one that would change is in a
   *   locked set or would be, and what `change` throws; then nothing is changed
   */
  async edit(
    label: string,
    ids: readonly string[],
    change: (record: AnnotationRecord) => AnnotationRecord | undefined,
    watch?: EditWatch,
  ): Promise<void> {
    await this.alone(async () => {
      const step = { edits: [], undo: [] };
      const records = await this.present(ids, watch);
      await runSlices(this.changing(records, change, step));
      watch?.signal.throwIfAborted();
      await this.act(label, step.edits, step.undo);
    });
  }

  /** Gathers what `change` makes of records, and what takes it back. In slices: they may be a hundred thousand. */
  private *changing(
    records: readonly AnnotationRecord[],
    change: (record: AnnotationRecord) => AnnotationRecord | undefined,
    step: { readonly edits: Edit[]; readonly undo: Edit[] },
  ): Generator<void> {
    const now = Date.now();
    for (const record of records) {
      yield;
      const next = change(record);
      if (next === record) continue;
      this.refuse(next ? [record, next] : [record]);
      if (next === undefined) {
        step.edits.push({ op: "delete", id: record.id });
        step.undo.push({ op: "put", record });
        continue;
      }
      const { edit, undo } = stepBetween(record, { ...next, modified: now });
      step.edits.push(edit);
      step.undo.push(undo);
    }
  }

  /**
   * As `edit`, for what the program finds out by itself: no step of undo, and `modified` stays. Where all records are gone there is
   * nothing to do.
   */
  async note(
    ids: readonly string[],
    change: (record: AnnotationRecord) => AnnotationRecord,
  ): Promise<void> {
    await this.alone(async () => {
      const edits: Edit[] = [];
      for (const record of await this.newest.read(ids)) {
        if (record === undefined) continue;
        const next = change(record);
        if (next !== record) edits.push(stepBetween(record, next).edit);
      }
      await this.apply("Note", edits);
    });
  }

  /**
   * Takes back the newest step of the sandbox, of whatever tab; undefined where there is none.
   * @throws {Error} where the disk refuses, or a mark of the step is in a locked set; then nothing is taken back
   */
  undo(): Promise<Step | undefined> {
    return this.turn("undo", "undone");
  }

  /** Does again the step that was taken back last; otherwise as `undo`. */
  redo(): Promise<Step | undefined> {
    return this.turn("redo", "redone");
  }

  private async turn(
    direction: Direction,
    how: "undone" | "redone",
  ): Promise<Step | undefined> {
    const taken = await this.alone(async () => {
      this.refuse([]);
      const { undoStack } = this.store;
      const ahead = await undoStack.peek(this.key, direction);
      const instead = ahead && (await this.stepAsItIsNow(ahead, direction));
      const taken = await undoStack[direction](this.key, instead);
      // Where another step has come on top meanwhile, nobody has asked for that one: what was asked for was done elsewhere, and the
      // history has it until it is taken once more.
      return taken ?? (instead?.alone ? ahead : undefined);
    });
    if (taken === undefined) return undefined;
    const { key, label, edits } = taken;
    const isOfMarks = sameSandbox(key, this.key);
    const step = isOfMarks ? stepOf(label, edits) : { label, left: undefined };
    this.acts.dispatch({ how, ...step });
    return step;
  }

  /** @throws {Error} where marks are not this person's to change, or are in a locked set */
  private refuse(records: Iterable<InSet>): void {
    if (!isOwnSandbox(this.key, this.store.person)) {
      throw new Error(`only ${this.key.user} can change these marks`);
    }
    refuseLocked(records, this.lockedSets.value);
  }

  /**
   * What the next step comes to where something has been done to its marks since that is no step: by the program itself, or on other
   * devices. Undefined where it is what was written with the step. What a step did elsewhere is taken there first.
   * @throws {Error} where a mark of the step is in a locked set, what its marks are is not known now, or it cannot be taken elsewhere
   */
  private async stepAsItIsNow(
    ahead: StepAhead,
    direction: Direction,
  ): Promise<Turn["instead"]> {
    const { step, label, back } = ahead;
    if (ahead.elsewhere !== undefined) {
      await this.store.undoStack.carry(ahead, direction);
      return { step, edits: ahead.edits, alone: true };
    }
    // Merges are made and taken away as a whole: what others did to some leaves the rest as it is.
    if (!sameSandbox(ahead.key, this.key)) return undefined;
    const written = editsOfMarks(ahead.edits);
    const locked = this.lockedSets.value;
    // Of a mark that will be gone its set alone matters.
    const asked = locked.size > 0 ? written : written.filter(isPut);
    const ids = asked.map(editedId);
    const found = await this.newest.read(ids);
    const present = new Map(ids.map((id, i) => [id, found[i]]));
    const edits = await besideOthers({ edits: written, back }, present);
    const before = found.filter((record) => record !== undefined);
    const after = edits.filter(isPut).map(({ record }) => record);
    const reason = lockedReason([...before, ...after], locked);
    if (reason !== undefined) throw new Error(`${label}: ${reason}.`);
    return edits === written ? undefined : { step, edits };
  }

  /** Runs `work`, which reads records and writes what it makes of them, while nobody else does. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    return whileEditing(this.store.name, this.key, work);
  }

  private async present(
    ids: readonly string[],
    watch?: EditWatch,
  ): Promise<AnnotationRecord[]> {
    const found = await this.newest.read(ids, watch);
    const present = found.filter((record) => record !== undefined);
    if (present.length === 0) {
      const gone = ids.length === 1 ? "it was" : "they were";
      throw new Error(`${gone} deleted meanwhile`);
    }
    return present;
  }

  private async act(
    label: string,
    edits: StoredEdits,
    undo: StoredEdits,
  ): Promise<void> {
    if (countEdits(edits) === 0) return;
    const saved = await this.apply(label, edits, undo);
    this.acts.dispatch({ how: "done", ...stepOf(label, edits) });
    if (saved) void this.describeOnce();
  }

  private async apply(
    label: string,
    edits: StoredEdits,
    undo?: StoredEdits,
  ): Promise<boolean> {
    if (countEdits(edits) === 0) return false;
    const change: StoredChange = {
      id: crypto.randomUUID(),
      ...this.key,
      at: Date.now(),
      label,
      edits,
    };
    const applied = this.store.apply(change, undo);
    // Not where the store has thrown: what was made ready of the change would wait for it for ever.
    this.onItsWay.dispatch(change);
    const acknowledgement = await applied;
    if (!acknowledgement.saved) this.unsaved.dispatch(change);
    return acknowledgement.saved;
  }

  /** Keeps with the marks what they lie in, so that they can be shown while the image cannot be reached. */
  private async describeOnce(): Promise<void> {
    if (this.described) return;
    this.described = true;
    try {
      await this.store.describe(this.key, this.description);
    } catch (error) {
      // The marks themselves are safe; the next one tries again.
      this.described = false;
      console.warn("Clio could not note the sandbox's image:", error);
    }
  }
}

/** The edit that puts `after` in the place of `before`, and the one that takes it back. */
function stepBetween(
  before: AnnotationRecord | undefined,
  after: AnnotationRecord,
): { edit: Edit; undo: Edit } {
  if (before === undefined) {
    return {
      edit: { op: "put", record: after },
      undo: { op: "delete", id: after.id },
    };
  }
  const changed = changedFields(before, after);
  return {
    edit: { op: "put", record: after, changed },
    undo: { op: "put", record: before, changed },
  };
}

function isPut<Content extends StoredRecord>(
  edit: Edit<Content>,
): edit is Extract<Edit<Content>, { op: "put" }> {
  return edit.op === "put";
}

function stepOf(label: string, edits: StoredEdits): Step {
  const put = someEdits(edits).find(isPut);
  return { label, left: put?.record.id };
}
