/** Why something is not written of a body, in words for people. */
import type { BodyConflict } from "../model/body_wire.js";
import { counted } from "../ui/counted.js";
import { BodiesProblem, PERHAPS_WRITTEN } from "./bodies_problem.js";
import { valueText } from "./body_values.js";

/** What others have written meanwhile, in a sentence. */
export function conflictText(conflicts: readonly BodyConflict[]): string {
  const [{ body, field, found, user }] = conflicts;
  const now = valueText(found);
  const more = conflicts.length - 1;
  return (
    `The ${field} of body ${body} is ${now === "" ? "empty" : `“${now}”`} by now` +
    `${user === undefined ? "" : `, as ${user} wrote`}` +
    `${more > 0 ? `, and ${counted(more, "other field")} changed too` : ""}.`
  );
}

/** Why something was not written, or may not have been, and what is left of it. */
export function whyUnwritten(error: unknown): string {
  const kept = "What you typed is still here.";
  if (!(error instanceof BodiesProblem)) {
    return `${PERHAPS_WRITTEN} ${error instanceof Error ? error.message : String(error)} ${kept}`;
  }
  const { conflicts, what, next, isRefusal } = error;
  if (!isRefusal) return `${PERHAPS_WRITTEN} ${what} ${kept} ${next}`;
  return conflicts.length > 0
    ? `It was not written: ${conflictText(conflicts)} ${kept}`
    : `It was not written. ${what} ${kept} ${next}`;
}
