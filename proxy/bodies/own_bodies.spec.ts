import { rm } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import * as v from "valibot";
import type {
  BodyFields,
  BodyPatch,
  BodyScalar,
  BodyValue,
} from "../../src/clio/model/body.js";
import { isSaid, patched } from "../../src/clio/model/body_edit.js";
import { bodyQuerySchema } from "../../src/clio/model/body_query.js";
import { openStorage } from "../storage/open.js";
import type { Storage } from "../storage/storage.js";
import { runs } from "../testing/counts.js";
import { temporaryFolder } from "../testing/server_fixture.js";
import { BodyTables, OwnBodies } from "./own_bodies.js";
import { isFoundPlainly } from "./testing/plain_query.js";

type Json = Record<string, unknown>;
interface Batch {
  changes: { body: bigint; patch: BodyPatch }[];
  isRefused: boolean;
  removed: bigint | null;
}

const head = { tag: "v1", uuid: "" };
const names = ["type", "tags", "n", "constructor", "a_user"];
const texts = ["DA1", "DA2", "da1", "", "T(1)", "re/x", "exists/1"];
const far = [2n ** 64n - 1n, 9007199254740993n];

const scalar: fc.Arbitrary<BodyScalar> = fc.oneof(
  fc.constantFrom(...texts),
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(...far, 0.5),
  fc.boolean(),
);
const value: fc.Arbitrary<BodyValue> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
);
const bodyId = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(BigInt),
  fc.constantFrom(...far),
);
const patch: fc.Arbitrary<BodyPatch> = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof(value, fc.constant(null)),
);
const batch: fc.Arbitrary<Batch> = fc.record({
  changes: fc.array(fc.record({ body: bodyId, patch }), { maxLength: 5 }),
  isRefused: fc.boolean(),
  removed: fc.option(bodyId),
});

/** Those that all engines read alike. */
const pattern = fc
  .constantFrom("^DA", "1$", "a", "[0-9]", "^$", "\\(", "D|T")
  .map((text) => `re/${text}`);
const plainText = scalar.filter(
  (each) => typeof each !== "string" || !/^(re|exists)\//.test(each),
);
const condition = fc.oneof(
  plainText,
  pattern,
  fc.constantFrom("exists/0", "exists/1"),
  fc.array(fc.oneof(plainText, pattern), { maxLength: 3 }),
);
const conditions: fc.Arbitrary<Json> = fc
  .record(
    {
      body: fc.oneof(
        fc.array(bodyId, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("exists/0", "exists/1"),
      ),
      rest: fc.dictionary(fc.constantFrom(...names, "type_user"), condition),
    },
    { requiredKeys: ["rest"] },
  )
  .map(({ body, rest }) => (body ? { ...rest, bodyid: body } : rest));
const query: fc.Arbitrary<Json | Json[]> = fc.oneof(
  conditions,
  fc.array(conditions, { maxLength: 3 }),
);

describe("Bodies that the server keeps by itself", () => {
  let folder: string;
  let storage: Storage;
  beforeAll(async () => {
    folder = await temporaryFolder();
    storage = await openStorage(path.join(folder, "clio.db"));
  });
  afterAll(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });

  it("are found by each query as a plain look at each finds them, after any writes, refused ones and deletions, and after a restart", async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(batch, { minLength: 1, maxLength: 6 }),
        fc.array(query, { minLength: 1, maxLength: 8 }),
        async (batches, queries) => {
          const dataset = `d${n++}`;
          const own = new OwnBodies(
            ...([storage, new BodyTables(storage), dataset, head] as const),
          );
          const model = new Map<bigint, BodyFields>();
          for (const { changes, isRefused, removed } of batches) {
            const after = new Map(model);
            const written = own.write(
              "ada@lab.org",
              changes.map((each) => ({
                body: each.body,
                patch: (before) => {
                  expect(withoutTimes(before)).toEqual(
                    withoutTimes(after.get(each.body) ?? {}),
                  );
                  const writing = { user: "ada@lab.org", time: "" };
                  after.set(each.body, patched(before, each.patch, writing));
                  return each.patch;
                },
              })),
              () => {
                if (isRefused) throw new Error("on purpose");
              },
            );
            if (isRefused) {
              await expectAsync(written).toBeRejectedWithError("on purpose");
            } else {
              await written;
              model.clear();
              for (const [body, fields] of after)
                if (isSaid(fields)) model.set(body, fields);
            }
            if (removed !== null) {
              expect(await own.remove("ada@lab.org", removed)).toBe(
                model.delete(removed),
              );
            }
            await expectFound(own, model, queries);
          }
          // Nothing of it was in memory alone.
          const again = new OwnBodies(
            ...([storage, new BodyTables(storage), dataset, head] as const),
          );
          await expectFound(again, model, queries);
        },
      ),
      { numRuns: runs(60, 3000) },
    );
  });
});

function withoutTimes(fields: BodyFields) {
  return Object.entries(fields)
    .filter(([name]) => !name.endsWith("_time"))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

async function expectFound(
  own: OwnBodies,
  model: ReadonlyMap<bigint, BodyFields>,
  queries: readonly (Json | Json[])[],
): Promise<void> {
  for (const asked of queries) {
    const parsed = v.parse(bodyQuerySchema, asked);
    const found = await own.search(head, parsed);
    const plain = [...model.keys()]
      .filter((body) => isFoundPlainly(asked, body, model.get(body)!))
      .sort((a, b) => (a < b ? -1 : 1));
    expect(found.map(({ body }) => body)).toEqual(plain);
  }
}
