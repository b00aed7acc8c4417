import fc from "fast-check";
import {
  annotationPropertyTypeHandlers,
  type AnnotationPropertySpec,
  getPropertyOffsets,
} from "neuroglancer/unstable/annotation/index.js";
import { makePropertyReader, makePropertyWriter } from "./property_codec.js";

type PropertyType = AnnotationPropertySpec["type"];

/** Values that each type can hold. */
const VALUES: Record<PropertyType, fc.Arbitrary<number>> = {
  rgb: fc.integer({ min: 0, max: 0xffffff }),
  rgba: fc.integer({ min: 0, max: 0xffffffff }),
  float32: fc.float(),
  uint32: fc.integer({ min: 0, max: 0xffffffff }),
  int32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint8: fc.integer({ min: 0, max: 0xff }),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
};
const types = Object.keys(VALUES) as PropertyType[];

const cases = fc
  .array(fc.constantFrom(...types), { minLength: 1, maxLength: 90 })
  .chain((specTypes) =>
    fc.record({
      specTypes: fc.constant(specTypes),
      rows: fc.array(fc.tuple(...specTypes.map((type) => VALUES[type])), {
        minLength: 1,
        maxLength: 4,
      }),
      littleEndian: fc.boolean(),
    }),
  );

function specsOf(specTypes: readonly PropertyType[]) {
  return specTypes.map(
    (type, i) =>
      ({ type, identifier: `p${i}`, default: 0 }) as AnnotationPropertySpec,
  );
}

describe("The property codec that stands in for upstream's functions from text", () => {
  it("covers every property type of upstream", () => {
    expect(Object.keys(annotationPropertyTypeHandlers).sort()).toEqual(
      [...types].sort(),
    );
  });

  it("reads back what it wrote, for any properties over any number of groups", () => {
    fc.assert(
      fc.property(cases, ({ specTypes, rows, littleEndian }) => {
        const specs = specsOf(specTypes);
        const { serializedBytes, offsets, propertyGroupBytes } =
          getPropertyOffsets(3, 12, specs);
        const write = makePropertyWriter(specs, offsets, propertyGroupBytes);
        const read = makePropertyReader(specs, offsets, propertyGroupBytes);
        const view = new DataView(
          new ArrayBuffer(serializedBytes * rows.length),
        );
        rows.forEach((row, i) =>
          write(view, 0, i, rows.length, littleEndian, row),
        );
        rows.forEach((row, i) => {
          const values: number[] = [];
          read(view, 0, i, rows.length, littleEndian, values);
          expect(values).toEqual(row);
        });
      }),
    );
  });

  it("puts each value where upstream's layout says, in the byte order that its shaders read", () => {
    const specs = specsOf(["rgb", "uint16"]);
    const { serializedBytes, offsets, propertyGroupBytes } = getPropertyOffsets(
      3,
      12,
      specs,
    );
    const view = new DataView(new ArrayBuffer(serializedBytes));
    makePropertyWriter(specs, offsets, propertyGroupBytes)(
      view,
      0,
      0,
      1,
      true,
      [0x332211, 0x5544],
    );
    // Two-byte values come before single bytes; the first 12 bytes are the position.
    expect([...new Uint8Array(view.buffer, 12, 5)]).toEqual([
      0x44, 0x55, 0x11, 0x22, 0x33,
    ]);
  });
});
