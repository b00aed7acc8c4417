import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { VoxelPosition } from "../../src/clio/model/annotation.js";
import {
  atlasDataset,
  type AtlasEntry,
  atlasSandbox,
} from "../../src/clio/model/atlas.js";
import type { StoredRecord } from "../../src/clio/model/record.js";
import { sameValue } from "../../src/clio/model/record_fields.js";
import { accountOf, type Identity } from "../identity/identity.js";
import type { Permissions } from "../permissions/permissions.js";
import { forbidden, notFound, Problem } from "../problems/problem.js";
import type { Records } from "../records/records.js";
import { wholeNumber } from "../routes/query.js";
import { route, type Route } from "../routes/route.js";
import type {
  Account,
  AtlasRow,
  Reader,
  RecordRow,
  Storage,
} from "../storage/storage.js";
import type { Atlas } from "./atlas.js";
import { atlasChange } from "./submissions.js";
import {
  type AtlasItem,
  atlasItemOf,
  atlasItemOutSchema,
  atlasItemSchema,
  extraOf,
  locationKey,
  wordsOf,
} from "./v2_item.js";

const placeQuery = v.object({ x: wholeNumber, y: wholeNumber, z: wholeNumber });
type PlaceQuery = v.InferOutput<typeof placeQuery>;

