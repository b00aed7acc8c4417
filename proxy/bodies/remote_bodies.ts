import {
  BODY_ID,
  type BodyFields,
  type BodyPatch,
} from "../../src/clio/model/body.js";
import { isSaid, patched } from "../../src/clio/model/body_edit.js";
import type {
  BodyConditions,
  BodyQuery,
} from "../../src/clio/model/body_query.js";
import type {
  BodyChange,
  BodyStore,
  BodyVersion,
  BodyVersions,
  ChangedBody,
  KnownBody,
} from "./body_store.js";

/** Bodies that a server behind this one keeps, which counts no writes and tells no news. */
export abstract class RemoteBodies implements BodyStore {
  abstract readonly kind: "dvid" | "clio-store";

  abstract versions(): Promise<BodyVersions>;
  abstract some(
    version: BodyVersion,
    ids: readonly bigint[],
  ): Promise<KnownBody[]>;
  abstract search(version: BodyVersion, query: BodyQuery): Promise<KnownBody[]>;
  abstract fieldNames(): Promise<string[]>;
  abstract remove(user: string, body: bigint): Promise<boolean>;

  /** Sends what is written over each body, which is another each. */
  protected abstract send(
    user: string,
    patches: ReadonlyMap<bigint, BodyPatch>,
  ): Promise<void>;

  revision(): Promise<number> {
    return Promise.resolve(0);
  }

  count(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  news(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** What others write between the look and the write is not seen: that server has no transactions. */
  async write(
    user: string,
    changes: readonly BodyChange[],
    check: (after: ReadonlyMap<bigint, BodyFields>) => void,
  ): Promise<ChangedBody[]> {
    const ids = [...new Set(changes.map(({ body }) => body))];
    if (ids.length === 0) return [];
    const { head } = await this.versions();
    const known = new Map(
      (await this.some(head, ids)).map(({ body, fields }) => [body, fields]),
    );
    const after = new Map(ids.map((body) => [body, known.get(body) ?? {}]));
    const patches = new Map<bigint, BodyPatch>();
    const writing = { user, time: new Date().toISOString() };
    for (const { body, patch } of changes) {
      const present = after.get(body)!;
      const wanted = patch(present);
      const then = patched(present, wanted, writing);
      if (then === present) continue;
      after.set(body, then);
      patches.set(body, { ...patches.get(body), ...wanted });
    }
    check(after);
    await this.send(user, patches);
    const now = new Map(
      (await this.some(head, ids)).map((each) => [each.body, each]),
    );
    return ids.map((body) => {
      const { fields } = now.get(body) ?? {};
      const isThere = fields !== undefined && isSaid(fields);
      return { body, revision: 0, fields: isThere ? fields : undefined };
    });
  }
}

/** A query with the ids of bodies as numbers, as other servers take them. */
export function withNumericIds(query: BodyQuery): BodyQuery {
  const one = (conditions: BodyConditions): BodyConditions => {
    const { [BODY_ID]: ids } = conditions;
    if (ids === undefined) return conditions;
    const numeric = (id: unknown) =>
      typeof id === "string" && /^\d{1,20}$/.test(id) ? BigInt(id) : id;
    return {
      ...conditions,
      [BODY_ID]: (Array.isArray(ids) ? ids.map(numeric) : numeric(ids)) as
        bigint | bigint[],
    };
  };
  return Array.isArray(query) ? query.map(one) : one(query as BodyConditions);
}
