import fc from "fast-check";
import { type AtlasEntry, LONGEST_ENTRY_DESCRIPTION } from "../model/atlas.js";
import { anyText } from "../model/testing/records.js";
import { keptBy, NO_FILTER, type AlbumFilter } from "./album_filter.js";
import { type AlbumItem, ownItem } from "./album_item.js";

function entry(more: Partial<AtlasEntry>): AtlasEntry {
  return {
    id: "0123abcd-0000-4000-8000-0123456789ab",
    kind: "atlas",
    title: "Two mitochondria, heart-shaped",
    description: "Touching outer membranes over 300 nm.",
    tags: ["mitochondrion"],
    position: [1, 2, 3],
    user: "ada@lab.org",
    created: 1,
    modified: 1,
    ...more,
  };
}

const item = (more: Partial<AtlasEntry> = {}) =>
  ownItem("medulla", entry(more), undefined);

function keeps(
  filter: Partial<AlbumFilter>,
  of: AlbumItem = item(),
  distance?: number,
): boolean {
  const kept = keptBy({ ...NO_FILTER, ...filter }, () => distance);
  if ("wrong" in kept) throw new Error(kept.wrong);
  return kept.test(of);
}

const TOO_LARGE =
  "regular expression is too large: shorten it, or have its parts repeat less often.";

describe("The filter of the album", () => {
  for (const [text, expected] of [
    ["", true],
    ["HEART mito", true],
    ["heart axon", false],
    ["300 nm", true],
    ["ada@", true],
    ["tag:mito", true],
    ["tag:heart", false],
    ["author:ada tag:mitochondrion", true],
    ["author:bob", false],
    ["dataset:medulla", true],
    ["dataset:vnc", false],
    ["state:draft", true],
    ["state:withdrawn", false],
    ['state:"draft" tag:"mito"', true],
    ['tag:"mitochondrion two"', false],
    ['state:"', true],
    // Names of nothing are words like others.
    ["constructor:x", false],
    ["https://x", false],
  ] as const) {
    it(`${expected ? "keeps" : "hides"} an entry by ${JSON.stringify(text)}`, () => {
      expect(keeps({ text })).toBe(expected);
    });
  }

  it("keeps by state, and what is public however its author has changed it since", () => {
    const draft = item();
    const sent = { ...item({ submitted: 5 }), isPublic: true };
    expect(keeps({ tab: "submitted" }, draft)).toBe(false);
    expect(keeps({ tab: "submitted" }, sent)).toBe(true);
    expect(keeps({ tab: "verified" }, sent)).toBe(true);
    expect(keeps({ tab: "verified" }, draft)).toBe(false);
    expect(keeps({ tab: "own" }, draft)).toBe(true);
    expect(keeps({ tab: "own" }, { ...draft, isOwn: false })).toBe(false);
  });

  it("finds a state by its real name, which has a space", () => {
    const asked = { ...item(), state: "changes requested" } as const;
    for (const text of [
      'state:"changes requested"',
      "state:changes-requested",
      "state:changes",
    ]) {
      expect(keeps({ text }, asked)).withContext(text).toBe(true);
      expect(keeps({ text })).withContext(text).toBe(false);
    }
  });

  it("looks at the clock after each item that an expression is tested on", () => {
    const atOnce = (more: Partial<AlbumFilter>) => {
      const kept = keptBy({ ...NO_FILTER, ...more }, () => 0);
      return "wrong" in kept ? kept.wrong : kept.atOnce;
    };
    expect(atOnce({ text: "axon", isPattern: true })).toBe(1);
    expect(atOnce({ text: "axon" })).toBeGreaterThan(1);
    // As long as its field has room for.
    expect(atOnce({ text: "x".repeat(300), isPattern: true })).toBe(1);
  });

  it("keeps what lies near to the cross-hair, and nothing of another dataset then", () => {
    expect(keeps({ within: 1000 }, item(), 900)).toBe(true);
    expect(keeps({ within: 1000 }, item(), 1100)).toBe(false);
    expect(keeps({ within: 1000 })).toBe(false);
  });

  it("takes an expression where it is asked for", () => {
    const isPattern = true;
    expect(keeps({ text: "^two .*shaped$", isPattern })).toBe(true);
    expect(keeps({ text: "^shaped", isPattern })).toBe(false);
    expect(keeps({ text: "^shaped" })).toBe(false);
    expect(keeps({ text: "HEART|soma", isPattern })).toBe(true);
  });

  for (const [text, reason] of [
    ["(", "is no regular expression: missing closing ): `(`"],
    [
      "two(?=x)",
      "is no regular expression: invalid or unsupported Perl syntax: `(?=`",
    ],
    ["(x)\\1", "is no regular expression: invalid escape sequence: `\\1`"],
    ["(?i)[", "is no regular expression: missing closing ]: `[`"],
    // Over one text of the longest it would stand still for seconds.
    ["[\\pL ]{1,900}\\b[\\pL ]{1,90}!", TOO_LARGE],
    ["[\\pL ]{1,200}\\b!", TOO_LARGE],
    ["x{1000}".repeat(10), TOO_LARGE],
  ] as const) {
    it(`says of ${JSON.stringify(text)} what is wrong`, () => {
      const filter = { ...NO_FILTER, text, isPattern: true };
      const kept = keptBy(filter, () => undefined);
      expect(kept).toEqual({ wrong: `That ${reason}` });
    });
  }

  it("is through with an expression that would take others longer than the world is old", () => {
    const description = `${"a".repeat(LONGEST_ENTRY_DESCRIPTION - 1)}!`;
    for (const text of ["(a+)+$", "(a|a)*b", "(.*a){20}b"]) {
      expect(keeps({ text, isPattern: true }, item({ description }))).toBe(
        false,
      );
    }
  });

  it("throws at no text, whatever is typed", () => {
    fc.assert(
      fc.property(
        anyText(),
        anyText(),
        fc.boolean(),
        (text, title, isPattern) => {
          const kept = keptBy({ ...NO_FILTER, text, isPattern }, () => 0);
          if ("test" in kept) kept.test(item({ title }));
          else expect(kept.wrong.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
