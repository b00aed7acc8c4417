/** A merge that holds for everybody, as an edge below a person's own. */
import type { MergeRecord } from "./merge.js";
import type { MergeEdge } from "./merge_sets.js";

/** The author of a decision has it beside that which holds for everybody: each is an edge of its own. */
function everybodysId(id: string): string {
  return `everybody's ${id}`;
}

/** Older than all that a person decides, whenever they did: their own decide the main. */
export function everybodysEdge({
  id,
  act,
  created,
  onto,
  merged,
}: MergeRecord): MergeEdge {
  return {
    id: everybodysId(id),
    act: everybodysId(act),
    created: created - Number.MAX_SAFE_INTEGER,
    onto,
    merged,
  };
}
