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
import { Effort } from "./effort.js";
import { NearestCodes } from "./nearest_codes.js";
import { Tally } from "./tally.js";

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
          fc.constantFrom(0, 1e-3, 1e9),
          async (rows, query, read) => {
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
              const codes = new NearestCodes(
                new SegmentReader(file.shared),
                kernel,
                new Effort(new SharedArrayBuffer(4)),
                query,
                undefined,
                query.limit,
                new Tally(Tally.memory(), query.limit, query.maxDistance),
                { read, look: 1 },
              ).find();
              const found = codes.flatMap(({ distance, high, low, records }) =>
                Array.from({ length: records }, () => ({
                  distance,
                  signature: (BigInt(high) << 32n) | BigInt(low),
                })),
              );
              const expected = all
                .slice(0, found.length)
                .map(({ distance, signature }) => ({ distance, signature }));
              expect(found).toEqual(expected);
              expect(found.length).toBeGreaterThanOrEqual(
                Math.min(query.limit, all.length),
              );
            }
            await file.close();
          },
        ),
        { numRuns: runs(30, 3000) },
      );
    },
    runs(120_000, 3_600_000),
  );
});
