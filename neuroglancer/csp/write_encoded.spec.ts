import fc from "fast-check";
import {
  decodeUint64Channels,
  encodeUint64Channels,
  TypedArrayBuilder,
} from "../codecs.js";

describe("The packing of compressed segmentations that stands in for upstream's function from text", () => {
  it("gives volumes that upstream's decoder reads back, at every number of bits", () => {
    for (const distinct of [1, 2, 4, 16, 200, 512]) {
      const size = [8, 8, 8, 1];
      const blockSize = [8, 8, 8];
      fc.assert(
        fc.property(
          fc.array(fc.nat(distinct - 1), { minLength: 512, maxLength: 512 }),
          (labels) => {
            const volume = BigUint64Array.from(
              labels,
              (label) => BigInt(label) * 0x123456789abn,
            );
            const encoded = new TypedArrayBuilder(Uint32Array);
            encodeUint64Channels(encoded, blockSize, volume, size);
            const decoded = new BigUint64Array(512);
            decodeUint64Channels(decoded, encoded.view, 0, size, blockSize);
            expect(decoded).toEqual(volume);
          },
        ),
        { numRuns: 8 },
      );
    }
  });
});
