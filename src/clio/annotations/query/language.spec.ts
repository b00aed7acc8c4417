import fc from "fast-check";
import { parseQuery, QUERY_KEYS } from "./language.js";

/** The conditions of a text, as plain as they are. */
function conditionsOf(text: string, fields: readonly string[] = []) {
  return parseQuery(text, fields).terms.map(({ condition, negated }) =>
    negated ? { not: condition } : condition,
  );
}

function problemOf(text: string, fields: readonly string[] = []) {
  return parseQuery(text, fields).problem;
}

describe("The language of the search", () => {
  it("searches for words and for phrases in quotes, whatever their case", () => {
    expect(conditionsOf('Dark  "Golgi, trans" -Glia')).toEqual([
      { about: "text", text: "dark" },
      { about: "text", text: "golgi, trans" },
      { not: { about: "text", text: "glia" } },
    ]);
  });

  it("takes texts with a colon for texts where it makes no key", () => {
    expect(conditionsOf('12:30 https://lab.org "is:checked"')).toEqual([
      { about: "text", text: "12:30" },
      { about: "text", text: "https://lab.org" },
      { about: "text", text: "is:checked" },
    ]);
  });

  it("knows tags, types, sets and authors, whole or by how they begin", () => {
    const word = { about: "word", prefix: false } as const;
    expect(
      conditionsOf('tag:Soma -type:"cell body*" set:a user:maria@*'),
    ).toEqual([
      { ...word, column: "tag", word: "soma" },
      { not: { ...word, column: "type", word: "cell body", prefix: true } },
      { ...word, column: "set", word: "a" },
      { ...word, column: "user", word: "maria@", prefix: true },
    ]);
  });

  it("knows kinds, states, segments of 64 bits and what is in view", () => {
    expect(
      conditionsOf(
        "kind:Point is:unchecked segment:18446744073709551615 in:view",
      ),
    ).toEqual([
      { about: "kind", kind: "point" },
      { about: "state", state: "unchecked" },
      { about: "segment", id: "18446744073709551615" },
      { about: "view" },
    ]);
  });

  it("reads lengths and volumes in nm and µm", () => {
    const range = {
      min: -Infinity,
      max: Infinity,
      minOpen: false,
      maxOpen: false,
    };
    const measured = (text: string) =>
      parseQuery(text, []).terms.map(
        ({ condition }) => condition.about === "measure" && condition.range,
      );
    expect(measured("length:>500nm radius:<=1.5um length:1µm..2µm")).toEqual([
      { ...range, min: 500, minOpen: true },
      { ...range, max: 1500 },
      { ...range, min: 1000, max: 2000 },
    ]);
    expect(measured("volume:>=2um3 volume:..5e3nm³ length:20")).toEqual([
      { ...range, min: 2e9 },
      { ...range, max: 5000 },
      { ...range, min: 20, max: 20 },
    ]);
  });

  it("knows the dataset's own fields, also those with spaces in their names", () => {
    const fields = ["confidence", "cell type"];
    expect(
      conditionsOf('Confidence:2..4 "cell type":KC* confidence:', fields),
    ).toEqual([
      {
        about: "field",
        name: "confidence",
        pattern: { word: "2..4", prefix: false },
        range: { min: 2, max: 4, minOpen: false, maxOpen: false },
      },
      {
        about: "field",
        name: "cell type",
        pattern: { word: "kc", prefix: true },
        range: undefined,
      },
    ]);
  });

  it("names what it does not understand, and filters by the rest", () => {
    expect(conditionsOf("colour:red soma kind:circle")).toEqual([
      { about: "text", text: "soma" },
    ]);
    expect(problemOf("colour:red soma", ["confidence"])).toMatch(
      /^There is no “colour:”\. A search knows tag, .*, confidence; to search a text with a colon, put it in quotes\.$/,
    );
    expect(problemOf("is:done")).toBe(
      "is: knows checked, unchecked, tagged, untagged, titled, untitled, and not “done”.",
    );
    expect(problemOf("segment:18446744073709551616")).toContain(
      "not “18446744073709551616”",
    );
    expect(problemOf("volume:>3um")).toContain("takes a volume such as");
    expect(problemOf("length:long")).toContain("takes a length such as");
  });

  it("names a quote that is never closed, once it has taken more than a word", () => {
    expect(problemOf('tag:soma "the dark side tag:glia')).toBe(
      'The quote before “the dark side tag:glia” is never closed, so all of that is searched as one text. Close it with ".',
    );
    expect(problemOf('type:"cell body')).toContain("before “cell body”");
    expect(conditionsOf('type:"cell body')).toEqual(
      conditionsOf('type:"cell body"'),
    );
    expect(problemOf('"soma')).toBeUndefined();
    expect(problemOf('"the dark side" tag:soma')).toBeUndefined();
    expect(problemOf('the \\"dark side')).toBeUndefined();
  });

  it("does not complain of a value that is still to be typed", () => {
    for (const key of ["tag", "type", "set", "user", "segment", "length"]) {
      expect(parseQuery(`${key}:`, [])).toEqual(
        jasmine.objectContaining({ terms: [], problem: undefined }),
      );
    }
  });

  it("says where each piece of the text stands, for any text whatever", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom('"', "\\", "-", ":", " ", "..", ">=", "*"),
      fc.constantFrom(...QUERY_KEYS),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        const { tokens } = parseQuery(text, ["own"]);
        let end = 0;
        for (const { from, to, valueFrom } of tokens) {
          expect(text.slice(end, from).trim()).toBe("");
          expect(from).toBeLessThan(to);
          expect(valueFrom).toBeGreaterThanOrEqual(from);
          expect(valueFrom).toBeLessThanOrEqual(to);
          end = to;
        }
        expect(text.slice(end).trim()).toBe("");
      }),
      { numRuns: 500 },
    );
  });
});
