import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import * as v from "valibot";
import {
  BODY_ID,
  bodyField,
  bodySizeProblem,
  isStamp,
  sameValue,
  type BodyFields,
  type BodyPatch,
} from "../../src/clio/model/body.js";
import type { BodyQuery } from "../../src/clio/model/body_query.js";
import {
  bodySchemaOf,
  bodyValueProblem,
  type BodySchema,
} from "../../src/clio/model/body_schema.js";
import type {
  BodyConflict,
  BodyEdit,
  BodyOrder,
} from "../../src/clio/model/body_wire.js";
import { DatasetError, type Dataset } from "../../src/clio/model/dataset.js";
import { stringifyLossless } from "../../src/clio/model/lossless.js";
import type { DatasetSource } from "../permissions/permissions.js";
import { badRequest, notFound } from "../problems/problem.js";
import type { Storage } from "../storage/storage.js";
import type {
  BodyChange,
  BodyStore,
  BodyVersion,
  ChangedBody,
  KnownBody,
} from "./body_store.js";
import { ordered } from "./body_order.js";
import { BodyTables, OwnBodies } from "./own_bodies.js";
import { BodiesChanged, problems } from "./problems.js";

/** How many bodies in all may be in results that are kept for their next page. */
const MOST_IN_RESULTS = 1_000_000;

/** Makes the store of a dataset that a server behind this one has. */
export type BodyStoreMaker = (dataset: Dataset) => BodyStore;

/** Something to be written to a body, as one was told. */
export interface BodyWish {
  body: bigint;
  /** Where it was said, to be named in what is wrong. */
  key: string;
  patch: (before: BodyFields) => BodyPatch;
}

/** What is known of the bodies of all datasets, wherever it is kept. */
export class Bodies {
  private readonly tables: BodyTables;
  private readonly results = new LRUCache<string, readonly KnownBody[]>({
    maxSize: MOST_IN_RESULTS,
    sizeCalculation: ({ length }) => length + 1,
  });

  /** @param behind makers of the stores that are not our own, by dataset */
  constructor(
    private readonly storage: Storage,
    private readonly datasets: DatasetSource,
    private readonly behind: ReadonlyMap<string, BodyStoreMaker>,
  ) {
    this.tables = new BodyTables(storage);
  }

  /** The bodies of a dataset. @throws Problem 404 */
  async of(id: string): Promise<BodiesOfDataset> {
    const found = await this.datasets.find(id);
    if (found === undefined)
      throw notFound(`There is no dataset ${JSON.stringify(id)}.`);
    const { dataset } = found;
    const head = { tag: dataset.tag ?? "", uuid: dataset.uuid ?? "" };
    const store =
      this.behind.get(id)?.(dataset) ??
      new OwnBodies(this.storage, this.tables, id, head);
    return new BodiesOfDataset(store, id, dataset, this.results);
  }
}

/** What is known of the bodies of one dataset. */
export class BodiesOfDataset {
  constructor(
    readonly store: BodyStore,
    private readonly id: string,
    private readonly dataset: Dataset,
    private readonly results: LRUCache<string, readonly KnownBody[]>,
  ) {}

  /**
   * The version that a tag or a uuid names, or the beginning of one; the head where it is empty.
   * @throws Problem 400 where there is no such version, or several
   */
  async version(named: string): Promise<BodyVersion> {
    const { head, all } = await this.store.versions();
    if (named === "" || named === head.tag || named === head.uuid) return head;
    const found = all.filter(
      ({ tag, uuid }) => tag === named || uuid === named,
    );
    if (found.length === 1) return found[0];
    throw problems.badVersion(
      named,
      all.map(({ tag, uuid }) => (tag === "" ? uuid : tag)),
    );
  }

  /** All that a query finds, in the order of the ids or of a field. */
  async search(
    version: BodyVersion,
    query: BodyQuery,
    order: BodyOrder = { field: BODY_ID, descending: false },
  ): Promise<{ revision: number; found: readonly KnownBody[] }> {
    const { store } = this;
    const revision = await store.revision();
    const question = createHash("sha256")
      .update(stringifyLossless([this.id, version, revision, query, order]))
      .digest("base64");
    // What does not count its writes may be other the next time.
    const isKept = store.kind === "own";
    const known = isKept ? this.results.get(question) : undefined;
    if (known !== undefined) return { revision, found: known };
    const found = ordered(await store.search(version, query), order);
    if (isKept) this.results.set(question, found);
    return { revision, found };
  }

