import { setImmediate } from "node:timers/promises";
import { parseLossless } from "../../src/clio/model/lossless.js";
import type { BodyFields } from "../../src/clio/model/body.js";
import type { BodyMatch } from "../../src/clio/model/body_query.js";
import type { BodyRow } from "../storage/storage.js";
import type { ChangedBody, KnownBody } from "./body_store.js";
import { problems } from "./problems.js";

/** How long a search may look, and how long at once before others have their turn, in milliseconds. */
const LONGEST_SEARCH = 2000;
const LONGEST_TURN = 25;

/** A body out of its row. */
export function bodyOf({ body, revision, fields }: BodyRow): ChangedBody {
  return {
    body,
    revision,
    fields:
      fields === undefined ? undefined : (parseLossless(fields) as BodyFields),
  };
}

/** All bodies of a dataset in memory, in the order of their ids, to be searched without an index. */
export class BodyTable {
  /** Another list after each change: searches go on in the one that they have begun in. */
  private bodies: readonly KnownBody[] = [];
  private latest = 0;

  /** The revision up to which it knows all. */
  get revision(): number {
    return this.latest;
  }

  get size(): number {
    return this.bodies.length;
  }

  /** Takes what was written in; of a body that is there twice, the last. */
  take(written: readonly ChangedBody[]): void {
    if (written.length === 0) return;
    const newest = new Map(written.map((each) => [each.body, each]));
    const changed = [...newest.values()].sort((a, b) =>
      a.body < b.body ? -1 : 1,
    );
    const merged: KnownBody[] = [];
    let at = 0;
    for (const { body, revision, fields } of changed) {
      while (at < this.bodies.length && this.bodies[at].body < body)
        merged.push(this.bodies[at++]);
      if (this.bodies[at]?.body === body) at += 1;
      if (fields !== undefined) merged.push({ body, revision, fields });
      this.latest = Math.max(this.latest, revision);
    }
    while (at < this.bodies.length) merged.push(this.bodies[at++]);
    this.bodies = merged;
  }

  /** All bodies. */
  all(): readonly KnownBody[] {
    return this.bodies;
  }

  /** Those of some ids, in their order. */
  some(ids: ReadonlySet<bigint>): KnownBody[] {
    const sorted = [...ids].sort((a, b) => (a < b ? -1 : 1));
    return sorted.flatMap((id) => this.get(id) ?? []);
  }

  /**
   * The bodies that match.
   * @param bodies among which they are
   * @throws Problem 422 where that takes too long
   */
  async search(
    match: BodyMatch,
    bodies: readonly KnownBody[] = this.bodies,
  ): Promise<KnownBody[]> {
    const found: KnownBody[] = [];
    const deadline = performance.now() + LONGEST_SEARCH;
    let turn = performance.now() + LONGEST_TURN;
    for (const each of bodies) {
      if (match(each.body, each.fields)) found.push(each);
      const now = performance.now();
      if (now < turn) continue;
      if (now > deadline) throw problems.slow();
      await setImmediate();
      turn = performance.now() + LONGEST_TURN;
    }
    return found;
  }

  private get(body: bigint): KnownBody | undefined {
    let low = 0;
    let high = this.bodies.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.bodies[middle].body < body) low = middle + 1;
      else high = middle;
    }
    const found = this.bodies[low];
    return found?.body === body ? found : undefined;
  }
}
