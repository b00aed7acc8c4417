/**
 * The store: what a page does with the browser's database. It takes changes and says when each is on disk, tells about every change
 * of this and other tabs in the order of the journal, and keeps in memory what the disk refuses.
 */
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { Signal } from "neuroglancer/unstable/util/signal.js";
import type { SandboxDescription, SandboxKey } from "../model/sandbox.js";
import { LOCAL_USER, sameSandbox } from "../model/sandbox.js";
import { AppendQueue, type Acknowledgement } from "./append_queue.js";
import type { CatchUp, SandboxNews } from "./catch_up.js";
import { catchUp } from "./catch_up.js";
import { Connection, type ConnectionState } from "./connection.js";
import type { ClioDatabase, Elsewhere } from "./database.js";
import { DATABASE_NAME, DATABASE_VERSION } from "./database.js";
import { exportSandbox } from "./export.js";
import { FollowedSandboxes } from "./followed.js";
import { forgetUser } from "./forget.js";
import type { Outcome, Received } from "./journal.js";
import { LockedNames } from "./locked_names.js";
import { maintain } from "./maintenance.js";
import { Mirror, mirrorWorker } from "./mirror/mirror.js";
import type { StoredChange, StoredEdits } from "./packed_edits.js";
import { parseStored } from "./packed_edits.js";
import {
  askToPersist,
  storageStanding,
  type StorageStanding,
} from "./persistence.js";
import { ProblemList } from "./problem_list.js";
import type { Problem } from "./problems.js";
import { quarantinedPages } from "./quarantine.js";
import { newestSeqOf } from "./reader.js";
import type { SandboxSummary } from "./sandboxes.js";
import {
  adoptSandbox,
  describeSandbox,
  findSandbox,
  listSandboxes,
} from "./sandboxes.js";
import type { StoreOptions } from "./store_options.js";
import { SyncWatch } from "./sync_standing.js";
import { Tabs } from "./tabs.js";
import { UndoStack } from "./undo_stack.js";
import { Upkeep } from "./upkeep.js";

/** How long to wait before what the disk refused is tried again, in milliseconds. */
const RETRY_AFTER = 10_000;

/** States in which opening the database once more may help. */
const RETRIED: ReadonlySet<ConnectionState> = new Set([
  "lost",
  "failed",
  "superseded",
]);

/** A change that is on disk. */
export interface StoreNews extends SandboxNews {
  /** Whether it was made in this tab. */
  own: boolean;
}

export class Store {
  /** Every change that is on disk, in the order of the journal, those of other tabs included. */
  readonly changes = new Signal<(news: StoreNews) => void>();
  /** What was read of any sandbox is to be read again: more has happened than `changes` can tell. */
  readonly readAgain = new Signal<() => void>();
  /** All that is wrong now, for the person to see. */
  readonly problems: WatchableValue<readonly Problem[]>;
  readonly undoStack: UndoStack;
  /** Name of the database and of all that tabs share about it. */
  readonly name: string;
  /** The user who sits before the screen. */
  readonly person: string;
  /** How the server's copy is; undefined where there is none. Set by whoever delivers, and by what is made here. */
  readonly sync = new SyncWatch();
  readonly followed = new FollowedSandboxes();
  readonly locked = new LockedNames();
  readonly standing = new WatchableValue<StorageStanding>({
    persistence: "unknown",
  });
  private readonly connection: Connection;
  private readonly queue: AppendQueue;
  private readonly mirror: Mirror;
  private readonly tabs: Tabs;
  private readonly now: () => number;
  private readonly storage: StorageManager | undefined;
  private readonly upkeep: Upkeep;
  private readonly retryTimer: ReturnType<typeof setInterval>;
  private readonly problemList: ProblemList;
  /** Changes that are acknowledged here and not told about yet: their ids and seqs. */
  private readonly untold = new Map<string, number>();
  /** Newest change that was told about, or that was there when this tab opened the database. */
  private seen: number | undefined;
  private catching: Promise<void> | undefined;
  private catchAgain = false;
  private askedToPersist = false;
  /** What others have read before the database was restored is to be read again, once it is ready. */
  private stale = false;

