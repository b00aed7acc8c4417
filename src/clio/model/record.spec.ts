import * as v from "valibot";
import { parseChange } from "./change.js";
import { mergesDataset, type MergeRecord, stackOf } from "./merge.js";
import { recordSchema } from "./record.js";
import { changedFields, fieldsOf, withFields } from "./record_fields.js";
import { deliveredChangeSchema } from "./sync.js";

const ID = "0123abcd-0000-4000-8000-0123456789ab";
const MERGES = mergesDataset({ dataset: "demo", version: "v1" });

const merge: MergeRecord = {
  id: ID,
  kind: "merge",
  onto: "18446744073709551615",
  merged: "18446744073709551614",
  act: ID,
  position: [1, 2, 3],
  description: "",
  user: "local",
  created: 1,
  modified: 1,
};

const point = {
  id: ID,
  kind: "point",
  position: [1, 2, 3],
  description: "",
  tags: [],
  checked: false,
  user: "local",
  created: 1,
  modified: 1,
};

function changeOf(dataset: string, record: unknown) {
  const edits = [{ op: "put", record }];
  return { id: ID, user: "local", dataset, at: 1, label: "Merge", edits };
}

describe("A sandbox", () => {
  it("of merges takes merges, and one of marks takes marks", () => {
    expect(() => parseChange(changeOf(MERGES, merge))).not.toThrow();
    expect(() => parseChange(changeOf("demo", point))).not.toThrow();
  });

  for (const [name, dataset, record] of [
    ["of merges takes no mark", MERGES, point],
    ["of marks takes no merge", "demo", merge],
  ] as const) {
    it(`${name}, neither in the browser nor at the server`, () => {
      const change = changeOf(dataset, record);
      expect(() => parseChange(change)).toThrowError(
        /^Not a change: edits is .* expected records of the kind that its dataset has$/,
      );
      const [edit] = change.edits;
      const delivered = {
        ...change,
        device: ID,
        edits: [{ ...edit, base: 0 }],
      };
      const { issues } = v.safeParse(deliveredChangeSchema, delivered);
      expect(issues?.map((issue) => v.getDotPath(issue))).toEqual(["edits"]);
    });
  }

  it("of merges has its steps in the history of the marks of its dataset", () => {
    const user = "maria@lab.org";
    const marks = { user, dataset: "demo" };
    expect(stackOf({ user, dataset: MERGES })).toEqual(marks);
    expect(stackOf(marks)).toEqual(marks);
  });
});

describe("The parts of a merge", () => {
  it("are its comment, and what was decided where", () => {
    expect([...fieldsOf(merge).keys()]).toEqual(["geometry", "description"]);
  });

  it("are merged one by one: a comment of another device leaves the decision as it is", () => {
    const commented = { ...merge, description: "sure", modified: 5 };
    expect(changedFields(merge, commented)).toEqual(["description"]);
    const merged = withFields(merge, commented, ["description"]);
    expect(merged).toEqual(commented);
    expect(v.parse(recordSchema, merged)).toEqual(commented);
  });
});
