import type { NullarySignal } from "neuroglancer/unstable/util/signal.js";

/** So long a merge waits for what decides its main, in milliseconds. */
const MOST_WAITED = 2000;

/** Which of the segments that are merged gives the whole its id and colour. */
export const MAIN_RULES = ["first", "largest", "annotated", "oldest"] as const;
export type MainRule = (typeof MAIN_RULES)[number];

/** What a person reads of a rule. */
export const RULE_NAMES: Readonly<Record<MainRule, string>> = {
  first: "first selected",
  largest: "largest",
  annotated: "annotated",
  oldest: "oldest (smallest id)",
};

/** The rule of a name; what is none is the first. */
export function mainRuleOf(name: unknown): MainRule {
  return MAIN_RULES.find((rule) => rule === name) ?? "first";
}

/** What is known of segments, each with all that it is one with. */
export interface SegmentFacts {
  /** Voxels; undefined where that is not known. */
  readonly sizeOf: (id: bigint) => number | undefined;
  /** Whether somebody has said what it is; undefined where that is not known yet. */
  readonly isAnnotated: (id: bigint) => boolean | undefined;
  /** Whether an answer that says more of it is on its way. */
  readonly isAsked: (id: bigint) => boolean;
}

/** The main of what is to be merged, and what decided it. */
export interface MainChoice {
  readonly main: bigint;
  /** In a few words. */
  readonly why: string;
  /** Where the rule could not be followed: whether what it needs is on its way, or is not known to anybody. */
  readonly lacks?: "asked" | "unknown";
}

/**
 * Chooses the main of what is to be merged. Where a rule cannot tell, the first selected is it, and that is said.
 * @param ids in the order of the selection, one at least
 */
export function chooseMain(
  rule: MainRule,
  ids: readonly bigint[],
  facts: SegmentFacts,
): MainChoice {
  switch (rule) {
    case "first":
      return { main: ids[0], why: "first selected" };
    case "oldest":
      // Ids are given one after the other.
      return { main: ids.reduce((a, b) => (b < a ? b : a)), why: "oldest" };
    case "largest":
      return (
        largestOf(ids, facts) ?? {
          main: ids[0],
          why: "first selected, as not all sizes are known",
          lacks: lackOf(ids, facts),
        }
      );
    case "annotated": {
      const known = ids.map((id) => facts.isAnnotated(id));
      if (known.includes(undefined)) {
        return {
          main: ids[0],
          why: "first selected, as not all names are known",
          lacks: lackOf(
            ids.filter((_, i) => known[i] === undefined),
            facts,
          ),
        };
      }
      const annotated = ids.filter((_, i) => known[i]);
      if (annotated.length === 0) {
        return { main: ids[0], why: "first selected, as none is annotated" };
      }
      if (annotated.length === 1) return { main: annotated[0], why: rule };
      const largest = largestOf(annotated, facts)?.main;
      if (largest !== undefined) {
        return { main: largest, why: "largest annotated" };
      }
      return {
        ...{ main: annotated[0], why: "first annotated" },
        ...(lackOf(annotated, facts) === "asked" && { lacks: "asked" }),
      };
    }
  }
}

/**
 * The choice as soon as what it lacks has come; after a while, as it is then.
 * @param changed told when more is known
 */
export function decided(
  choose: () => MainChoice,
  changed: Pick<NullarySignal, "add">,
  mostWaited = MOST_WAITED,
): Promise<MainChoice> {
  const first = choose();
  if (first.lacks !== "asked") return Promise.resolve(first);
  return new Promise((resolve) => {
    const end = (choice: MainChoice) => {
      clearTimeout(timer);
      stop();
      resolve(choice);
    };
    const timer = setTimeout(() => end(choose()), mostWaited);
    const stop = changed.add(() => {
      const choice = choose();
      if (choice.lacks !== "asked") end(choice);
    });
  });
}

function lackOf(
  ids: readonly bigint[],
  { isAsked }: SegmentFacts,
): "asked" | "unknown" {
  return ids.some((id) => isAsked(id)) ? "asked" : "unknown";
}

/** Of those of one size the first; undefined where the size of any is not known. */
function largestOf(
  ids: readonly bigint[],
  { sizeOf }: SegmentFacts,
): MainChoice | undefined {
  let [main] = ids;
  let most = -1;
  // Of all of them, or they would be asked for one after the other.
  const sizes = ids.map(sizeOf);
  for (const [i, id] of ids.entries()) {
    const size = sizes[i];
    if (size === undefined) return undefined;
    if (size > most) [main, most] = [id, size];
  }
  return { main, why: "largest" };
}
