import fc from "fast-check";
import { RE2JS } from "re2js";
import { requiredTexts } from "./required_texts.js";

/** Parts of expressions, whole ones and halves that mean something else together. */
const PARTS = [
  ...["a", "b", "ab", "1", "é", "😀", " "],
  ...[
    "a*",
    "b?",
    "😀*",
    "a+",
    "a+?",
    "a{0,2}",
    "b{1}",
    "{2}",
    "{",
    "a{x}",
    "}",
  ],
  ...["(a|b)", "(ab)", "(a", ")", "(", "((a)b)?", "([)]|b)", "|"],
  ...["[ab]", "[^a]", "[]a]", "[^]b]", "[\\]a]", "[", "]", "[[:alpha:]]"],
  ...[".", ".*", "^", "$", "\\.", "\\d", "\\(", "\\b", "\\x41", "\\Q", "(?i)"],
];

describe("Texts that an expression requires", () => {
  it("are in whatever it is found in", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "A", "1", "é", "😀", " ", ".", "]", ")"),
      maxLength: 12,
    });
    const pattern = fc
      .array(fc.constantFrom(...PARTS), { maxLength: 7 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(pattern, fc.array(text, { maxLength: 8 }), (regex, texts) => {
        let compiled: RE2JS;
        try {
          compiled = RE2JS.compile(regex);
        } catch {
          return true;
        }
        const required = requiredTexts(regex);
        return texts.every(
          (each) =>
            !compiled.test(each) || required.every((of) => each.includes(of)),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it("are most of what is written out", () => {
    expect(requiredTexts("(see|ask) .*99$")).toEqual([" ", "99"]);
    expect(requiredTexts("^KCg-?m")).toEqual(["KCg", "m"]);
    expect(requiredTexts("T7[0-9]_L{1,2}x+y")).toEqual(["T7", "_", "x", "y"]);
    for (const unread of ["(?i)ab", "ab|cd", "ab\\pL", "a[[:word:]]"])
      expect(requiredTexts(unread)).toEqual([]);
  });
});
