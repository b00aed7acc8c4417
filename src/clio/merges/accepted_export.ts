import { acceptedOf } from "../model/merge_conflicts.js";
import type { MergeRequest } from "../model/merge_request.js";
import { button } from "../ui/button.js";
import { acceptedMerges, askToExport } from "./merge_export.js";

/**
 * What saves the merges of a request that were accepted; nothing where none are.
 * @param closed as `askToExport` has it
 */
export function acceptedExport(
  request: MergeRequest,
  closed: () => void,
): HTMLElement[] {
  const accepted = acceptedOf(request).flatMap(({ merge, decision }) =>
    decision === undefined
      ? []
      : [{ merge, reviewer: decision.by, decided: decision.at }],
  );
  if (accepted.length === 0) return [];
  const label = "those of this request that were accepted";
  return [
    button({
      label: "Export accepted…",
      icon: "export",
      run: () =>
        askToExport(
          [acceptedMerges(label, "clio-accepted-merges", accepted)],
          closed,
        ),
    }),
  ];
}