  /**
   * Writes what is wished, all of it or nothing, to the head.
   * @param check throws where others have written meanwhile
   * @throws Problem 400 naming what the dataset does not take
   */
  write(
    user: string,
    wishes: readonly BodyWish[],
    check: () => void = () => undefined,
  ): Promise<ChangedBody[]> {
    const schema = schemaOf(this.dataset);
    const changes = wishes.map(({ body, key, patch }): BodyChange => ({
      body,
      patch(before) {
        const wanted = patch(before);
        requireTaken(schema, key, before, wanted);
        return wanted;
      },
    }));
    return this.store.write(user, changes, (after) => {
      check();
      for (const [body, fields] of after) {
        const problem = bodySizeProblem(fields);
        if (problem !== undefined)
          throw badRequest(`body ${body}: ${problem}`, "bad-body");
      }
    });
  }

  /**
   * Makes edits, each to what its author saw.
   * @throws BodiesChanged where that is not there any more
   */
  edit(user: string, edits: readonly BodyEdit[]): Promise<ChangedBody[]> {
    const conflicts: BodyConflict[] = [];
    const wishes = edits.map(({ body, set, base }, index): BodyWish => {
      const key = `edits.${index}.set`;
      return {
        body: BigInt(body),
        key,
        patch(before) {
          for (const name of Object.keys(set)) {
            if (isStamp(name)) {
              throw badRequest(
                `${key}.${name}: expected another field: who wrote what, and when, is noted by the server.`,
                "bad-body",
              );
            }
          }
          conflicts.push(...conflictsOf(body, set, base, before));
          return set;
        },
      };
    });
    return this.write(user, wishes, () => {
      if (conflicts.length > 0) throw new BodiesChanged(conflicts);
    });
  }
}

/** @throws Problem 409 where the description is from before such things were looked at, and wrong */
function schemaOf(dataset: Dataset): BodySchema {
  try {
    return bodySchemaOf(dataset);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw problems.badDescription(error.message);
  }
}

/** The fields that are by now neither what was seen nor what they are to be. */
function conflictsOf(
  body: string,
  set: BodyPatch,
  base: BodyPatch,
  before: BodyFields,
): BodyConflict[] {
  return Object.entries(set).flatMap(([field, value]) => {
    const found = bodyField(before, field) ?? null;
    const seen = bodyField(base, field) ?? null;
    if (sameValue(found, seen) || sameValue(found, value)) return [];
    const user = bodyField(before, `${field}_user`);
    const time = bodyField(before, `${field}_time`);
    return {
      ...{ body, field, base: seen, found },
      ...(typeof user === "string" ? { user } : {}),
      ...(typeof time === "string" ? { time } : {}),
    };
  });
}

/** @throws Problem 400 where a value that is not there yet is none that the dataset takes */
function requireTaken(
  schema: BodySchema,
  key: string,
  before: BodyFields,
  wanted: BodyPatch,
): void {
  for (const [name, value] of Object.entries(wanted)) {
    // What is there already is written again by whoever writes a whole record.
    if (isStamp(name) || sameValue(bodyField(before, name), value)) continue;
    const expected = bodyValueProblem(schema, name, value);
    if (expected === undefined) continue;
    const shown = stringifyLossless(value).slice(0, 80);
    throw badRequest(
      `${key}.${name}: ${shown}, expected ${expected}`,
      "bad-body",
    );
  }
}

/** An id of a body in an address. */
export const bodyIdSchema = v.pipe(
  v.string("an id of a body"),
  v.regex(/^\d{1,20}$/, "an id of a body, in decimal digits"),
  v.transform((id) => BigInt(id)),
  v.check(
    (id) => id > 0n && id < 2n ** 64n,
    "an id of a body, from 1 to 2^64-1",
  ),
);