  constructor({
    name = DATABASE_NAME,
    person = LOCAL_USER,
    version = DATABASE_VERSION,
    now = Date.now,
    channel = new BroadcastChannel(name),
    storage = navigator.storage,
    mirrorWorker: makeMirrorWorker = mirrorWorker,
    retryAfter = RETRY_AFTER,
    maintain: maintainSandbox = maintain,
  }: StoreOptions = {}) {
    this.name = name;
    this.person = person;
    this.now = now;
    this.storage = storage;
    this.mirror = new Mirror(name, version, makeMirrorWorker);
    this.upkeep = new Upkeep(async (db, key) => {
      const report = await maintainSandbox(db, key);
      await this.mirror.bringUp();
      return report;
    });
    const listener = {
      opened: (db: ClioDatabase) => this.opened(db),
      closing: () => this.queue.flush(),
    };
    this.connection = new Connection(name, listener, version);
    this.queue = new AppendQueue({
      database: () => this.database(),
      seen: () => this.seen ?? 0,
      mirror: (appended) => this.mirror.append(appended),
      appended: (outcomes) => this.appended(outcomes),
      refused: (error) => this.refused(error),
    });
    this.undoStack = new UndoStack(this.queue, () => this.db, now);
    this.problemList = new ProblemList(this.connection, this.queue);
    this.problems = this.problemList.all;
    this.tabs = new Tabs(channel, () => void this.catchUp());
    this.connection.state.changed.add(() => this.stateChanged());
    this.mirror.standing.changed.add(() => this.note({}));
    this.retryTimer = setInterval(() => void this.retry(), retryAfter);
    void this.connection.open();
    void storageStanding(storage).then((standing) => this.note(standing));
  }

  /** How the database is. Only in `ready` is anything written. */
  get state(): Connection["state"] {
    return this.connection.state;
  }

  /** Changes that the disk has refused so far, oldest first. They are in memory only. */
  get unsaved(): AppendQueue["unsaved"] {
    return this.queue.unsaved;
  }

  /** Every change that is not acknowledged, oldest first, those included that are being written right now. */
  get pending(): readonly StoredChange[] {
    return this.queue.pending;
  }

  /** The open database, for what the functions of this folder read; undefined in every state but `ready`. */
  get db(): ClioDatabase | undefined {
    return this.connection.db;
  }

  /**
   * Puts a change on disk, after all those before it. The promise is fulfilled once it is there (`saved: true`), or once the disk
   * has refused it: then it is in `unsaved`, is tried again by itself, and `changes` tells when it got there.
   * @param undo what takes it back, where it is a step of the history; see `undoStack`
   * @param elsewhere what was done outside of the database in that step
   * @throws Error naming the field, where `change` is not one; then nothing of it is kept.
   */
  apply(
    change: StoredChange,
    undo?: StoredEdits,
    elsewhere?: Elsewhere,
  ): Promise<Acknowledgement> {
    const parsed = parseStored(change);
    return this.queue.push(
      undo === undefined ? parsed : { change: parsed, undo, elsewhere },
    );
  }

  /**
   * Applies what the server has told, after all changes that were made here before; `changes` tells of it as of any other change.
   * @throws Error where the disk refuses; then nothing of it is kept.
   */
  receive(told: Received): Promise<void> {
    return this.queue.receive(told);
  }

  /** Tries at once what is tried every ten seconds: to open the database where it is not open, and to save what is unsaved. */
  async retry(): Promise<void> {
    if (RETRIED.has(this.state.value)) await this.connection.open();
    await this.queue.flush();
    await this.mirror.retry();
    if (this.catchAgain) await this.catchUp();
  }

  /** Notes what the viewer knows of a dataset, so that its marks can be shown without it. Rejects where the disk refuses. */
  async describe(
    key: SandboxKey,
    description: SandboxDescription,
  ): Promise<void> {
    await describeSandbox(this.openDb(), key, description, this.now());
    await this.mirror.bringUp();
  }

  list(): Promise<SandboxSummary[]> {
    return listSandboxes(this.openDb());
  }

  /**
   * Moves all marks of `from` into `to`; see `adoptSandbox`. All tabs are told to read again.
   * @throws Error where changes of `from` cannot be saved: they would be left behind.
   */
  async adopt(from: SandboxKey, to: SandboxKey): Promise<boolean> {
    await this.queue.flush();
    const left = this.pending.filter((change) => sameSandbox(change, from));
    if (left.length > 0) {
      throw new Error(
        `The marks of ${from.dataset} stay where they are: of what you did there, ${left.length} is not saved yet`,
      );
    }
    const act = { id: crypto.randomUUID(), at: this.now() };
    const adopted = await adoptSandbox(this.openDb(), from, to, act);
    await this.mirror.bringUp();
    this.tabs.nudge();
    await this.catchUp();
    return adopted;
  }

  /**
   * Takes all that a user has on this computer away from it, the second copy included. All tabs are told to read again.
   * @throws Error where the disk refuses, or something of the user's is in memory only; then all is as it was.
   */
  async forget(user: string): Promise<void> {
    await this.queue.flush();
    if (this.pending.some((change) => change.user === user)) {
      throw new Error("Something is not saved yet, and would be lost");
    }
    const db = this.openDb();
    // First the copy: from one that still had everything, all would be restored after a kill.
    await this.mirror.clear();
    await forgetUser(db, user);
    await this.mirror.bringUp();
    this.tabs.nudge();
    this.readAgain.dispatch();
  }

  /** All of a sandbox, what is unsaved or damaged included, as a JSON file; see `exportSandbox`. Works in every state. */
  async export(key: SandboxKey): Promise<Blob> {
    await this.connection.decided();
    return exportSandbox(this.db, key, this.pending);
  }

