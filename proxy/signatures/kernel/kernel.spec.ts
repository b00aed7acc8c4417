import fc from "fast-check";
import { runs } from "../../testing/counts.js";
import { comparePlaces } from "../search/query.js";
import { anyPlace, anySignature, bitsApart } from "../testing/records.js";
import { byteCountsBytes, type Kernel } from "./kernel.js";
import { PlainKernel } from "./plain_kernel.js";
import { WasmKernel } from "./wasm_kernel.js";

const kernels: [string, () => Kernel][] = [
  ["in WebAssembly", () => new WasmKernel()],
  ["in plain JavaScript", () => new PlainKernel()],
];

/** Whether an earlier step met a signature: by the lanes, and the radii at which each was probed. */
function isMet(
  signature: bigint,
  query: bigint,
  probed: readonly number[],
): boolean {
  return probed.some((radii, lane) => {
    const shift = BigInt(48 - 16 * lane);
    return bitsApart(((signature ^ query) >> shift) & 0xffffn, 0n) < radii;
  });
}

function byteOf(key: bigint, byte: number): number {
  return Number((key >> BigInt(8 * byte)) & 0xffn);
}

/** What a kernel counts in keys, which lie behind the counts at the beginning of its memory. */
function countedBytes(kernel: Kernel, keys: readonly bigint[]): Uint32Array {
  kernel.reserve(byteCountsBytes + 8 * keys.length);
  new BigUint64Array(kernel.memory, byteCountsBytes, keys.length).set(keys);
  kernel.countBytes(byteCountsBytes, keys.length, 0);
  return new Uint32Array(kernel.memory, 0, 8 * 256).slice();
}

/** Where the keys with each value of a byte begin, of which there are so many. */
function startsOf(counts: Uint32Array): number[] {
  let sum = 0;
  return Array.from(counts.subarray(0, 256), (count) => (sum += count) - count);
}

