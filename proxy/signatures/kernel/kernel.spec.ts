import fc from "fast-check";
import { runs } from "../../testing/counts.js";
import { anySignature, bitsApart } from "../testing/records.js";
import { sortCountsBytes, type Kernel } from "./kernel.js";
import { PlainKernel } from "./plain_kernel.js";
import { WasmKernel } from "./wasm_kernel.js";

const kernels: [string, () => Kernel][] = [
  ["in WebAssembly", () => new WasmKernel()],
  ["in plain JavaScript", () => new PlainKernel()],
];

/** Whether an earlier step met a signature: by the lanes and radii of all the steps before. */
function isMet(signature: bigint, query: bigint, step: number): boolean {
  return Array.from({ length: step }, (_, earlier) => earlier).some(
    (earlier) => {
      const shift = BigInt(48 - 16 * (earlier % 4));
      const lane = ((signature ^ query) >> shift) & 0xffffn;
      return bitsApart(lane, 0n) === earlier >> 2;
    },
  );
}

for (const [form, makeKernel] of kernels) {
  describe(`The kernel ${form}`, () => {
    it("finds what lies within the bound and was not met before, with its distance", () => {
      fc.assert(
        fc.property(
          fc.array(anySignature(), { maxLength: 60 }),
          anySignature(),
          fc.nat(64),
          fc.nat(64),
          (signatures, query, bound, step) => {
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
              step,
              hitsAt,
            );
            const hits = new Uint32Array(kernel.memory, hitsAt, count);
            expect([...hits]).toEqual(
              signatures.flatMap((signature, i) => {
                const distance = bitsApart(signature, query);
                return distance <= bound && !isMet(signature, query, step)
                  ? [128 * i + distance]
                  : [];
              }),
            );
          },
        ),
        { numRuns: runs(300, 10_000) },
      );
    });

    it("sorts by 16 bits, and leaves equal rows as they were", () => {
      fc.assert(
        fc.property(
          fc.array(fc.nat(2 ** 16 - 1), { minLength: 1, maxLength: 200 }),
          fc.constantFrom(2, 8, 12),
          (digits, stride) => {
            const kernel = makeKernel();
            const { length } = digits;
            const [orderAt, sortedAt, countsAt] = [12, 16, 20].map(
              (bytes) => bytes * length,
            );
            kernel.reserve(countsAt + sortCountsBytes);
            const bits = new Uint16Array(kernel.memory);
            digits.forEach((digit, row) => (bits[(row * stride) / 2] = digit));
            const order = digits.map((_, row) => length - 1 - row);
            new Uint32Array(kernel.memory, orderAt).set(order);
            const isSorted = kernel.sortPass(
              0,
              stride,
              orderAt,
              sortedAt,
              length,
              countsAt,
            );
            expect(isSorted).toBe(new Set(digits).size > 1 ? 1 : 0);
            if (isSorted === 0) return;
            const sorted = new Uint32Array(kernel.memory, sortedAt, length);
            expect([...sorted]).toEqual(
              order.sort((a, b) => digits[a] - digits[b]),
            );
          },
        ),
        { numRuns: runs(100, 1000) },
      );
    });

    it("moves signatures by 16 bits, and leaves equal ones in their order", () => {
      fc.assert(
        fc.property(
          fc.array(anySignature(), { minLength: 1, maxLength: 200 }),
          fc.constantFrom(0, 2, 4, 6),
          (signatures, digit) => {
            const kernel = makeKernel();
            const { length } = signatures;
            const bytes = 8 * length;
            kernel.reserve(2 * bytes + sortCountsBytes);
            new BigUint64Array(kernel.memory).set(signatures);
            const isMoved = kernel.movePass(0, digit, bytes, length, 2 * bytes);
            const bits = (signature: bigint) =>
              Number((signature >> BigInt(8 * digit)) & 0xffffn);
            expect(isMoved).toBe(
              new Set(signatures.map(bits)).size > 1 ? 1 : 0,
            );
            if (isMoved === 0) return;
            const moved = new BigUint64Array(kernel.memory, bytes, length);
            expect([...moved]).toEqual(
              signatures.sort((a, b) => bits(a) - bits(b)),
            );
          },
        ),
        { numRuns: runs(100, 1000) },
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
