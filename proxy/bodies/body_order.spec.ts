import fc from "fast-check";
import {
  bodyField,
  type BodyScalar,
  type BodyValue,
} from "../../src/clio/model/body.js";
import { stringifyLossless } from "../../src/clio/model/lossless.js";
import { runs } from "../testing/counts.js";
import type { KnownBody } from "./body_store.js";
import { ordered } from "./body_order.js";

const value: fc.Arbitrary<BodyValue | undefined> = fc.oneof(
  fc.constantFrom("b", "a", "B", "", "10", "9", undefined),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(2n ** 64n - 1n, 2n ** 64n - 2n, 0.5),
  fc.constantFrom<BodyValue>([1, 2], ["a"], { a: 1 }, [2n ** 63n]),
);

/** Numbers first, then texts, then what else there is; what is absent last of all. */
function kindOf(value: BodyValue | undefined): number {
  if (value === undefined) return 3;
  if (typeof value === "object") return 2;
  return typeof value === "string" ? 1 : 0;
}

/** Whether a body may come right before another one. */
function mayPrecede(
  one: KnownBody,
  other: KnownBody,
  descending: boolean,
): boolean {
  const [a, b] = [one, other].map(
    ({ fields }) => bodyField(fields, "f") as BodyScalar | undefined,
  );
  const kinds = kindOf(a) - kindOf(b);
  if (kindOf(b) === 3) return kinds < 0 || one.body < other.body;
  if (kindOf(a) === 3) return false;
  if (kinds !== 0) return descending ? kinds > 0 : kinds < 0;
  const [x, y] = kindOf(a) === 2 ? [a, b].map(stringifyLossless) : [a!, b!];
  if (x === y) return one.body < other.body;
  return descending ? x > y : x < y;
}

describe("Bodies in the order of a field", () => {
  it("are all there, each where its value and then its id say, in either direction", () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 30 }),
        fc.boolean(),
        (values, descending) => {
          const bodies = values.map((f, i): KnownBody => ({
            ...{ body: BigInt(i + 1), revision: 1 },
            fields: f === undefined ? {} : { f },
          }));
          const sorted = ordered(bodies, { field: "f", descending });
          expect(new Set(sorted)).toEqual(new Set(bodies));
          expect(sorted.length).toBe(bodies.length);
          sorted.slice(1).forEach((each, i) => {
            expect(mayPrecede(sorted[i], each, descending)).toBeTrue();
          });
        },
      ),
      { numRuns: runs(100, 3000) },
    );
  });
});
