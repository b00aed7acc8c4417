import { editedId } from "../../model/change.js";
import { fieldsOf } from "../../model/record_fields.js";
import { isMark } from "../../model/record.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import {
  type Conflict,
  MOST_CHANGES,
  type News,
  type Outcome,
} from "../../model/sync.js";
import { insist } from "../../store/testing/insist.js";
import { Device, insistSame, type Records } from "./device.js";
import { Network } from "./network.js";

/** How many there are. */
export const COUNT = 3;

/** The devices of a person, and the server between them. */
export class Devices {
  readonly network = new Network();
  readonly key = { user: LOCAL_USER, dataset: `image:${crypto.randomUUID()}` };
  readonly all = Array.from({ length: COUNT }, () => new Device(this.key));
  /** The server's revision at which it all began. */
  private since = 0;

  async begin(): Promise<void> {
    for (;;) {
      const { revision, more } = await this.news();
      this.since = revision;
      if (!more) break;
    }
    for (const device of this.all) await device.begin(this.since);
    await this.all[0].add();
    await this.all[0].add();
    await this.meet();
  }

  close(): void {
    for (const device of this.all) device.close();
  }

  news(): Promise<News> {
    const { dataset } = this.key;
    const query = new URLSearchParams({ since: String(this.since), dataset });
    return this.network.ask<News>(`/api/sync/news?${query.toString()}`);
  }

  /** What the server has. */
  async kept(): Promise<Records> {
    const { records } = await this.news();
    return new Map(
      records.flatMap(({ id, record }) =>
        record && isMark(record) ? [[id, record]] : [],
      ),
    );
  }

  /** Has a device deliver, and notes that the others do not know yet. */
  async deliver(device: Device): Promise<boolean | undefined> {
    const { network } = this;
    const before = network.reached.size;
    const acknowledged = network.acknowledged.length;
    const more = await device.deliver();
    // What the server did not take is shown until it is heard what it has in its place.
    device.isOvertaken ||= network.acknowledged
      .slice(acknowledged)
      .some(({ outcome }) => outcome.conflicts.length > 0);
    if (network.reached.size > before) {
      for (const other of this.all) other.isOvertaken ||= other !== device;
    }
    return more;
  }

  /** Has all meet the server until there is nothing more to tell. */
  async meet(): Promise<void> {
    this.network.way = "good";
    for (let round = 0; round < 2; ++round) {
      for (const device of this.all) {
        await this.deliver(device);
        await device.listen();
      }
    }
  }

  /** 4. to 6. of the invariant, once all have met. */
  async checkMet(): Promise<void> {
    const { revision, conflicts } = await this.news();
    const kept = await this.kept();
    const open = conflicts.filter(({ settled }) => !settled);
    for (const device of this.all) {
      insist(String(await device.waits()), "false");
      insistSame(await device.held(), kept);
      const known = (await device.conflicts()).map(({ id }) => id);
      insist(idsIn(known), idsIn(open.map(({ id }) => id)));
    }
    const { reached, acknowledged } = this.network;
    insist(String(revision - this.since), String(reached.size));
    for (let from = 0; from < acknowledged.length; from += MOST_CHANGES) {
      const part = acknowledged.slice(from, from + MOST_CHANGES);
      const { outcomes } = await this.network.ask<{ outcomes: Outcome[] }>(
        "/api/sync/changes",
        { changes: part.map(({ change }) => change) },
      );
      const known = part.map(({ outcome }) => outcome);
      insist(JSON.stringify(outcomes), JSON.stringify(known));
    }
    this.checkAccounts(kept, conflicts);
  }

  private checkAccounts(kept: Records, conflicts: readonly Conflict[]): void {
    const sides = JSON.stringify(conflicts);
    const { acknowledged } = this.network;
    for (const { change, outcome } of acknowledged) {
      for (const edit of change.edits) {
        if (edit.op !== "put") continue;
        const { id } = edit.record;
        const fields = fieldsOf(edit.record);
        for (const name of edit.changed ?? fields.keys()) {
          const value = fields.get(name);
          // Only what is unique can be told from what others wrote.
          if (typeof value !== "string" || value === "") continue;
          const now = kept.get(id);
          const isThere =
            now !== undefined && fieldsOf(now).get(name) === value;
          const isSide = sides.includes(JSON.stringify(value));
          const isChanged = acknowledged.some(
            (later) =>
              later.outcome.revision > outcome.revision &&
              later.change.edits.some(
                (each) =>
                  each.op !== "settle" &&
                  editedId(each) === id &&
                  (each.op === "delete" ||
                    (each.changed?.includes(name) ?? true)) &&
                  (each.base >= outcome.revision ||
                    later.change.device === change.device),
              ),
          );
          if (!isThere && !isSide && !isChanged) {
            throw new Error(`${name} of ${id} was ${value}, and is lost`);
          }
        }
      }
    }
  }
}

function idsIn(ids: readonly string[]): string {
  return [...ids].sort().join(" ");
}
