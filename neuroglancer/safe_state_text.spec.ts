import fc from "fast-check";
import { urlSafeParse } from "neuroglancer/unstable/util/json.js";
import {
  checkState,
  LinkError,
  MAX_STATE_DEPTH,
  MAX_STATE_LENGTH,
  parseStateText,
} from "./safe_state_text.js";

const nested = (levels: number) =>
  '{"a":'.repeat(levels) + "1" + "}".repeat(levels);

describe("The text of a state", () => {
  it("is read as upstream reads it, as JSON and in the form of older viewers", () => {
    const states = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(states, (state) => {
        const text = JSON.stringify(state);
        // Such keys are lost at any depth, as below.
        fc.pre(!text.includes('"__proto__":'));
        expect(parseStateText(text)).toEqual(
          urlSafeParse(text) as Record<string, unknown>,
        );
      }),
    );
    for (const text of [
      "{'layers':{'a':{'source':'precomputed://gs://b/c_d'_'visible':false}}}",
      `{'title':'it\\'s "quoted"'_'position':[1_2&3]}`,
      `{"title":"a_b,c&d"_'x':1}`,
    ]) {
      expect(parseStateText(text)).toEqual(
        urlSafeParse(text) as Record<string, unknown>,
      );
    }
  });

  it("is refused in words where it is no object, or no JSON", () => {
    for (const text of ["", "{", "[1]", "7", "null", '"a"', "{'a':'b}", "{]"]) {
      expect(() => parseStateText(text))
        .withContext(text)
        .toThrowError(LinkError, /expected/);
    }
  });

  it("may nest as deep as the limit, and no deeper", () => {
    expect(Object.keys(parseStateText(nested(MAX_STATE_DEPTH)))).toEqual(["a"]);
    expect(() => parseStateText(nested(MAX_STATE_DEPTH + 1))).toThrowError(
      LinkError,
      /128 levels/,
    );
    expect(() => parseStateText(nested(1_000_000))).toThrowError(LinkError);
  });

  it("may be as long as the limit, and no longer", () => {
    const frame = '{"title":""}'.length;
    const title = (length: number) =>
      `{"title":"${"x".repeat(length - frame)}"}`;
    const { title: read } = parseStateText(title(MAX_STATE_LENGTH));
    expect((read as string).length).toBe(MAX_STATE_LENGTH - frame);
    expect(() => parseStateText(title(MAX_STATE_LENGTH + 1))).toThrowError(
      LinkError,
      /33554433 characters/,
    );
  });

  it("is never given to upstream's conversion where that would take minutes", () => {
    for (const text of [
      "\\'".repeat(1_000_000),
      "'".repeat(1_000_001),
      `{'a':"${"'\\".repeat(1_000_000)}`,
    ]) {
      expect(() => parseStateText(text)).toThrowError(LinkError);
    }
  });

  it("loses keys named __proto__ at any depth, and keeps all others", () => {
    const state = parseStateText(
      '{"__proto__":{"a":1},"b":[{"__proto__":1,"constructor":2,"toString":3}]}',
    );
    expect(JSON.stringify(state)).toBe(
      '{"b":[{"constructor":2,"toString":3}]}',
    );
    expect(Object.getPrototypeOf(state)).toBe(Object.prototype);
  });

  it("is checked the same where it was parsed already", () => {
    expect(() => checkState(JSON.parse(nested(5_000)))).toThrowError(LinkError);
    expect(checkState({ a: null })).toEqual({ a: null });
  });
});