for (const [form, makeKernel] of kernels) {
  describe(`The kernel ${form}`, () => {
    it("finds what lies within the bound and was not met before, with its distance", () => {
      fc.assert(
        fc.property(
          fc.array(anySignature(), { maxLength: 60 }),
          anySignature(),
          fc.nat(64),
          fc.array(fc.nat(17), { minLength: 4, maxLength: 4 }),
          (signatures, query, bound, probed) => {
            const kernel = makeKernel();
            const hitsAt = 8 * signatures.length;
            kernel.reserve(12 * signatures.length);
            new BigUint64Array(kernel.memory, 0, signatures.length).set(
              signatures,
            );
            const count = kernel.scan(
              0,
              signatures.length,
              query,
              bound,
              probed.reduce(
                (met, radii, lane) => met | (radii << (8 * lane)),
                0,
              ),
              hitsAt,
            );
            const hits = new Uint32Array(kernel.memory, hitsAt, count);
            expect([...hits]).toEqual(
              signatures.flatMap((signature, i) => {
                const distance = bitsApart(signature, query);
                return distance <= bound && !isMet(signature, query, probed)
                  ? [128 * i + distance]
                  : [];
              }),
            );
          },
        ),
        { numRuns: runs(300, 10_000) },
      );
    });

    it("counts the values of each byte of keys", () => {
      fc.assert(
        fc.property(
          fc.array(anySignature(), { minLength: 1, maxLength: 200 }),
          (keys) => {
            const kernel = makeKernel();
            const counts = countedBytes(kernel, keys);
            const expected = new Array<number>(8 * 256).fill(0);
            for (const key of keys) {
              for (let byte = 0; byte < 8; byte++) {
                expected[256 * byte + byteOf(key, byte)]++;
              }
            }
            expect([...counts]).toEqual(expected);
          },
        ),
        { numRuns: runs(100, 1000) },
      );
    });

    it("sorts keys by a byte, and leaves equal ones as they were", () => {
      fc.assert(
        fc.property(
          fc.array(anySignature(), { minLength: 1, maxLength: 200 }),
          fc.nat(7),
          (keys, byte) => {
            const kernel = makeKernel();
            const { length } = keys;
            const [keysAt, movedAt, sortedAt, rowsAt, sortedRowsAt] = [
              0, 8, 16, 24, 28,
            ].map((bytes) => byteCountsBytes + bytes * length);
            kernel.reserve(byteCountsBytes + 32 * length);
            const counts = countedBytes(kernel, keys);
            const starts = startsOf(counts.subarray(256 * byte));
            const rows = keys.map((_, row) => length - 1 - row);
            new Uint32Array(kernel.memory, rowsAt).set(rows);
            new Uint32Array(kernel.memory).set(starts);
            kernel.movePass(keysAt, length, byte, 0, movedAt);
            new Uint32Array(kernel.memory).set(starts);
            kernel.sortPass(
              keysAt,
              rowsAt,
              length,
              byte,
              0,
              sortedAt,
              sortedRowsAt,
            );
            const order = keys
              .map((_, i) => i)
              .sort((a, b) => byteOf(keys[a], byte) - byteOf(keys[b], byte));
            const { memory } = kernel;
            const expected = order.map((i) => keys[i]);
            for (const at of [movedAt, sortedAt]) {
              expect([...new BigUint64Array(memory, at, length)]).toEqual(
                expected,
              );
            }
            expect([...new Uint32Array(memory, sortedRowsAt, length)]).toEqual(
              order.map((i) => rows[i]),
            );
          },
        ),
        { numRuns: runs(100, 1000) },
      );
    });

    it("merges runs in the order of a lane, equal signatures of the first by z, y, x of their places", () => {
      const row = fc.record({ code: anySignature(), place: anyPlace() });
      const run = fc.array(row, { maxLength: 40 });
      fc.assert(
        fc.property(run, run, fc.nat(3), (first, second, lane) => {
          const bits = ({ code }: { code: bigint }) =>
            (code >> BigInt(48 - 16 * lane)) & 0xffffn;
          const order = (a: { code: bigint }, b: { code: bigint }) =>
            Number(bits(a) - bits(b)) ||
            Number(a.code > b.code) - Number(a.code < b.code);
          const whole = (a: (typeof first)[0], b: (typeof first)[0]) =>
            order(a, b) || (lane === 0 ? comparePlaces(a.place, b.place) : 0);
          const rows = [first.sort(whole), second.sort(whole)].flat();
          const { length } = rows;
          const kernel = makeKernel();
          const [sortedAt, rowsAt, sortedRowsAt, placesAt] = [
            8, 16, 20, 24,
          ].map((bytes) => bytes * length);
          kernel.reserve(36 * length);
          const { memory } = kernel;
          new BigUint64Array(memory, 0, length).set(rows.map((r) => r.code));
          new Uint32Array(memory, rowsAt, length).set([...rows.keys()]);
          new Uint32Array(memory, placesAt, 3 * length).set(
            rows.flatMap(({ place }) => [...place]),
          );
          kernel.mergeRuns(
            0,
            rowsAt,
            first.length,
            length,
            lane,
            placesAt,
            sortedAt,
            sortedRowsAt,
          );
          const sorted = [...rows.keys()].sort((a, b) =>
            whole(rows[a], rows[b]),
          );
          expect([...new BigUint64Array(memory, sortedAt, length)]).toEqual(
            sorted.map((i) => rows[i].code),
          );
          if (lane > 0) return;
          expect([...new Uint32Array(memory, sortedRowsAt, length)]).toEqual(
            sorted,
          );
        }),
        { numRuns: runs(200, 10_000) },
      );
    });

    it("keeps what is in its memory when that grows", () => {
      const kernel = makeKernel();
      kernel.reserve(16);
      new Uint8Array(kernel.memory)[7] = 42;
      kernel.reserve(10 * 2 ** 20);
      expect(kernel.memory.byteLength).toBeGreaterThanOrEqual(10 * 2 ** 20);
      expect(new Uint8Array(kernel.memory)[7]).toBe(42);
    });
  });
}
