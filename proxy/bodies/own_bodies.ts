import { setImmediate } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { BodyFields } from "../../src/clio/model/body.js";
import { isSaid, patched } from "../../src/clio/model/body_edit.js";
import {
  bodiesNamed,
  bodyMatch,
  type BodyQuery,
} from "../../src/clio/model/body_query.js";
import type { BodyNews } from "../../src/clio/model/body_wire.js";
import { stringifyLossless } from "../../src/clio/model/lossless.js";
import type { Storage, Writer } from "../storage/storage.js";
import type {
  BodyChange,
  BodyStore,
  BodyVersion,
  BodyVersions,
  ChangedBody,
  KnownBody,
} from "./body_store.js";
import { bodyOf, BodyTable } from "./body_table.js";

/** How many bodies may be in memory, at 0.7 kB each; a dataset of more is read anew each time. */
const MOST_IN_MEMORY = 500_000;

/** How many rows are read at once. */
const PER_READ = 5000;

/** The tables of all datasets that were asked for. */
export class BodyTables {
  private readonly tables = new LRUCache<string, BodyTable>({
    maxSize: MOST_IN_MEMORY,
    sizeCalculation: ({ size }) => size + 1,
  });
  /** A table is brought up to date by one at a time. */
  private readonly underWay = new Map<string, Promise<BodyTable>>();

  constructor(private readonly storage: Storage) {}

  /** The table of a dataset with all that was written until now. */
  async of(dataset: string): Promise<BodyTable> {
    // What another brings in may have begun before the last write.
    await this.underWay.get(dataset);
    let updated = this.underWay.get(dataset);
    if (updated === undefined) {
      updated = this.update(dataset).finally(() =>
        this.underWay.delete(dataset),
      );
      this.underWay.set(dataset, updated);
    }
    return updated;
  }

  private async update(dataset: string): Promise<BodyTable> {
    const table = this.tables.get(dataset) ?? new BodyTable();
    const { read } = this.storage;
    const written: ChangedBody[] = [];
    for (;;) {
      const after = written.at(-1)?.revision ?? table.revision;
      const rows = await read.bodiesSince(dataset, after, PER_READ);
      written.push(...rows.map(bodyOf));
      if (rows.length < PER_READ) break;
      // Others have their turn while many are read.
      await setImmediate();
    }
    table.take(written);
    // Again, as it has another size now.
    if (written.length > 0) this.tables.set(dataset, table);
    return table;
  }
}

/** The bodies of a dataset that this server keeps by itself. */
export class OwnBodies implements BodyStore {
  readonly kind = "own";

  /** @param head as the dataset's description has it */
  constructor(
    private readonly storage: Storage,
    private readonly tables: BodyTables,
    private readonly dataset: string,
    private readonly head: BodyVersion,
  ) {}

  async versions(): Promise<BodyVersions> {
    const { head } = this;
    const rows = await this.storage.read.bodyVersions(this.dataset);
    const former = rows.filter(({ tag }) => tag !== "" && tag !== head.tag);
    const isNamed = head.tag !== "" || head.uuid !== "";
    return { head, all: [...former, ...(isNamed ? [head] : [])] };
  }

  revision(): Promise<number> {
    return this.storage.read.bodiesRevision(this.dataset);
  }

  async count(): Promise<number> {
    return (await this.tables.of(this.dataset)).size;
  }

  async some(
    version: BodyVersion,
    ids: readonly bigint[],
  ): Promise<KnownBody[]> {
    return (await this.tableOf(version)).some(new Set(ids));
  }

  async search(
    version: BodyVersion,
    query: BodyQuery,
  ): Promise<readonly KnownBody[]> {
    const table = await this.tableOf(version);
    const named = bodiesNamed(query);
    return table.search(bodyMatch(query), named && table.some(named));
  }

  async fieldNames(): Promise<string[]> {
    const table = await this.tables.of(this.dataset);
    const names = new Set<string>();
    for (const { fields } of table.all())
      for (const name of Object.keys(fields)) names.add(name);
    return [...names];
  }

  write(
    user: string,
    changes: readonly BodyChange[],
    check: (after: ReadonlyMap<bigint, BodyFields>) => void,
  ): Promise<ChangedBody[]> {
    const { dataset } = this;
    const time = new Date().toISOString();
    return this.storage.write(async (writer) => {
      const before = new Map<bigint, KnownBody>();
      const after = new Map<bigint, BodyFields>();
      for (const { body, patch } of changes) {
        if (!before.has(body)) {
          const row = await writer.body(dataset, body);
          const { revision = 0, fields = {} } = row ? bodyOf(row) : {};
          before.set(body, { body, revision, fields });
          after.set(body, fields);
        }
        const present = after.get(body)!;
        after.set(body, patched(present, patch(present), { user, time }));
      }
      check(after);
      let revision = await writer.bodiesRevision(dataset);
      await this.beginVersion(writer, revision);
      const written: ChangedBody[] = [];
      for (const [body, fields] of after) {
        const old = before.get(body)!;
        if (fields === old.fields) {
          written.push({ ...old, fields: isSaid(fields) ? fields : undefined });
        } else {
          revision += 1;
          written.push(await this.put(writer, body, revision, fields));
        }
      }
      return written;
    });
  }

  remove(_user: string, body: bigint): Promise<boolean> {
    return this.storage.write(async (writer) => {
      const row = await writer.body(this.dataset, body);
      if (row?.fields === undefined) return false;
      const revision = await writer.bodiesRevision(this.dataset);
      await this.beginVersion(writer, revision);
      await this.put(writer, body, revision + 1, {});
      return true;
    });
  }

  async news(after: number, limit: number): Promise<BodyNews> {
    const { read } = this.storage;
    const rows = await read.bodiesSince(this.dataset, after, limit);
    return {
      revision: rows.at(-1)?.revision ?? after,
      complete: rows.length < limit,
      bodies: rows.map(bodyOf).map(({ body, revision, fields = null }) => ({
        ...{ body: String(body), revision, fields },
      })),
    };
  }

  /** Notes that what follows is written in the version that is the head now. */
  private async beginVersion(writer: Writer, after: number): Promise<void> {
    const { dataset, head } = this;
    const last = (await writer.bodyVersions(dataset)).at(-1);
    if (last?.tag === head.tag && last.uuid === head.uuid) return;
    await writer.addBodyVersion({ dataset, ...head, after });
  }

  private async put(
    writer: Writer,
    body: bigint,
    revision: number,
    fields: BodyFields,
  ): Promise<ChangedBody> {
    const { dataset } = this;
    // Of whom nothing is said any more, it is not said who has said it.
    const said = isSaid(fields) ? fields : undefined;
    const text = said && stringifyLossless(said);
    await writer.putBody({ dataset, body, revision, fields: text });
    return { body, revision, fields: said };
  }

  /** The bodies of a version. */
  private async tableOf(version: BodyVersion): Promise<BodyTable> {
    if (version === this.head) return this.tables.of(this.dataset);
    const { read } = this.storage;
    const rows = await read.bodyVersions(this.dataset);
    const index = rows.findLastIndex(({ tag }) => tag === version.tag);
    const next = rows.at(index + 1);
    // Where nothing was written since, it is as it was.
    if (index < 0 || next === undefined) return this.tables.of(this.dataset);
    const table = new BodyTable();
    const rowsThen = await read.bodiesAsOf(this.dataset, next.after);
    table.take(rowsThen.map(bodyOf));
    return table;
  }
}
