/** The journal: every change is appended here before anybody says that it is saved. */
import type { Change } from "../model/change.js";
import type { StoredRecord } from "../model/record.js";
import { stackOf } from "../model/merge.js";
import type { SandboxKey } from "../model/sandbox.js";
import type {
  ClioDatabase,
  Elsewhere,
  JournalRow,
  SandboxRow,
  WriteTransaction,
} from "./database.js";
import { writeDurably } from "./database.js";
import type { HistoryWritten, StepTaken, Turn } from "./history.js";
import { Histories } from "./history.js";
import type { StoredChange, StoredEdits } from "./packed_edits.js";
import { packEdits } from "./packed_edits.js";
import { withSeen } from "./shelf.js";

/** A change that can be taken back, and the edits that do it. */
export interface UndoableChange {
  change: StoredChange;
  undo: StoredEdits;
  /** What it did outside of the database, which it can be taken back and done again with. */
  elsewhere?: Elsewhere | undefined;
}

/** What the server has told. It is no step of the history, and the server need not be told of it. */
export interface Received {
  received: Change<StoredRecord>;
  /** Who sees this has seen the server's records up to this revision. */
  revision: number;
}

/** What can be appended. */
export type Entry = StoredChange | UndoableChange | Turn | Received;

/** What an entry came to. */
export interface Outcome {
  seq: number;
  change: StoredChange;
  /** Whether it is to be delivered to the server. */
  outgoing: boolean;
  /** Of a turn: the step that it took. */
  step?: StepTaken;
}

/** What appending has written, as it is in the database now. */
export interface Appended {
  /** One for each entry, in their order; undefined for a turn where there was no step to take. */
  outcomes: (Outcome | undefined)[];
  sandboxes: SandboxRow[];
  journal: JournalRow[];
  history: HistoryWritten;
}

/** The row of the sandbox `key`, made with the key as its title where there is none. */
export async function ensureSandbox(
  tx: WriteTransaction,
  { user, dataset }: SandboxKey,
  now: number,
): Promise<SandboxRow> {
  const sandboxes = tx.objectStore("sandboxes");
  const present = await sandboxes.get([user, dataset]);
  if (present !== undefined) return present;
  const row: SandboxRow = {
    user,
    dataset,
    title: dataset,
    sid: crypto.randomUUID(),
    created: now,
  };
  await sandboxes.add(row);
  return row;
}

/**
 * Appends `entries`, in this order, in one transaction, and returns what it wrote after its `complete` event. What each comes to is one
 * row, so that it is there as a whole or not at all; and so is the step of the history that goes with it.
 * @param knownUpTo where some of `entries` were tried before: a seq that is older than any such attempt. A change that an attempt
 *   has left behind although it seemed to fail (the connection was lost while it was written) is found there and not appended again.
 */
export function appendChanges(
  db: ClioDatabase,
  entries: readonly Entry[],
  knownUpTo?: number,
): Promise<Appended> {
  return writeDurably(
    db,
    ["sandboxes", "journal", "history", "cursors"],
    async (tx) => {
      const writer = new EntryWriter(tx, await writtenSince(tx, knownUpTo));
      const outcomes: (Outcome | undefined)[] = [];
      for (const entry of entries) outcomes.push(await writer.write(entry));
      return { outcomes, ...(await writer.finish()) };
    },
  );
}

/** Seqs of all changes after `seq`, by id. */
async function writtenSince(
  tx: WriteTransaction,
  seq: number | undefined,
): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  if (seq === undefined) return written;
  const range = IDBKeyRange.lowerBound(seq, true);
  for (const row of await tx.objectStore("journal").getAll(range)) {
    written.set(row.change.id, row.seq);
  }
  return written;
}

class EntryWriter {
  private readonly sandboxes = new Map<string, SandboxRow>();
  private readonly journal: JournalRow[] = [];
  private readonly histories: Histories;

  constructor(
    private readonly tx: WriteTransaction,
    private readonly written: ReadonlyMap<string, number>,
  ) {
    this.histories = new Histories(tx);
  }

  async write(entry: Entry): Promise<Outcome | undefined> {
    if ("direction" in entry) return this.turn(entry);
    if ("received" in entry) return this.receive(entry);
    const { change, undo, elsewhere } =
      "undo" in entry ? entry : { change: entry };
    const stored = { ...change, edits: packEdits(change.edits) };
    const seq = await this.appendOwn(stored);
    // Where the change was there already, so was its step.
    if (undo !== undefined && !this.written.has(change.id)) {
      const { sid } = await this.sandbox(stackOf(change), change.at);
      await this.histories.add(sid, seq, stored, undo, elsewhere);
    }
    return { seq, change: stored, outgoing: true };
  }

  async finish(): Promise<Omit<Appended, "outcomes">> {
    return {
      sandboxes: [...this.sandboxes.values()],
      journal: this.journal,
      history: await this.histories.finish(),
    };
  }

  private async turn(turn: Turn): Promise<Outcome | undefined> {
    const { user, dataset } = turn.key;
    const stored = await this.tx.objectStore("sandboxes").get([user, dataset]);
    if (stored === undefined) return undefined;
    const taken = await this.histories.turn(stored.sid, turn);
    if (taken === undefined) return undefined;
    const { change, step } = taken;
    return { seq: await this.appendOwn(change), change, outgoing: true, step };
  }

  private async receive({ received, revision }: Received): Promise<Outcome> {
    const sandbox = await this.sandbox(received, received.at);
    const change = { ...received, edits: packEdits(received.edits) };
    const seq = await this.append({ sid: sandbox.sid, change });
    const row = withSeen(sandbox, seq, revision);
    await this.tx.objectStore("sandboxes").put(row);
    this.sandboxes.set(placeOf(row), row);
    return { seq, change, outgoing: false };
  }

  private async appendOwn(change: StoredChange): Promise<number> {
    const { sid } = await this.sandbox(change, change.at);
    return this.append({ sid, change, outgoing: sid });
  }

  private async append(row: Omit<JournalRow, "seq">): Promise<number> {
    const seq =
      this.written.get(row.change.id) ?? (await appendRow(this.tx, row));
    this.journal.push({ seq, ...row });
    return seq;
  }

  private async sandbox(key: SandboxKey, now: number): Promise<SandboxRow> {
    const place = placeOf(key);
    const known = this.sandboxes.get(place);
    if (known !== undefined) return known;
    const row = await ensureSandbox(this.tx, key, now);
    this.sandboxes.set(place, row);
    return row;
  }
}

function placeOf({ user, dataset }: SandboxKey): string {
  return JSON.stringify([user, dataset]);
}

/** Adds one change to the journal, within a transaction of the caller, and returns its seq. */
export function appendRow(
  tx: WriteTransaction,
  row: Omit<JournalRow, "seq">,
): Promise<number> {
  return tx.objectStore("journal").add(row as JournalRow);
}
