/** Delivers what waits in the outbox, in order, and notes what the server has acknowledged. */
import * as v from "valibot";
import type { StoredRecord } from "../../model/record.js";
import {
  type Conflict,
  type DeliveredChange,
  type Outcome,
  outcomeSchema,
} from "../../model/sync.js";
import { forgetConflicts, settledConflicts } from "../../store/conflicts.js";
import type { ClioDatabase, SandboxRow } from "../../store/database.js";
import {
  copyingSandboxes,
  noteCopied,
  noteDelivered,
  readWaiting,
  type WaitingChange,
} from "../../store/outbox.js";
import { readSandbox } from "../../store/reader.js";
import { noteWritten, seenRevision } from "../../store/received.js";
import { DELIVERY, deliveredParts, requestsOf } from "./delivery.js";
import { ask, ServerRefusal } from "./server.js";

const outcomesSchema = v.object({ outcomes: v.array(outcomeSchema) });

/** Refusals that are about what is delivered, and not about who delivers it. */
function isAboutContent(error: unknown): error is ServerRefusal {
  return error instanceof ServerRefusal && error.status !== 401;
}

export class Courier {
  /** Datasets of which the server takes nothing now, each with its reason. */
  readonly aside = new Map<string, string>();

  /**
   * @param user whose marks are delivered
   * @param device names this browser's database
   */
  constructor(
    readonly db: ClioDatabase,
    private readonly user: string,
    private readonly device: string,
  ) {}

  /**
   * Delivers all that waits.
   * @returns whether the server may have more than is known here now
   * @throws ServerAway; ServerRefusal where nobody is signed in; what is not acknowledged then waits on
   */
  async deliver(): Promise<boolean> {
    let more = await this.deliverCopies();
    for (;;) {
      const { changes } = await readWaiting(
        this.db,
        this.user,
        DELIVERY,
        new Set(this.aside.keys()),
      );
      if (changes.length === 0) break;
      if (!(await this.deliverChanges(changes))) more = true;
    }
    if (await this.deliverSettled()) more = true;
    return more;
  }

  /** Delivers changes; returns whether nothing but they happened on the server meanwhile. */
  private async deliverChanges(
    changes: readonly WaitingChange[],
  ): Promise<boolean> {
    try {
      return await this.deliverTogether(changes);
    } catch (error) {
      if (!isAboutContent(error) || error.code === "other-user") throw error;
      // One of them is the reason; those of other datasets need not wait for it.
      if (changes.length === 1) {
        this.aside.set(changes[0].key.dataset, error.message);
        return true;
      }
      for (const change of changes) {
        if (this.aside.has(change.key.dataset)) continue;
        await this.deliverChanges([change]);
      }
      return false;
    }
  }

  private async deliverTogether(
    changes: readonly WaitingChange[],
  ): Promise<boolean> {
    const parts = await Promise.all(
      changes.map((change) => deliveredParts(change, this.device)),
    );
    const delivered = parts.flat();
    const outcomes = await this.send(delivered);
    const conflicts = outcomes.flatMap((outcome) => outcome.conflicts);
    await noteDelivered(this.db, this.user, changes, conflicts);
    return this.isAlone(delivered, outcomes, conflicts);
  }

  /**
   * Whether the server now has what is here and nothing else: no other device has written in between, and all edits were of whole
   * records. Then it need not tell us what we told it.
   */
  private async isAlone(
    delivered: readonly DeliveredChange[],
    outcomes: readonly Outcome[],
    conflicts: readonly Conflict[],
  ): Promise<boolean> {
    const seen = await seenRevision(this.db, this.user);
    const isWhole = delivered.every(({ edits }) =>
      edits.every((edit) => !("changed" in edit) && this.isOwn(edit)),
    );
    const inARow = outcomes.every(
      ({ revision }, i) => revision === seen + 1 + i,
    );
    if (!isWhole || !inARow || conflicts.length > 0) return false;
    const datasets = new Set(delivered.map(({ dataset }) => dataset));
    const revision = seen + outcomes.length;
    await noteWritten(this.db, this.user, revision, datasets);
    return true;
  }

  /** The server calls itself the author's of all that it takes. */
  private isOwn(edit: DeliveredChange["edits"][number]): boolean {
    return edit.op !== "put" || edit.record.user === this.user;
  }

  private async send(changes: readonly DeliveredChange[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const request of requestsOf(changes)) {
      const answer = await ask(outcomesSchema, "POST", "/api/sync/changes", {
        user: this.user,
        changes: request,
      });
      outcomes.push(...answer.outcomes);
    }
    return outcomes;
  }

  /** Delivers the records of sandboxes as they are, where their changes alone would not say what there is. */
  private async deliverCopies(): Promise<boolean> {
    let more = false;
    for (const row of await copyingSandboxes(this.db, this.user)) {
      if (this.aside.has(row.dataset)) continue;
      try {
        await this.deliverCopy(row);
        more = true;
      } catch (error) {
        if (!isAboutContent(error) || error.code === "other-user") throw error;
        this.aside.set(row.dataset, error.message);
      }
    }
    return more;
  }

  private async deliverCopy(row: SandboxRow): Promise<void> {
    const { user, dataset, shelf } = row;
    const { after, from } = shelf!.copying!;
    await readSandbox<StoredRecord>(
      this.db,
      { user, dataset },
      async (records) => {
        const rest = records.filter(({ id }) => id > after);
        // A batch may have all that was imported in one go.
        for (let at = 0; at < rest.length; at += DELIVERY.edits) {
          const part = rest.slice(at, at + DELIVERY.edits);
          await this.send(await this.copyOf(dataset, from, part));
          await noteCopied(this.db, row, part[part.length - 1].id);
        }
      },
    );
    await noteCopied(this.db, row, undefined);
  }

  /** Puts records on one shelf, and takes them away from those where they were before. */
  private async copyOf(
    dataset: string,
    from: readonly string[],
    records: readonly StoredRecord[],
  ): Promise<DeliveredChange[]> {
    const base = await seenRevision(this.db, this.user);
    const { device } = this;
    const at = Date.now();
    const common = { device, at, label: "Deliver what is here" };
    return [
      {
        ...common,
        id: crypto.randomUUID(),
        dataset,
        edits: records.map((record) => ({ op: "put", record, base })),
      },
      ...from.map((former): DeliveredChange => ({
        ...common,
        id: crypto.randomUUID(),
        dataset: former,
        edits: records.map(({ id }) => ({ op: "delete", id, base })),
      })),
    ];
  }

  private async deliverSettled(): Promise<boolean> {
    const rows = await settledConflicts(this.db, this.user);
    if (rows.length === 0) return false;
    const changes = rows.map(({ id, conflict, settling }): DeliveredChange => ({
      id: settling!,
      device: this.device,
      dataset: conflict.dataset,
      at: Date.now(),
      label: "Settle a conflict",
      edits: [{ op: "settle", conflict: id }],
    }));
    await this.send(changes);
    await forgetConflicts(
      this.db,
      rows.map(({ id }) => id),
    );
    return true;
  }
}
