/** A device as a browser is one: what it knows, an outbox that delivers in order, and edits that are made while it is away. */
import type { StoredRecord } from "../../../src/clio/model/record.js";
import {
  changedFields,
  withFields,
} from "../../../src/clio/model/record_fields.js";
import type {
  Conflict,
  DeliveredChange,
  DeliveredEdit,
  News,
  Outcome,
} from "../../../src/clio/model/sync.js";

/** How a device reaches the server. Rejects where it does not, which says nothing about whether the request arrived. */
export type Ask = (
  method: "GET" | "POST",
  target: string,
  body?: unknown,
) => Promise<unknown>;

interface Known {
  revision: number;
  record: StoredRecord | undefined;
}

export class Device {
  readonly id = crypto.randomUUID();
  /** What the server has said, by record. */
  readonly known = new Map<string, Known>();
  readonly outbox: DeliveredChange[] = [];
  /** Changes whose outcome has arrived, with that. */
  readonly acknowledged: { change: DeliveredChange; outcome: Outcome }[] = [];
  readonly conflicts = new Map<string, Conflict>();

  /**
   * @param since the revision from which on it listens
   * @param skew milliseconds by which its clock is wrong
   */
  constructor(
    private readonly dataset: string,
    private since: number,
    private readonly skew: number,
  ) {}

  /** What a person sees: what is known, with what waits on top. */
  shown(): Map<string, StoredRecord> {
    const shown = new Map<string, StoredRecord>();
    for (const [id, { record }] of this.known) {
      if (record !== undefined) shown.set(id, record);
    }
    for (const { edits } of this.outbox) {
      for (const edit of edits) {
        if (edit.op === "delete") shown.delete(edit.id);
        if (edit.op !== "put") continue;
        const { record, changed } = edit;
        const below = shown.get(record.id);
        shown.set(
          record.id,
          below && changed ? withFields(below, record, changed) : record,
        );
      }
    }
    return shown;
  }

  /** A person puts a record as it is to be now. */
  put(record: StoredRecord): void {
    const before = this.shown().get(record.id);
    this.make({
      op: "put",
      record,
      base: this.revisionOf(record.id),
      ...(before === undefined
        ? {}
        : { changed: changedFields(before, record) }),
    });
  }

  /** A person deletes a record. */
  remove(id: string): void {
    this.make({ op: "delete", id, base: this.revisionOf(id) });
  }

  now(): number {
    return Date.now() + this.skew;
  }

  /** Delivers up to `most` changes that wait. */
  async deliver(ask: Ask, most: number): Promise<void> {
    const changes = this.outbox.slice(0, most);
    if (changes.length === 0) return;
    const answer = await ask("POST", "/api/sync/changes", { changes });
    const { outcomes } = answer as { outcomes: Outcome[] };
    for (const [i, outcome] of outcomes.entries()) {
      this.acknowledged.push({ change: changes[i], outcome });
    }
    this.outbox.splice(0, changes.length);
  }

  /** Learns what is new. */
  async pull(ask: Ask): Promise<void> {
    let more = true;
    while (more) {
      const query = `since=${this.since}&dataset=${encodeURIComponent(this.dataset)}`;
      const news = (await ask("GET", `/api/sync/news?${query}`)) as News;
      for (const { id, revision, record } of news.records) {
        this.known.set(id, { revision, record });
      }
      for (const conflict of news.conflicts) {
        this.conflicts.set(conflict.id, conflict);
      }
      this.since = news.revision;
      more = news.more;
    }
  }

  private revisionOf(id: string): number {
    return this.known.get(id)?.revision ?? 0;
  }

  private make(edit: DeliveredEdit): void {
    this.outbox.push({
      id: crypto.randomUUID(),
      device: this.id,
      dataset: this.dataset,
      at: this.now(),
      label: edit.op,
      edits: [edit],
    });
  }
}
