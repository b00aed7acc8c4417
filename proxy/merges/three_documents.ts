/**
 * The three documents in which the original keeps a person's merges of one segmentation, and the decisions that they come to. Each is of
 * numbers: `mainToOthers` has the segments that were merged onto each main, and a main that was merged onto another is among the others of
 * that; `otherToMain` says the same from the other end; `mainOrdered` has the mains, the newest first.
 */
import * as v from "valibot";
import { isNewerMerge, type MergeRecord } from "../../src/clio/model/merge.js";
import type { MergePair } from "../../src/clio/model/merge_pairs.js";
import { recordOf } from "../../src/clio/model/record_of.js";

/** In the order in which the original writes them. */
export const DOCUMENT_KEYS = [
  "mainToOthers",
  "otherToMain",
  "mainOrdered",
] as const;
export type DocumentKey = (typeof DOCUMENT_KEYS)[number];

export function isDocumentKey(key: string): key is DocumentKey {
  return (DOCUMENT_KEYS as readonly string[]).includes(key);
}

const expectedId = "a segment id of at most 64 bits";

/** An id as JSON has it here: a number of any size, or its digits. */
const idSchema = v.pipe(
  v.union([v.number(), v.bigint(), v.string()], expectedId),
  v.check(
    (value) =>
      /^\d{1,20}$/.test(String(value)) &&
      BigInt.asUintN(64, BigInt(value)) === BigInt(value),
    expectedId,
  ),
  v.transform((value) => BigInt(value)),
);

const idList = v.array(idSchema, "a list of segment ids");

/** Names of an object that are ids. */
const areIds = <Value>(record: Record<string, Value>) =>
  Object.keys(record).every((key) => v.is(idSchema, key));

/** What each of the documents is. A time of writing may stand in it, and says nothing. */
export const DOCUMENT_SCHEMAS = {
  mainToOthers: v.pipe(
    recordOf(idList),
    v.check(areIds, `names that are each ${expectedId}`),
  ),
  otherToMain: v.pipe(
    recordOf(idSchema),
    v.check(areIds, `names that are each ${expectedId}`),
  ),
  mainOrdered: v.object({ array: idList }),
} as const;

/** The documents, read. */
export interface ThreeDocuments {
  readonly mainToOthers: Readonly<Record<string, readonly bigint[]>>;
  readonly otherToMain: Readonly<Record<string, bigint>>;
  readonly mainOrdered: { readonly array: readonly bigint[] };
}

/** The documents of decisions. There is no circle among them, whatever was decided: who follows mains to their main comes to an end. */
export function documentsOf(decisions: Iterable<MergeRecord>): ThreeDocuments {
  /** The others of each main, the mains in the order in which they became one. */
  const others = new Map<bigint, bigint[]>();
  const mains = new Map<bigint, bigint>();
  /** Ways to the main of a whole, which get shorter as they are gone: along `mains`, a chain would be gone again for each decision. */
  const ways = new Map<bigint, bigint>();
  const wholeOf = (id: bigint): bigint => {
    let main = id;
    for (let next = ways.get(main); next !== undefined; next = ways.get(main))
      main = next;
    for (let at = id; at !== main;) {
      const next = ways.get(at)!;
      ways.set(at, main);
      at = next;
    }
    return main;
  };
  const partsOf = (id: bigint): bigint[] => {
    const parts = [id];
    // A list that grows while it is gone through is gone through to its new end.
    for (const part of parts)
      for (const other of others.get(part) ?? []) parts.push(other);
    return parts;
  };
  const put = (main: bigint, added: readonly bigint[]) => {
    const known = others.get(main) ?? [];
    // Again at the end: it was changed last.
    others.delete(main);
    others.set(main, known);
    for (const id of added) {
      known.push(id);
      mains.set(id, main);
    }
  };
  const oldestFirst = [...decisions].sort((a, b) =>
    isNewerMerge(a, b) ? 1 : -1,
  );
  for (const decision of oldestFirst) {
    const onto = BigInt(decision.onto);
    const wholes = new Set([onto, BigInt(decision.merged)].map(wholeOf));
    const isMain = wholes.delete(onto);
    ways.delete(onto);
    for (const whole of wholes) ways.set(whole, onto);
    if (isMain) {
      if (wholes.size > 0) put(onto, [...wholes]);
      continue;
    }
    // The main is one that is deep in a whole: which the documents can only say of all of it at once.
    const parts = [...wholes].flatMap(partsOf);
    for (const id of parts) {
      others.delete(id);
      mains.delete(id);
    }
    put(
      onto,
      parts.filter((id) => id !== onto),
    );
  }
  return {
    mainToOthers: named(others),
    otherToMain: named(mains),
    mainOrdered: { array: [...others.keys()].reverse() },
  };
}

