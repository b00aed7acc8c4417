/** Queries for property tests. */
import fc from "fast-check";
import type { Box } from "../record.js";
import type { SearchQuery } from "../search/query.js";
import { anyPlace, anySignature } from "./records.js";

/** A box, mostly of the size of the grid on which places lie. */
export function anyBox(): fc.Arbitrary<Box> {
  return fc
    .tuple(anyPlace(), fc.tuple(fc.nat(120), fc.nat(120), fc.nat(120)))
    .map(([min, size]) => ({
      min,
      max: [min[0] + size[0], min[1] + size[1], min[2] + size[2]],
    }));
}

/** A query with any of the options. */
export function anyQuery(): fc.Arbitrary<SearchQuery> {
  const example = fc.record(
    { signature: anySignature(), place: anyPlace() },
    { requiredKeys: ["signature"] },
  );
  return fc.record(
    {
      examples: fc.array(example, { minLength: 1, maxLength: 3 }),
      excludedExamples: fc.array(anySignature(), { maxLength: 2 }),
      maxDistance: fc.oneof(fc.constantFrom(0, 3, 7, 64), fc.nat(64)),
      minSeparation: fc.oneof(fc.constant(0), fc.constantFrom(1, 64, 250, 900)),
      box: anyBox(),
      excludedBoxes: fc.array(anyBox(), { maxLength: 2 }),
      offset: fc.oneof(fc.constant(0), fc.nat(30)),
      limit: fc.integer({ min: 1, max: 30 }),
    },
    {
      requiredKeys: [
        "examples",
        "excludedExamples",
        "maxDistance",
        "minSeparation",
        "excludedBoxes",
        "offset",
        "limit",
      ],
    },
  );
}

/** The query for all records in their order from the signature 0: the first so many. */
export function wholeOrder(limit: number): SearchQuery {
  return {
    examples: [{ signature: 0n }],
    excludedExamples: [],
    maxDistance: 64,
    minSeparation: 0,
    excludedBoxes: [],
    offset: 0,
    limit,
  };
}
