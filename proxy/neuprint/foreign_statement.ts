import { badRequest } from "../problems/problem.js";

/**
 * Words with which a statement changes something, calls a procedure (many of which write, or read files and addresses), or leaves the
 * dataset that it was sent to.
 */
const refusedWords = new Set(
  [
    ["CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "FOREACH"],
    ["DROP", "ALTER", "RENAME", "GRANT", "DENY", "REVOKE", "LOAD", "INSERT"],
    ["CALL", "USE", "USING", "START", "STOP", "TERMINATE", "SHOW", "DRYRUN"],
  ].flat(),
);

/** Text, quoted names and comments, in which words mean nothing; else a word with the dots in it, a number, or any other character. */
const token =
  /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`|\/\/[^\n\r]*|\/\*(?:.*?\*\/)?|[\p{L}_$][\p{L}\p{N}_.$]*|\d[\w.]*|./gsu;

/** Numbers, and the bounds of a path's length. A word that follows one without a space would be a word for the database alone. */
const number = /^(?:\d+(?:\.\d+)?(?:e\d+)?|\d+e|0x[\da-f]+|\d+\.\.\d*)$/i;

/** What may stand on both sides of the dots in a name. */
const space = /^(?:[\s\p{Cc}]|\/\/|\/\*)/u;

/** So much of a name tells what it is, in characters; all of one that goes on and on would be looked at again at each of its dots. */
const longestName = 20;

/** Functions that run a text as a statement. */
const runsText = /^apoc\.cypher\b/i;

/**
 * Refuses a statement that is more than a question. The database has the last word: neuPrint runs it for reading.
 * @throws Problem 400 that names what it is
 */
export function refuseWrites(statement: string): void {
  // Older versions of the language read such signs before all else: they could end a text for the database and not for us.
  if (/\\u/i.test(statement)) refuse("\\u");
  let isLabel = false;
  let name = "";
  let goesOn = false;
  for (const [part] of statement.matchAll(token)) {
    // At the first one: each of many would be looked for to the end.
    if (/^(?:['"`]|\/\*)$/.test(part)) refuse("a text that does not end");
    const word = part.toUpperCase();
    if (/^\d/.test(part) && !number.test(part)) refuse(part);
    // `:Set` is a name, `SET n.x` is not.
    if (!isLabel && refusedWords.has(word)) refuse(word);
    if (!space.test(part)) {
      const plain = part.replace(/^`(.*)`$/su, "$1");
      const before = goesOn || plain === "." ? name : "";
      name = (before + plain).slice(0, longestName);
      goesOn = plain.endsWith(".");
      if (runsText.test(name)) refuse(name);
    }
    isLabel = part === ":";
  }
}

function refuse(what: string): never {
  throw badRequest(
    `cypher: ${JSON.stringify(what)}, expected a question alone: what changes data, calls procedures or turns to another database is not let through.`,
    "neuprint-not-a-question",
  );
}