function named<Value>(values: ReadonlyMap<bigint, Value>) {
  return Object.fromEntries(
    [...values].map(([id, value]) => [String(id), value] as const),
  );
}

/** Whether the documents say the same: as they do when the last of them was written, and not between the first and the last. */
export function agree({
  mainToOthers,
  otherToMain,
  mainOrdered,
}: ThreeDocuments): boolean {
  const ordered = new Set(mainOrdered.array.map(String));
  const told = new Set<string>();
  const leadsTo = waysOf(otherToMain);
  for (const [main, others] of Object.entries(mainToOthers)) {
    // The original leaves mains there whose others are gone.
    if (others.length > 0 && !ordered.has(main)) return false;
    for (const other of others) {
      if (String(other) === main) continue;
      told.add(String(other));
      if (!leadsTo(String(other), main)) return false;
    }
  }
  return Object.keys(otherToMain).every(
    (other) => told.has(other) || String(otherToMain[other]) === other,
  );
}

/**
 * Tells whether one comes to `main` from a segment by what `otherToMain` says; it may name the main, or the main of the main. Each way is
 * gone once.
 */
function waysOf(
  otherToMain: ThreeDocuments["otherToMain"],
): (other: string, main: string) => boolean {
  const mainOf = (id: string) =>
    Object.hasOwn(otherToMain, id) ? String(otherToMain[id]) : undefined;
  const ends = new Map<string, string>();
  /** Where the way from a segment ends; of a circle, one segment of it for all ways that lead there. */
  const endOf = (id: string): string => {
    const way = new Set<string>();
    let end = id;
    while (!way.has(end)) {
      way.add(end);
      const next: string | undefined = ends.get(end) ?? mainOf(end);
      if (next === undefined) break;
      end = next;
    }
    for (const each of way) ends.set(each, end);
    return end;
  };
  return (other, main) => {
    const named = mainOf(other);
    if (named === undefined || named === main) return named === main;
    return endOf(other) === endOf(main);
  };
}

/** What the documents say as pairs, oldest first: mains that were merged onto others before these. */
export function pairsOf({
  mainToOthers,
  mainOrdered,
}: Pick<ThreeDocuments, "mainToOthers" | "mainOrdered">): MergePair[] {
  const pairs: MergePair[] = [];
  const begun = new Set<string>();
  const othersOf = (main: string) =>
    Object.hasOwn(mainToOthers, main) ? mainToOthers[main] : [];
  const take = (first: string) => {
    // Not by calls in calls: a chain may be as long as a body.
    const stack = [{ main: first, next: 0 }];
    begun.add(first);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const others = othersOf(top.main);
      const isInner = (id: string) => !begun.has(id) && othersOf(id).length > 0;
      while (top.next < others.length && !isInner(String(others[top.next]))) {
        top.next += 1;
      }
      if (top.next < others.length) {
        const main = String(others[top.next]);
        begun.add(main);
        stack.push({ main, next: 0 });
        continue;
      }
      stack.pop();
      for (const other of others) pairs.push([BigInt(top.main), other]);
    }
  };
  const mains = [
    ...[...mainOrdered.array].reverse().map(String),
    ...Object.keys(mainToOthers),
  ];
  for (const main of mains) if (!begun.has(main)) take(main);
  return pairs;
}
