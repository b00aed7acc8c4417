import { createHash } from "node:crypto";
import {
  mkdir,
  open,
  readFile,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { runs } from "../../testing/counts.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { segmentsFolder } from "../index/manifest.js";
import { PlainKernel } from "../kernel/plain_kernel.js";
import { WasmKernel } from "../kernel/wasm_kernel.js";
import type { Triple } from "../record.js";
import { SearchPool } from "../search/search_pool.js";
import { SignatureIndex } from "../search/signature_index.js";
import type { Corruption } from "../search/search_task.js";
import { publishParts } from "../testing/index_folder.js";
import {
  anyRecords,
  columns,
  plan,
  rowsOf,
  type PlainRecord,
} from "../testing/records.js";
import { scatteredRecords } from "../testing/scattered.js";
import {
  joinedParts,
  writeJoinedPart,
  type JoinedSections,
} from "./joined_segment.js";
import {
  CorruptSegmentError,
  laneSections,
  sectionLengths,
  sectionNames,
  sectionOffsets,
  type SectionName,
} from "./layout.js";
import { verifySegment } from "./verify.js";
import { writeSegment } from "./segment_writer.js";

/** The records of the pages, in no order. */
function pageRows(bytes: Buffer, count: number): string[] {
  const { pageSignatures, pagePlaces } = sectionOffsets(count);
  return Array.from({ length: count }, (_, i) => {
    const place = [0, 4, 8].map((axis) =>
      bytes.readUInt32LE(pagePlaces + 12 * i + axis),
    );
    return `${place.join()} ${bytes.readBigUInt64LE(pageSignatures + 8 * i)}`;
  }).sort();
}

describe("A segment", () => {
  let folder: string;
  let made = 0;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function newFolder(): Promise<string> {
    const own = path.join(folder, String(made++));
    await mkdir(own);
    return own;
  }

  it(
    "has the same name and bytes whatever the order of the records, from both kernels",
    async () => {
      const own = await newFolder();
      await fc.assert(
        fc.asyncProperty(
          anyRecords(100).chain((rows) =>
            fc.tuple(
              fc.constant(rows),
              fc.shuffledSubarray(rows, { minLength: rows.length }),
            ),
          ),
          async ([rows, shuffled]) => {
            const { hash } = plan.encoder;
            const one = writeSegment(
              own,
              columns(rows),
              hash,
              new WasmKernel(),
            );
            const bytes = await readFile(path.join(own, one.name));
            const other = writeSegment(
              own,
              columns(shuffled),
              hash,
              new PlainKernel(),
            );
            expect(other).toEqual(one);
            const others = await readFile(path.join(own, other.name));
            expect(others.equals(bytes)).toBeTrue();
          },
        ),
        { numRuns: runs(15, 1000) },
      );
    },
    runs(120_000, 3_600_000),
  );

  it("that is joined of others holds what one of all their records would, in both kernels", async () => {
    const own = await newFolder();
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRecords(60), { minLength: 2, maxLength: 5 }),
        async (runsOfRows) => {
          const { hash } = plan.encoder;
          const write = (rows: readonly PlainRecord[]) =>
            writeSegment(own, columns(rows), hash, new WasmKernel());
          const segments = runsOfRows.map(write);
          const rows = runsOfRows.flat();
          const { name } = write(rows);
          const expected = await readFile(path.join(own, name));
          const offsets = sectionOffsets(rows.length);
          const lengths = sectionLengths(rows.length);
          for (const kernel of [new WasmKernel(), new PlainKernel()]) {
            await writeFile(path.join(own, "joined"), "");
            const join = { folder: own, segments, target: "joined" };
            const sections = Object.assign(
              {},
              ...joinedParts.map((part) => writeJoinedPart(join, part, kernel)),
            ) as JoinedSections;
            const joined = await readFile(path.join(own, "joined"));
            expect(Object.keys(sections)).toHaveSize(sectionNames.length);
            for (const section of sectionNames) {
              const part = (bytes: Buffer) =>
                bytes.subarray(
                  offsets[section],
                  offsets[section] + lengths[section],
                );
              expect(sections[section]).toEqual({
                offset: offsets[section],
                length: lengths[section],
                sha256: createHash("sha256").update(part(joined)).digest("hex"),
              });
              if (section.startsWith("page")) continue;
              expect(part(joined).equals(part(expected)))
                .withContext(section)
                .toBeTrue();
            }
            expect(pageRows(joined, rows.length)).toEqual(
              pageRows(expected, rows.length),
            );
          }
        },
      ),
      { numRuns: runs(15, 1000) },
    );
  });

  it("is not joined of what has changed on the disk", async () => {
    const own = await newFolder();
    const segments = [1, 2].map((seed) =>
      writeSegment(
        own,
        scatteredRecords(1000, "clustered", seed),
        plan.encoder.hash,
        new WasmKernel(),
      ),
    );
    const file = path.join(own, segments[1].name);
    const sound = await readFile(file);
    const offsets = sectionOffsets(1000);
    await writeFile(path.join(own, "joined"), "");
    for (const section of sectionNames) {
      if (section === "pageBounds") continue;
      const flipped = Buffer.from(sound);
      flipped[offsets[section] + 5] ^= 1;
      await writeFile(file, flipped);
      const join = { folder: own, segments, target: "joined" };
      expect(() =>
        joinedParts.map((part) =>
          writeJoinedPart(join, part, new WasmKernel()),
        ),
      )
        .withContext(section)
        .toThrowError(CorruptSegmentError, new RegExp(section));
    }
  });

  it("holds its records in the orders of the layout", async () => {
    const own = await newFolder();
    await fc.assert(
      fc.asyncProperty(anyRecords(100), async (rows) => {
        const { name } = writeSegment(
          own,
          columns(rows),
          plan.encoder.hash,
          new WasmKernel(),
        );
        const bytes = await readFile(path.join(own, name));
        const offsets = sectionOffsets(rows.length);
        const signatures = (section: SectionName) =>
          rows.map((_, i) => bytes.readBigUInt64LE(offsets[section] + 8 * i));
        const places = (section: SectionName) =>
          rows.map((_, i) =>
            [0, 4, 8].map((axis) =>
              bytes.readUInt32LE(offsets[section] + 12 * i + axis),
            ),
          );

        const bySignature = [...rows].sort(
          (a, b) =>
            Number(a.signature > b.signature) -
              Number(a.signature < b.signature) ||
            a.place[2] - b.place[2] ||
            a.place[1] - b.place[1] ||
            a.place[0] - b.place[0],
        );
        expect(places("places")).toEqual(
          bySignature.map(({ place }) => [...place]),
        );
        for (const [lane, section] of laneSections.entries()) {
          const shift = BigInt(48 - 16 * lane);
          const bits = (signature: bigint) =>
            Number((signature >> shift) & 0xffffn);
          expect(signatures(section)).toEqual(
            bySignature
              .map(({ signature }) => signature)
              .sort((a, b) => bits(a) - bits(b)),
          );
        }

        const key = alongMorton(rows.map(({ place }) => place));
        const bySpace = bySignature.sort((a, b) => key(a.place) - key(b.place));
        expect(signatures("pageSignatures")).toEqual(
          bySpace.map(({ signature }) => signature),
        );
        expect(places("pagePlaces")).toEqual(
          bySpace.map(({ place }) => [...place]),
        );
      }),
      { numRuns: runs(30, 1000) },
    );
  });

  it("is refused where it would hold nothing", async () => {
    const own = await newFolder();
    expect(() =>
      writeSegment(own, columns([]), "", new PlainKernel()),
    ).toThrowError(RangeError, /^0 records/);
  });

  it("shows every flipped bit, in whatever part", async () => {
    const own = await newFolder();
    const records = scatteredRecords(1000, "clustered", 1);
    const [segment] = await publishParts(own, [{ records }]);
    const file = path.join(segmentsFolder(own), segment.name);
    const whole = await readFile(file);
    const { hash } = plan.encoder;
    expect(await verifySegment(own, segment, hash)).toEqual([]);

    const offsets = sectionOffsets(segment.count);
    const lengths = sectionLengths(segment.count);
    const parts = [
      { name: "header", begin: 0, end: 4096 },
      ...sectionNames.map((name) => ({
        name,
        begin: offsets[name],
        end: offsets[name] + lengths[name],
      })),
    ];
    for (const { name, begin, end } of parts) {
      for (let i = 0; i < runs(3, 200); i++) {
        const at = begin + Math.floor(((end - begin - 1) * i) / runs(2, 199));
        await flip(file, at, i % 8);
        const problems = await verifySegment(own, segment, hash);
        expect(problems).withContext(`${name}, byte ${at}`).toHaveSize(1);
        expect(problems[0]).toContain(name);
        await flip(file, at, i % 8);
      }
    }
    // Behind a section, up to the next.
    await flip(file, offsets.places + lengths.places, 3);
    expect(await verifySegment(own, segment, hash)).toEqual([
      "there is something behind places",
    ]);
    await truncate(file, whole.length - 4096);
    expect((await verifySegment(own, segment, hash))[0]).toMatch(
      /^\d+ bytes, expected \d+/,
    );
    await rm(file);
    expect(await verifySegment(own, segment, hash)).toEqual([
      "it cannot be opened (ENOENT)",
    ]);
  });

  it("that is another than the one listed is told apart, though it is sound", async () => {
    const own = await newFolder();
    const [one, other] = await publishParts(
      own,
      [1, 2].map((seed) => ({
        records: scatteredRecords(100, "uniform", seed),
      })),
    );
    const files = segmentsFolder(own);
    const bytes = await readFile(path.join(files, other.name));
    await writeFile(path.join(files, one.name), bytes);
    const { hash } = plan.encoder;
    expect(await verifySegment(own, one, hash)).toEqual([
      "the header is not the one that the manifest lists",
    ]);
    expect(await verifySegment(own, other, "another encoder")).toEqual([
      "the header is not the one that the manifest lists",
    ]);
  });

  describe("that is corrupt, in an index that is searched,", () => {
    let pool: SearchPool;
    beforeAll(() => {
      pool = new SearchPool(2);
    });
    afterAll(() => pool.close());

    const damages: [string, (file: string) => Promise<void>, RegExp][] = [
      ["a header", (file) => flip(file, 20, 1), /header's checksum/],
      ["a directory", (file) => flip(file, 4096 + 70_000, 5), /of directory/],
      [
        "boxes of pages",
        (file) => flip(file, sectionOffsets(1000).pageBounds, 0),
        /of pageBounds/,
      ],
      ["an end", (file) => truncate(file, 50_000), /bytes, expected/],
      ["a file", (file) => rm(file), /cannot be opened/],
    ];
    for (const [part, damage, reason] of damages) {
      it(`for want of ${part} is put aside and named, and the others answer`, async () => {
        const own = await newFolder();
        const sound = scatteredRecords(1000, "clustered", 1);
        const [{ name }] = await publishParts(own, [
          { records: scatteredRecords(1000, "clustered", 2, 1000) },
          { records: sound },
        ]);
        await damage(path.join(segmentsFolder(own), name));
        const told: Corruption[] = [];
        const index = (await SignatureIndex.open(own, pool, (corruption) =>
          told.push(corruption),
        ))!;
        const { signature, place } = rowsOf(sound)[10];
        const asker = { user: "anna" };
        for (let i = 0; i < 2; i++) {
          // At a place the pages are read, and for a code's rows the directory.
          const at = await index.at(place, 0, asker);
          expect(at.hit?.signature).toBe(signature);
          const { hits, quarantined } = await index.search(
            {
              examples: [{ signature }],
              excludedExamples: [],
              maxDistance: 64,
              minSeparation: 0,
              excludedBoxes: [],
              offset: 0,
              limit: 2000,
            },
            asker,
          );
          expect(hits.length).toBe(1000);
          expect(quarantined).toEqual([
            { segment: name, reason: jasmine.stringMatching(reason) },
          ]);
        }
        expect(told).toHaveSize(1);
        await index.retire();
      });
    }
  });
});

/** The number of a place along a Morton curve through the box around all, whose longest side has at most 2^16 steps. */
function alongMorton(places: readonly Triple[]): (place: Triple) => number {
  const min = [0, 1, 2].map((axis) => Math.min(...places.map((p) => p[axis])));
  const longest = Math.max(
    ...places.flatMap((place) => place.map((value, axis) => value - min[axis])),
  );
  let step = 1;
  while (longest / step >= 2 ** 16) step *= 2;
  return (place) => {
    let key = 0;
    for (let bit = 15; bit >= 0; bit--) {
      for (const axis of [2, 1, 0]) {
        const value = Math.floor((place[axis] - min[axis]) / step);
        key = 2 * key + ((value >> bit) & 1);
      }
    }
    return key;
  };
}

async function flip(file: string, at: number, bit: number): Promise<void> {
  const handle = await open(file, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] ^= 1 << bit;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}
