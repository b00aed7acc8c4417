// All labelled profiles of a class, judged as queries: each alone, and several as the examples of one search.
import type { Block } from "../encoder.js";
import type { Methods } from "./compared_methods.js";
import type { Judge, Score } from "./judge.js";
import { sectionPart, type Profile } from "./labelled_stack.js";
import { nearestOf, reranked } from "./retrieval.js";

/** Of the nearest signatures, so many are put in the order of their real values. */
const RERANKED = 2000;

/** How good a method is. */
export interface Judged {
  readonly name: string;
  /** Of each query alone, in their order. */
  readonly one: Score[];
  /** Of each group of queries. */
  readonly several: Score[];
}

/**
 * @param objects of the class at the places of the database
 * @param queries profiles of the class
 * @param examples how many queries of different objects are a group; each query is in one group, and some of the last in none
 * @returns the signatures first
 */
export function judgeClass(
  judge: Judge,
  methods: Methods,
  stack: Block,
  objects: Uint16Array,
  queries: readonly Profile[],
  examples: number,
): Judged[] {
  const names = [
    ...methods.map(({ name }) => name),
    `the nearest ${RERANKED} signatures by their real values`,
  ];
  const judged = names.map((name): Judged => ({ name, one: [], several: [] }));
  const scores = new Map<Profile, Score[]>();
  for (const group of groupsOf(queries, examples)) {
    const distances = group.map((query) => {
      const found = methods.map((method) =>
        method.distances(patchAround(stack, query, method.side)),
      );
      const [signatures, realValues] = found;
      return [...found, reranked(signatures, realValues, RERANKED)];
    });
    group.forEach((query, i) => {
      scores.set(
        query,
        distances[i].map((some) => judge.score(some, objects, [query])),
      );
    });
    if (group.length < examples) continue;
    judged.forEach(({ several }, method) => {
      const nearest = nearestOf(distances.map((some) => some[method]));
      several.push(judge.score(nearest, objects, group));
    });
  }
  for (const query of queries)
    scores.get(query)?.forEach((score, method) => {
      judged[method].one.push(score);
    });
  return judged;
}

function patchAround(stack: Block, { place }: Profile, side: number): Block {
  const [x, y, z] = place;
  return sectionPart(stack, [x - (side >> 1), y - (side >> 1), z], side, side);
}

/** The queries in groups of different objects, in each of which come first those that come first. */
function groupsOf(queries: readonly Profile[], examples: number): Profile[][] {
  const groups: Profile[][] = [];
  for (const query of queries) {
    const group = groups.find(
      (some) =>
        some.length < examples &&
        some.every(({ object }) => object !== query.object),
    );
    if (group) group.push(query);
    else groups.push([query]);
  }
  return groups;
}
