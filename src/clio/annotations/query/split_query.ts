/** A piece of a search text: a word, a phrase in quotes, or a key and its value. */
export interface RawToken {
  readonly from: number;
  readonly to: number;
  readonly negated: boolean;
  /** Without quotes; undefined where there is no colon that makes it a key. */
  readonly key: string | undefined;
  readonly valueFrom: number;
  /** Without quotes. */
  readonly value: string;
  /** Where a quote stands that is never closed; undefined where there is none. */
  readonly open: number | undefined;
}

/** A key, and not the hour of a time nor the scheme of a link. */
const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * Cuts a search text at spaces that are not in quotes. A backslash takes a quote or a backslash literally; a quote that is still open
 * at the end goes to the end, as it is while it is being typed.
 */
export function splitQuery(text: string): RawToken[] {
  const tokens: RawToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/u.test(text[at])) ++at;
    else {
      const token = readToken(text, at);
      tokens.push(token);
      at = token.to;
    }
  }
  return tokens;
}

function readToken(text: string, from: number): RawToken {
  // A hyphen alone is a word.
  const negated = text[from] === "-" && /\S/u.test(text[from + 1] ?? " ");
  const start = negated ? from + 1 : from;
  const first = readPiece(text, start, true);
  const isKey =
    text[first.to] === ":" &&
    (first.quoted ? first.value !== "" : PLAIN_KEY.test(first.value)) &&
    !text.startsWith("//", first.to + 1);
  if (isKey) {
    const valueFrom = first.to + 1;
    const { to, value, open } = readPiece(text, valueFrom, false);
    return { from, to, negated, key: first.value, valueFrom, value, open };
  }
  const { to, value, open } = readPiece(text, start, false);
  return { from, to, negated, key: undefined, valueFrom: start, value, open };
}

/** Reads up to the next space, or colon where `untilColon`, that is not in quotes. */
function readPiece(
  text: string,
  from: number,
  untilColon: boolean,
): { to: number; value: string; quoted: boolean; open: number | undefined } {
  let value = "";
  let quoted = false;
  let open: number | undefined;
  let to = from;
  for (; to < text.length; ++to) {
    const character = text[to];
    if (character === "\\" && /["\\]/.test(text[to + 1] ?? "")) {
      value += text[++to];
    } else if (character === '"') {
      open = open === undefined ? to : undefined;
      quoted = true;
    } else if (open === undefined && /\s/u.test(character)) break;
    else if (open === undefined && untilColon && character === ":") break;
    else value += character;
  }
  return { to, value, quoted, open };
}
