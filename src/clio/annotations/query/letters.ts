/** Which characters a text has, as the bits of a number: what lacks one of them need not be searched for a text that has it. */

const FIRST_LETTER = "a".charCodeAt(0);
const LETTERS = 26;
/** Bits that all other characters share. */
const OTHERS = 32 - LETTERS;

/** The characters of a searchable text: a bit for each of "a" to "z", and one of six for any other. */
export function lettersIn(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; ++i) {
    bits |= 1 << bitOf(text.charCodeAt(i));
  }
  return bits;
}

/** Whether a searchable text is one letter, which the bits of another text say all about. */
export function isLetter(text: string): boolean {
  return text.length === 1 && bitOf(text.charCodeAt(0)) < LETTERS;
}

function bitOf(code: number): number {
  const letter = code - FIRST_LETTER;
  return letter >= 0 && letter < LETTERS ? letter : LETTERS + (code % OTHERS);
}
