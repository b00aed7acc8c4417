import fc from "fast-check";
import * as v from "valibot";
import {
  afterAct,
  atlasDataset,
  type AtlasEntry,
  atlasEntrySchema,
  datasetOfAtlas,
  ENTRY_ACTS,
  ENTRY_STATES,
  type EntryAct,
  type EntryActor,
  type EntryStanding,
  missingIn,
  NEW_ENTRY,
} from "./atlas.js";
import { parseChange } from "./change.js";
import { stackOf } from "./merge.js";
import { changedFields, fieldsOf } from "./record_fields.js";

const HASH = "a".repeat(64);

const entry: AtlasEntry = {
  id: "0123abcd-0000-4000-8000-0123456789ab",
  kind: "atlas",
  title: "Two mitochondria",
  description: "They touch.",
  tags: ["mitochondrion"],
  position: [1, 2, 3],
  view: { layout: "xy", layers: [] },
  pictures: { small: HASH, large: HASH },
  submitted: 5,
  user: "local",
  created: 1,
  modified: 2,
};

describe("A place of the atlas", () => {
  it("is taken as it is", () => {
    expect(v.parse(atlasEntrySchema, entry)).toEqual(entry);
  });

  for (const [field, wrong, expected] of [
    ["title", "x".repeat(301), /at most 300/],
    ["description", "x".repeat(20_001), /at most 20000/],
    ["tags", Array<string>(51).fill("t"), /at most 50 tags/],
    ["tags", ["x".repeat(101)], /at most 100/],
    ["position", [1, 2], /number/],
    ["view", [], /object/],
    ["view", { layers: "x".repeat(70_000) }, /at most 65536 characters/],
    ["pictures", { small: HASH, large: "../x" }, /hexadecimal/],
    ["submitted", -1, /milliseconds/],
  ] as const) {
    it(`is refused by the field where ${field} is wrong: ${expected}`, () => {
      const result = v.safeParse(atlasEntrySchema, {
        ...entry,
        [field]: wrong,
      });
      const [issue] = result.issues!;
      expect(v.getDotPath(issue)).toMatch(new RegExp(`^${field}`));
      expect(issue.message).toMatch(expected);
    });
  }

  it("lies in a sandbox of its own, whose steps are in the history of its dataset", () => {
    const dataset = atlasDataset("demo");
    expect(datasetOfAtlas(dataset)).toBe("demo");
    expect(datasetOfAtlas("demo")).toBe(undefined);
    const user = "ada@lab.org";
    expect(stackOf({ user, dataset })).toEqual({ user, dataset: "demo" });
    const change = (of: string, record: object) => ({
      ...{ id: entry.id, user, dataset: of, at: 1, label: "Add" },
      edits: [{ op: "put", record }],
    });
    expect(() => parseChange(change(dataset, entry))).not.toThrow();
    expect(() => parseChange(change("demo", entry))).toThrowError(
      /of the kind/,
    );
    expect(() => parseChange(change("merges::demo", entry))).toThrowError(
      /of the kind/,
    );
  });

  it("has parts that two machines change apart: its words, its picture, and that it was submitted", () => {
    expect([...fieldsOf(entry).keys()].sort()).toEqual([
      "description",
      "geometry",
      "pictures",
      "submitted",
      "tags",
      "title",
    ]);
    const { submitted, ...draft } = entry;
    expect(submitted).toBe(5);
    expect(changedFields(entry, draft)).toEqual(["submitted"]);
  });

  it("needs a title, a description and a picture before it is submitted; a script's a title alone", () => {
    expect(missingIn(entry)).toEqual([]);
    const { view, title } = entry;
    expect(
      missingIn({ title: " ", description: "\n", view, pictures: undefined }),
    ).toEqual(["a title", "a description", "a picture"]);
    const bare = { description: "", view: undefined, pictures: undefined };
    expect(missingIn({ ...bare, title })).toEqual([]);
  });
});

describe("The way of an entry", () => {
  const standing = fc.record({
    state: fc.constantFrom(...ENTRY_STATES),
    isPublic: fc.boolean(),
  });
  const actor = fc.record({
    isAuthor: fc.boolean(),
    isReviewer: fc.boolean(),
    isAlone: fc.boolean(),
  });
  const act = fc.constantFrom(...ENTRY_ACTS);

  /** Of each act of the original matrix: who may, in which states. */
  const reviewer: EntryActor = {
    ...{ isAuthor: false, isReviewer: true, isAlone: false },
  };
  const author: EntryActor = {
    ...{ isAuthor: true, isReviewer: false, isAlone: false },
  };

  function after(from: EntryStanding, ...acts: [EntryActor, EntryAct][]) {
    let now: EntryStanding = from;
    for (const [who, does] of acts) {
      const next = afterAct(now, does, who);
      if (typeof next === "string") return next;
      now = next;
    }
    return now;
  }

  it("leads from a draft to what is public, back to review while it stays so, and away again", () => {
    const sent = after(NEW_ENTRY, [author, "submit"]);
    expect(sent).toEqual({ state: "submitted", isPublic: false });
    const shown = after(sent as EntryStanding, [reviewer, "verify"]);
    expect(shown).toEqual({ state: "verified", isPublic: true });
    const changed = after(shown as EntryStanding, [author, "submit"]);
    expect(changed).toEqual({ state: "submitted", isPublic: true });
    const asked = after(changed as EntryStanding, [
      reviewer,
      "request changes",
    ]);
    expect(asked).toEqual({ state: "changes requested", isPublic: true });
    expect(after(asked as EntryStanding, [reviewer, "verify"])).toBe(
      "it is changes requested, and not submitted",
    );
    expect(after(shown as EntryStanding, [reviewer, "unverify"])).toEqual(sent);
    expect(after(shown as EntryStanding, [author, "withdraw"])).toEqual({
      state: "withdrawn",
      isPublic: false,
    });
  });

  it("makes nothing public but by a reviewer who is not its author, where there is anybody else", () => {
    fc.assert(
      fc.property(standing, act, actor, (from, does, who) => {
        const next = afterAct(from, does, who);
        if (typeof next === "string" || !next.isPublic || from.isPublic) return;
        expect(does).toBe("verify");
        expect(who.isReviewer).toBe(true);
        expect(who.isAuthor && !who.isAlone).toBe(false);
      }),
    );
  });

  it("lets reviewers change nothing that waits for its author, and others nothing at all", () => {
    fc.assert(
      fc.property(standing, act, actor, (from, does, who) => {
        const next = afterAct(from, does, who);
        if (typeof next === "string") {
          expect(next.length).toBeGreaterThan(0);
          return;
        }
        const isAuthors = does === "submit" || does === "withdraw";
        expect(isAuthors ? who.isAuthor : who.isReviewer).toBe(true);
        if (does === "verify" || does === "request changes") {
          expect(from.state).toBe("submitted");
        }
      }),
    );
  });

  it("is public exactly while its last verified version was neither unverified nor withdrawn since", () => {
    const step = fc.tuple(actor, act);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let now: EntryStanding = NEW_ENTRY;
        let isPublic = false;
        for (const [who, does] of steps) {
          const next = afterAct(now, does, who);
          if (typeof next === "string") continue;
          now = next;
          if (does === "verify") isPublic = true;
          if (does === "unverify" || does === "withdraw") isPublic = false;
          expect(now.isPublic).toBe(isPublic);
          if (now.state === "verified") expect(now.isPublic).toBe(true);
        }
      }),
    );
  });
});
