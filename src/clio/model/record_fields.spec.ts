import fc from "fast-check";
import {
  changedFields,
  fieldsOf,
  withFields,
  withValue,
} from "./record_fields.js";
import { anyRecord } from "./testing/records.js";

/** Two states of one record. */
const twoStates = fc.tuple(anyRecord(), anyRecord()).map(([before, after]) => ({
  before,
  after: {
    ...after,
    id: before.id,
    user: before.user,
    created: before.created,
  },
}));

describe("The parts of a record", () => {
  it("make one state into the other, where all that differ are taken over", () => {
    fc.assert(
      fc.property(twoStates, ({ before, after }) => {
        const merged = withFields(before, after, changedFields(before, after));
        expect(changedFields(merged, after)).toEqual([]);
        expect(fieldsOf(merged)).toEqual(fieldsOf(after));
      }),
    );
  });

  it("that are taken over leave all others as they were", () => {
    fc.assert(
      fc.property(
        twoStates,
        fc.infiniteStream(fc.boolean()),
        (states, coin) => {
          const { before, after } = states;
          const names = changedFields(before, after).filter(
            () => coin.next().value,
          );
          const merged = withFields(before, after, names);
          expect(changedFields(before, merged).sort()).toEqual(names.sort());
          expect(merged.modified).toBe(
            Math.max(before.modified, after.modified),
          );
        },
      ),
    );
  });

  it("are put in one by one by their values, or taken away where they have none", () => {
    fc.assert(
      fc.property(twoStates, ({ before, after }) => {
        for (const name of changedFields(before, after)) {
          const value = fieldsOf(after).get(name);
          const merged = withValue(before, name, value) as typeof before;
          const expected = withFields(before, after, [name]);
          expect(fieldsOf(merged)).toEqual(fieldsOf(expected));
        }
      }),
    );
  });

  it("do not depend on the order in which keys were written", () => {
    fc.assert(
      fc.property(anyRecord(), (record) => {
        const turned = Object.fromEntries(Object.entries(record).reverse());
        expect(changedFields(record, turned as typeof record)).toEqual([]);
      }),
    );
  });
});
