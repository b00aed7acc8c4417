import * as v from "valibot";
import { uuidSchema } from "../../model/annotation.js";
import { FreshIds } from "./fresh_ids.js";

describe("Fresh ids", () => {
  it("are random uuids, each another one", () => {
    const fresh = new FreshIds();
    const ids = Array.from({ length: 10_000 }, () => fresh.next());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => v.is(uuidSchema, id))).toBeTrue();
    expect(ids.every((id) => /^.{14}4.{4}[89ab]/.test(id))).toBeTrue();
    // Every other bit is 0 in some and 1 in others.
    const digitsAt = (at: number) => new Set(ids.map((id) => id[at]));
    const free = [0, 7, 9, 12, 15, 17, 20, 22, 24, 35];
    expect(free.map((at) => digitsAt(at).size)).toEqual(free.map(() => 16));
  });
});
