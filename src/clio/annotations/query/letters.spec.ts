import fc from "fast-check";
import { isLetter, lettersIn } from "./letters.js";

describe("The characters of a text", () => {
  it("are among those of any text that contains it", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        const whole = lettersIn(before + part + after);
        expect(~whole & lettersIn(part)).toBe(0);
      }),
    );
  });

  it("say of a letter whether a text contains it, and of nothing else", () => {
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    expect(letters.every(isLetter)).toBeTrue();
    for (const other of ["", "ab", "é", "4", "A", " ", "{", "`"]) {
      expect(isLetter(other)).toBeFalse();
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...letters),
        fc.string({ unit: fc.constantFrom(..."abcxyz09 é") }),
        (letter, text) => {
          const missing = ~lettersIn(text) & lettersIn(letter);
          expect(missing === 0).toBe(text.includes(letter));
        },
      ),
    );
  });
});
