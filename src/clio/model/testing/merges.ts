/** Merges and requests of them, complete where a spec does not care. */
import type { MergeRecord } from "../merge.js";
import type { MergeRequest } from "../merge_request.js";
import { requestedMerges } from "../merge_request.js";

/** The nth id. */
export function mergeId(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** The nth decision, which is that old. */
export function decision(
  n: number,
  onto: bigint | number,
  merged: bigint | number,
  more: Partial<MergeRecord> = {},
): MergeRecord {
  return {
    id: mergeId(n),
    kind: "merge",
    onto: String(onto),
    merged: String(merged),
    act: mergeId(n),
    description: "",
    user: "ada@lab.org",
    created: n,
    modified: n,
    ...more,
  };
}

/** A request of Ada's. */
export function requestOf(
  merges: readonly MergeRecord[],
  more: Partial<MergeRequest> = {},
): MergeRequest {
  const author = "ada@lab.org";
  return {
    id: mergeId(0xabc),
    dataset: "demo",
    version: "",
    author,
    state: "submitted",
    revision: 1,
    created: 1000,
    modified: 1000,
    rounds: [
      {
        at: 1000,
        title: "Two axons",
        reason: "",
        merges: requestedMerges([...merges], author),
      },
    ],
    steps:
      more.state === "draft"
        ? []
        : [{ step: "submit", by: author, at: 1000, note: "" }],
    ...more,
  };
}
