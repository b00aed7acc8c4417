/** By which rule a person has the main of a merge chosen: kept on this machine, and in no link. */
import { type MainRule, mainRuleOf } from "./main_rule.js";

const keyOf = (person: string) => `clio.main-rule.${person}`;

/** The rule that a person has set; the first selected where none was. */
export function keptRule(person: string): MainRule {
  try {
    return mainRuleOf(localStorage.getItem(keyOf(person)));
  } catch {
    // Storage is blocked: as where nothing was set.
    return mainRuleOf(undefined);
  }
}

/** Keeps a rule for the next time, where the browser keeps anything. */
export function keepRule(person: string, rule: MainRule): void {
  try {
    localStorage.setItem(keyOf(person), rule);
  } catch {
    // Storage is blocked or full: the rule holds until the page is closed.
  }
}
