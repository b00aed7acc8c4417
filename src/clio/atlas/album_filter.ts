/** What of the album is shown: words as a person types them, and the choices beside them. */
import { RE2JS } from "re2js";
import type { EntryState } from "../model/atlas.js";
import type { AlbumItem } from "./album_item.js";

/** The tabs of the album. */
export type AlbumTab =
  "all" | "verified" | "submitted" | "changes requested" | "own";

export interface AlbumFilter {
  readonly tab: AlbumTab;
  /** Words, each of which is in an entry; `tag:`, `author:`, `dataset:` and `state:` before one, or before several in quotes, look there alone. */
  readonly text: string;
  /** Whether `text` is a regular expression, as RE2 has them, over title and description. */
  readonly isPattern: boolean;
  /** Only what lies so near to the cross-hair, in nm; undefined for everywhere. */
  readonly within: number | undefined;
}

export const NO_FILTER: AlbumFilter = {
  tab: "all",
  text: "",
  isPattern: false,
  within: undefined,
};

/**
 * Instructions of the largest expression: the time for a text grows with these times its length, and nothing can be done meanwhile. A
 * search as long as its field has room for, letter by letter, is no larger.
 */
const LARGEST_PROGRAM = 320;

/** Items that words are looked for in without a glance at the clock: one with the longest texts takes a millisecond. */
const ITEMS_BY_WORDS = 16;

const TOO_LARGE = {
  wrong:
    "That regular expression is too large: shorten it, or have its parts repeat less often.",
};

type Test = (item: AlbumItem) => boolean;

/** What a filter keeps, or what is wrong with it, as a sentence. */
export type Keeps = Kept | { readonly wrong: string };

interface Kept {
  readonly test: Test;
  /** How many items may be tested without a glance at the clock. */
  readonly atOnce: number;
}

const FIELDS: Readonly<
  Record<string, (item: AlbumItem, wanted: string) => boolean>
> = {
  tag: ({ entry }, wanted) =>
    entry.tags.some((tag) => tag.toLowerCase().includes(wanted)),
  author: ({ entry }, wanted) => entry.user.toLowerCase().includes(wanted),
  dataset: ({ dataset }, wanted) => dataset.toLowerCase().includes(wanted),
  state: ({ state }, wanted) => state.includes(wanted.replaceAll("-", " ")),
};

/**
 * @param distance of an item from the cross-hair in nm; undefined where it lies in another dataset
 */
export function keptBy(
  { tab, text, isPattern, within }: AlbumFilter,
  distance: (item: AlbumItem) => number | undefined,
): Keeps {
  const words = isPattern ? patternTest(text) : wordTest(text);
  if ("wrong" in words) return words;
  const tests: Test[] = [words.test];
  if (tab !== "all") tests.push((item) => isInTab(item, tab));
  if (within !== undefined) {
    tests.push((item) => (distance(item) ?? Infinity) <= within);
  }
  return { test: all(tests), atOnce: words.atOnce };
}

export function isInTab(
  { state, isOwn, isPublic }: AlbumItem,
  tab: AlbumTab,
): boolean {
  switch (tab) {
    case "all":
      return true;
    case "own":
      return isOwn;
    // A version of it is, whatever its author has changed since.
    case "verified":
      return isPublic;
    default:
      return state === (tab satisfies EntryState);
  }
}

/** Whatever the expression, the time that it takes grows no faster than the text: the browser's own could stand still over one. */
function patternTest(text: string): Keeps {
  if (text === "") return wordTest(text);
  // A part that repeats so often is too large in itself, and to compile it takes long.
  const repeats = text.matchAll(/(?<!\\)\{(?:\d+,)?(\d+),?\}/gu);
  if ([...repeats].some(([, most]) => Number(most) > LARGEST_PROGRAM)) {
    return TOO_LARGE;
  }
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    return { wrong: `That is no regular expression: ${reasonOf(error)}` };
  }
  if (pattern.programSize() > LARGEST_PROGRAM) return TOO_LARGE;
  return {
    atOnce: 1,
    test: ({ entry }) =>
      pattern.test(entry.title) || pattern.test(entry.description),
  };
}

/** What is wrong, of what was typed: the library says before it that it could not read it, and puts what makes letters equal in front. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replace(/^error parsing regexp: /, "").replace("`(?i)", "`");
}

function wordTest(text: string): Kept {
  // What is in quotes after the name of a field is one word.
  const words = text.toLowerCase().match(/[a-z]+:"[^"]*"|\S+/gu) ?? [];
  const tests = words.map((word): Test => {
    const [, name = "", written = ""] = /^([a-z]+):(.*)$/su.exec(word) ?? [];
    const wanted = written.replaceAll('"', "");
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    return field === undefined
      ? ({ words }) => words.includes(word)
      : (item) => field(item, wanted);
  });
  return { test: all(tests), atOnce: ITEMS_BY_WORDS };
}

function all(tests: readonly Test[]): Test {
  // One alone is asked without a way around: a hundred thousand items are asked for each letter.
  const [only] = tests;
  return tests.length === 1
    ? only
    : (item) => tests.every((test) => test(item));
}
