import fc from "fast-check";
import {
  encodeUint32Channels,
  encodeUint64Channels,
  TypedArrayBuilder,
} from "../../../../neuroglancer/codecs.js";
import type { Triple } from "../../record.js";
import { decodeSegmentation } from "./compressed_segmentation.js";

const edge = fc.integer({ min: 1, max: 21 });
const anyShape = fc.tuple(edge, edge, edge);
const anyBlock = fc.constantFrom<Triple>([8, 8, 8], [4, 8, 2], [16, 16, 16]);
/** Few ids and many: a block's values then have any number of bits. */
const anyIds = fc.oneof(
  fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), {
    minLength: 1,
    maxLength: 40,
  }),
  fc.constant(Array.from({ length: 5000 }, (_, i) => 2n ** 53n + BigInt(i))),
);

describe("Compressed segmentation", () => {
  it("is decoded to the ids that upstream encodes, of 64 and of 32 bits", () => {
    fc.assert(
      fc.property(
        fc.record({ shape: anyShape, block: anyBlock, ids: anyIds }),
        fc.integer({ min: 1, max: 9973 }),
        ({ shape, block, ids }, step) => {
          const count = shape[0] * shape[1] * shape[2];
          const values = BigUint64Array.from(
            { length: count },
            (_, i) => ids[(i * step) % ids.length],
          );
          const wide = new TypedArrayBuilder(Uint32Array);
          encodeUint64Channels(wide, block, values, [...shape, 1]);
          const words = wide.view.slice();
          const decoded = decodeSegmentation(words, shape, block, 2);
          expect(new BigUint64Array(decoded.buffer)).toEqual(values);
          const narrow = Uint32Array.from(values, (id) =>
            Number(BigInt.asUintN(32, id)),
          );
          const short = new TypedArrayBuilder(Uint32Array);
          encodeUint32Channels(short, block, narrow, [...shape, 1]);
          expect(
            decodeSegmentation(short.view.slice(), shape, block, 1),
          ).toEqual(narrow);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is refused where it is cut off or something else, and nothing beside it is read", () => {
    const output = new TypedArrayBuilder(Uint32Array);
    const values = BigUint64Array.from({ length: 512 }, (_, i) => BigInt(i));
    encodeUint64Channels(output, [8, 8, 8], values, [8, 8, 8, 1]);
    const words = output.view.slice();
    const decode = (of: Uint32Array) =>
      decodeSegmentation(of, [8, 8, 8], [8, 8, 8], 2);
    for (let length = 1; length < words.length; length += 7)
      expect(() => decode(words.slice(0, length))).toThrowError(RangeError);
    expect(() => decode(new Uint32Array(4).fill(0xffffffff))).toThrowError(
      RangeError,
    );
  });
});
