import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { runs } from "../../testing/counts.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { PlainKernel } from "../kernel/plain_kernel.js";
import { WasmKernel } from "../kernel/wasm_kernel.js";
import { SegmentFile } from "../segment/segment_file.js";
import { SegmentReader } from "../segment/segment_reader.js";
import { publishParts } from "../testing/index_folder.js";
import { plainHits } from "../testing/plain_search.js";
import { anyQuery } from "../testing/queries.js";
import { anyRecords, columns, plan } from "../testing/records.js";
import { compareCodes, type Code } from "./code_list.js";
import { Effort } from "./effort.js";
import { NearestCodes } from "./nearest_codes.js";
import { Tally } from "./tally.js";

function codeText({ high, low }: Code): string {
  return `${high} ${low}`;
}

describe("The search of a segment by its lanes", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it(
    "finds what a look at every record finds, at any radius, in both kernels",
    async () => {
      let made = 0;
      await fc.assert(
        fc.asyncProperty(
          anyRecords(300),
          anyQuery(),
          // All by scan, all by lanes, and the one after the other.
          fc.constantFrom(
            { read: 1e9, look: 1 },
            { read: 0, look: 0 },
            { read: 1e-3, look: 100 },
            { read: 10, look: 10 },
          ),
          fc.array(fc.constantFrom(1, 3, 100), { minLength: 1, maxLength: 3 }),
          async (rows, query, costs, paces) => {
            const own = path.join(folder, String(made++));
            await mkdir(own);
            const [segment] = await publishParts(own, [
              { records: columns(rows) },
            ]);
            const file = await SegmentFile.open(
              own,
              segment,
              plan.encoder.hash,
            );
            const all = plainHits(rows, {
              ...query,
              box: undefined,
              excludedBoxes: [],
              minSeparation: 0,
            });
            for (const kernel of [new WasmKernel(), new PlainKernel()]) {
              const memory = Tally.memory();
              const parts = Array.from(
                paces.keys(),
                (index) =>
                  new NearestCodes(
                    new SegmentReader(file.shared),
                    { index, of: paces.length },
                    kernel,
                    new Effort(new SharedArrayBuffer(4)),
                    query,
                    undefined,
                    query.limit,
                    new Tally(memory, query.limit, query.maxDistance),
                    costs,
                  ),
              );
              // Threads keep no step: each goes on by so many as it happens.
              let going = parts;
              while (going.length > 0) {
                going = going.filter((part, i) => {
                  for (let step = 0; step < paces[i]; step++) {
                    if (!part.advance()) return false;
                  }
                  return true;
                });
              }
              const codes = parts
                .flatMap((part) => part.codes)
                .sort(compareCodes);
              expect(new Set(codes.map((code) => codeText(code))).size).toBe(
                codes.length,
              );
              const found = codes.flatMap(({ distance, high, low, records }) =>
                Array.from({ length: records }, () => ({
                  distance,
                  signature: (BigInt(high) << 32n) | BigInt(low),
                })),
              );
              expect(found.slice(0, query.limit)).toEqual(
                all
                  .slice(0, query.limit)
                  .map(({ distance, signature }) => ({ distance, signature })),
              );
            }
            await file.close();
          },
        ),
        { numRuns: runs(100, 3000) },
      );
    },
    runs(120_000, 3_600_000),
  );
});