  /** Looks what of a sandbox is in quarantine and says so in `problems`. To be called after reading it. */
  async checkDamage(key: SandboxKey): Promise<void> {
    const db = this.openDb();
    const row = await findSandbox(db, key);
    const pages = row === undefined ? [] : await quarantinedPages(db, row.sid);
    this.problemList.noteDamage(
      key,
      pages.map(({ descriptor }) => descriptor),
    );
    if (pages.length > 0) void this.mirror.bringUp();
  }

  /** Lets go of the database and the other tabs. What is unsaved is lost with the page. */
  dispose(): void {
    clearInterval(this.retryTimer);
    this.tabs.close();
    this.connection.close();
    this.mirror.close();
  }

  private openDb(): ClioDatabase {
    const { db } = this;
    if (db === undefined) {
      throw new Error(
        `The database is ${this.state.value}, expected it to be ready`,
      );
    }
    return db;
  }

  private database(): ClioDatabase | Problem | undefined {
    return this.db ?? this.connection.problem.value;
  }

  private stateChanged(): void {
    if (this.state.value === "ready" && this.stale) {
      this.stale = false;
      this.readAgain.dispatch();
    }
    void this.queue.flush();
  }

  private async opened(db: ClioDatabase): Promise<void> {
    const rescue = await this.mirror.rescue(db);
    // Workers open the database by themselves, and may have found it empty.
    if (rescue !== "none") this.stale = true;
    if (rescue === "restored") this.problemList.noteRestored();
    if (this.seen !== undefined) {
      await this.catchUpFrom(db, this.seen);
      return;
    }
    this.seen = await newestSeqOf(db);
    await this.upkeep.begin(db);
  }

  private refused(error: unknown): void {
    // Some browsers close the database without an event; then every further attempt would fail in the same way.
    if (error instanceof DOMException && error.name === "InvalidStateError") {
      void this.connection.reopen();
    }
  }

  private appended(outcomes: readonly Outcome[]): void {
    // The database was closed meanwhile. The change is saved; when it is opened again, catching up tells of it.
    const { db } = this;
    if (db === undefined) return;
    this.tabs.nudge();
    this.upkeep.appended(
      db,
      outcomes.map(({ change }) => change),
    );
    void this.askToPersistOnce();
    const first = outcomes[0].seq;
    const last = outcomes[outcomes.length - 1].seq;
    const alone =
      last - first === outcomes.length - 1 && first === this.seen! + 1;
    if (alone && this.catching === undefined) {
      this.seen = last;
      for (const { seq, change, outgoing } of outcomes) {
        const { user, dataset, edits } = change;
        const key = { user, dataset };
        this.tellOne({ key, seq, edits, change, outgoing, own: true });
      }
    } else {
      // Others have written in between, and theirs come first.
      for (const { seq, change } of outcomes) this.untold.set(change.id, seq);
      void this.catchUp();
    }
  }

  /** Tells of all that other tabs have written so far. Never rejects: what cannot be read now is told later. */
  async catchUp(): Promise<void> {
    this.catchAgain = true;
    this.catching ??= this.catchUpAll();
    await this.catching;
  }

  private async catchUpAll(): Promise<void> {
    // Not in the turn in which `catching` is set, for it may end at once, and unset it.
    await Promise.resolve();
    try {
      while (this.catchAgain) {
        const { db, seen } = this;
        // Opening the database catches up by itself.
        if (db === undefined || seen === undefined) return;
        this.catchAgain = false;
        await this.catchUpFrom(db, seen);
      }
    } catch (error) {
      // It is tried again with the next nudge or retry.
      this.catchAgain = true;
      this.refused(error);
    } finally {
      this.catching = undefined;
    }
  }

  private async catchUpFrom(db: ClioDatabase, seen: number): Promise<void> {
    const caughtUp = await catchUp(db, seen);
    // Of this tab's changes there may be some that are not in the mirror yet.
    await this.queue.settled();
    this.tell(caughtUp);
  }

  private tell({ seq, news, readAgain }: CatchUp): void {
    this.seen = seq;
    for (const item of news) {
      const { id } = item.change ?? {};
      const own = id !== undefined && this.untold.has(id);
      this.tellOne({ ...item, own });
    }
    for (const [id, told] of this.untold) {
      if (told <= seq) this.untold.delete(id);
    }
    if (readAgain) this.readAgain.dispatch();
  }

  private tellOne(news: StoreNews): void {
    if (news.outgoing) this.sync.made(news.seq);
    try {
      this.changes.dispatch(news);
    } catch (error) {
      // A listener's mistake must not look like a failed write, nor keep the next change from being written.
      reportError(error);
    }
  }

  private async askToPersistOnce(): Promise<void> {
    if (this.askedToPersist) return;
    this.askedToPersist = true;
    this.note(await askToPersist(this.storage));
  }

  private note(standing: Partial<StorageStanding>): void {
    const secondCopy = this.mirror.standing.value;
    this.standing.value = { ...this.standing.value, ...standing, secondCopy };
  }
}
