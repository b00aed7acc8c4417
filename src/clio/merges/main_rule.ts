/** Which of the segments that are merged gives the whole its id and colour. */
export const MAIN_RULES = ["first", "oldest"] as const;
export type MainRule = (typeof MAIN_RULES)[number];

/** What a person reads of a rule. */
export const RULE_NAMES: Readonly<Record<MainRule, string>> = {
  first: "first selected",
  oldest: "oldest (smallest id)",
};

/** A rule out of a link; what is none is the first. */
export function mainRuleOf(json: unknown): MainRule {
  return MAIN_RULES.find((rule) => rule === json) ?? "first";
}

/**
 * The main of what is to be merged.
 * @param ids in the order of the selection, one at least
 */
export function chooseMain(rule: MainRule, ids: readonly bigint[]): bigint {
  // Ids are given one after the other.
  return rule === "first" ? ids[0] : ids.reduce((a, b) => (b < a ? b : a));
}
