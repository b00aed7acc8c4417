/** Ids of a call for random bytes, which gives 65,536 of them at most. */
const IDS_AT_ONCE = 4096;

const ID_BYTES = 16;
const ID_LENGTH = 36;

/** Digits after which a uuid has a hyphen. */
const GROUPS = [8, 12, 16, 20];
const HYPHEN = 0x2d;

/** "0" to "f", as the bytes of their letters. */
const DIGITS = new TextEncoder().encode("0123456789abcdef");

/**
 * Makes random uuids (version 4, RFC 9562), thousands at a time: to ask the browser for each takes longer than all else in planning a
 * mark.
 */
export class FreshIds {
  private ids = "";
  private used = 0;

  next(): string {
    if (this.used === this.ids.length) {
      this.ids = idsOf(
        crypto.getRandomValues(new Uint8Array(IDS_AT_ONCE * ID_BYTES)),
      );
      this.used = 0;
    }
    const from = this.used;
    this.used += ID_LENGTH;
    return this.ids.slice(from, this.used);
  }
}

/** Random bytes as uuids, one after the other in one text. */
function idsOf(random: Uint8Array): string {
  const letters = new Uint8Array((random.length / ID_BYTES) * ID_LENGTH);
  let at = 0;
  for (let from = 0; from < random.length; from += ID_BYTES) {
    random[from + 6] = 0x40 | (random[from + 6] & 0x0f);
    random[from + 8] = 0x80 | (random[from + 8] & 0x3f);
    for (let digit = 0; digit < 2 * ID_BYTES; digit += 2) {
      if (GROUPS.includes(digit)) letters[at++] = HYPHEN;
      const byte = random[from + digit / 2];
      letters[at++] = DIGITS[byte >> 4];
      letters[at++] = DIGITS[byte & 0x0f];
    }
  }
  return new TextDecoder().decode(letters);
}