/** `/v2/atlas`: the original's interface to the entries that the viewer has. */
export function atlasV2Routes(
  storage: Storage,
  records: Records,
  atlas: Atlas,
  permissions: Permissions,
): Route[] {
  const path = "/v2/atlas/{dataset}";

  const write = {
    path,
    access: "dataset:own",
    query: placeQuery,
    body: atlasItemSchema,
    bigNumbers: true,
    answer: atlasItemOutSchema,
  } as const;

  async function put(
    identity: Identity,
    dataset: string,
    { x, y, z }: PlaceQuery,
    item: AtlasItem,
  ) {
    const account = accountOf(identity);
    const position: VoxelPosition = [x, y, z];
    const user = item.user.toLowerCase();
    if (user !== account.user) {
      await permissions.requireInDataset(account, "others", dataset);
      return judge(account, dataset, user, position, item);
    }
    const { id } = await writeOwn(account.user, dataset, position, item);
    const row = await storage.read.atlasEntry(dataset, id);
    if (item.verified === true && row?.state !== "verified") {
      if (!atlas.isAlone) {
        throw forbidden(
          "verified is true, and nobody reviews an entry of their own. It was submitted, and waits for a reviewer.",
        );
      }
      await atlas.review(account, dataset, id, "verify", row?.version ?? 0, "");
    }
    return itemAt(storage.read, dataset, account.user, id);
  }

  /** A reviewer sends an item again as they have seen it, with another `verified`; without any, nothing comes of it. */
  async function judge(
    account: Account,
    dataset: string,
    user: string,
    position: VoxelPosition,
    item: AtlasItem,
  ) {
    const id =
      item.id ?? (await ownAt(storage.read, dataset, user, position))?.id;
    const row =
      id === undefined ? undefined : await storage.read.atlasEntry(dataset, id);
    if (
      row?.user !== user ||
      row.state === "withdrawn" ||
      !sameValue(row.entry.position, position)
    ) {
      throw notFound(
        `${user} has submitted no entry at ${locationKey(position)}.`,
      );
    }
    const { title, description, tags, modified } = row.entry;
    const isSeen =
      sameValue(wordsOf(item, undefined), { title, description, tags }) &&
      (item.timestamp ?? modified / 1000) === modified / 1000;
    if (!isSeen) {
      throw new Problem(
        409,
        "changed-meanwhile",
        "title, description, tags or timestamp is not that of the entry as its author has it now, and nobody else changes it.",
      );
    }
    const isVerified = row.state === "verified";
    const wanted = item.verified ?? undefined;
    if (wanted === undefined) return itemOf(row);
    if (wanted ? !isVerified : row.published !== undefined) {
      const act = wanted ? "verify" : "unverify";
      await atlas.review(account, dataset, row.id, act, row.version, "");
    }
    const now = await storage.read.atlasEntry(dataset, row.id);
    return itemOf(now!);
  }

  function writeOwn(
    user: string,
    dataset: string,
    position: VoxelPosition,
    item: AtlasItem,
  ): Promise<AtlasEntry> {
    return records.write(async (apply, writer) => {
      const at = await ownAt(writer, dataset, user, position);
      const before = at?.record.kind === "atlas" ? at.record : undefined;
      const now = Date.now();
      const record: AtlasEntry = {
        id: randomUUID(),
        kind: "atlas",
        position,
        user,
        created: now,
        submitted: now,
        ...before,
        ...wordsOf(item, before),
        modified: now,
      };
      await apply(user, {
        ...atlasChange(atlasDataset(dataset), "Write place of the atlas"),
        edits: [
          {
            op: "put",
            record,
            base: at?.revision ?? 0,
            extra: extraOf(item),
          },
        ],
      });
      return record;
    });
  }

  return [
    route({
      method: "GET",
      path: "/v2/atlas/all",
      summary: "The entries of all datasets that one may see",
      description:
        "What is verified, and of one's own, and in datasets that one reviews, all that is submitted.",
      access: "person",
      answer: v.array(atlasItemOutSchema),
      async handle({ identity }) {
        const seen = await atlas.all(accountOf(identity));
        return seen.map((each) =>
          atlasItemOf(each.dataset, each.entry, each, undefined),
        );
      },
    }),
    route({
      method: "GET",
      path,
      summary: "One's own entries, by place",
      access: "dataset:read",
      answer: v.record(v.string(), atlasItemOutSchema),
      async handle({ identity, params: { dataset } }) {
        const { user } = accountOf(identity);
        const rows = await storage.read.recordsOf(atlasSandbox(user, dataset));
        const items: [string, unknown][] = [];
        for (const { id, place } of rows) {
          const item = await itemAt(storage.read, dataset, user, id);
          items.push([place ?? id, item]);
        }
        return Object.fromEntries(items);
      },
    }),
    route({
      ...write,
      method: "POST",
      summary: "Writes the entry at a place, and submits it for review",
      description:
        "`title` and `user` are needed. One that is public goes back to review, and stays public as it was until then. A reviewer sends another's entry again, all its words and tags as they are, with `verified` true or false; 409 where its author has changed it since, by the `timestamp` too where that is sent.",
      handle: ({ identity, params: { dataset }, query, body }) =>
        put(identity, dataset, query, body),
    }),
    route({
      ...write,
      method: "PUT",
      summary: "The same as POST",
      handle: ({ identity, params: { dataset }, query, body }) =>
        put(identity, dataset, query, body),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Deletes one's own entry at a place",
      access: "dataset:own",
      query: placeQuery,
      answer: v.null(),
      async handle({ identity, params: { dataset }, query: { x, y, z } }) {
        const { user } = accountOf(identity);
        await records.write(async (apply, writer) => {
          const at = await ownAt(writer, dataset, user, [x, y, z]);
          if (at === undefined) return;
          await apply(user, {
            ...atlasChange(atlasDataset(dataset), "Delete place of the atlas"),
            edits: [{ op: "delete", id: at.id, base: at.revision }],
          });
        });
        return null;
      },
    }),
  ];
}

/** The oldest record of a person's at a place. */
async function ownAt(
  reader: Reader,
  dataset: string,
  user: string,
  position: VoxelPosition,
) {
  const shelf = atlasSandbox(user, dataset);
  const [row] = await reader.recordsAt(shelf, locationKey(position));
  // Rows of this query are never of deleted records.
  return row as (RecordRow & { record: StoredRecord }) | undefined;
}

async function itemAt(
  reader: Reader,
  dataset: string,
  user: string,
  id: string,
) {
  const row = await reader.record(atlasSandbox(user, dataset), id);
  if (row?.record?.kind !== "atlas") throw notFound("The entry is gone.");
  const seen = await reader.atlasEntry(dataset, id);
  return atlasItemOf(dataset, row.record, seen, row.extra);
}

function itemOf(row: AtlasRow) {
  return atlasItemOf(row.dataset, row.entry, row, undefined);
}
