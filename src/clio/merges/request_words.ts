/** What people read of requests. */
import type {
  MergeConflict,
  MergeRequest,
  RequestState,
  RequestStep,
} from "../model/merge_request.js";
import { element } from "../ui/element.js";
import { icon, type IconName } from "../ui/icons.js";
import { type RequestedRow, verdictOf } from "./requested_rows.js";

/** How a state is shown: its colour, its icon and its word. */
interface Badge {
  readonly look: "ok" | "warn" | "bad" | "quiet" | "accent";
  readonly icon: IconName | undefined;
}

const STATES: Readonly<Record<RequestState, Badge>> = {
  draft: { look: "quiet", icon: "edit" },
  submitted: { look: "accent", icon: undefined },
  "changes requested": { look: "warn", icon: "warning" },
  approved: { look: "ok", icon: "ok" },
  applied: { look: "ok", icon: "ok" },
  withdrawn: { look: "quiet", icon: "undo" },
  rejected: { look: "bad", icon: "close" },
};

export function stateBadge(state: RequestState): HTMLElement {
  return badge(state, STATES[state]);
}

/** What became of a row, or what is in its way. */
export function rowBadge(
  row: RequestedRow,
  conflicts: readonly MergeConflict[],
): HTMLElement[] {
  const verdict = verdictOf(row);
  if (verdict !== undefined) {
    return [
      verdict === "accepted"
        ? badge(verdict, { look: "ok", icon: "ok" })
        : badge(verdict, { look: "bad", icon: "close" }),
    ];
  }
  const { merges } = row;
  const { length } = merges.filter((each) => each.decision !== undefined);
  if (length > 0) {
    const accepted = merges.filter(
      ({ decision }) => decision?.verdict === "accepted",
    ).length;
    const word = `${accepted} of ${merges.length} accepted`;
    return [badge(word, { look: "warn", icon: undefined })];
  }
  if (conflicts.length === 0) return [];
  return [badge("conflict", { look: "warn", icon: "warning" })];
}

function badge(word: string, { look, icon: name }: Badge): HTMLElement {
  return element(
    "span",
    { class: `clio-request-badge clio-request-${look}` },
    ...(name === undefined ? [] : [icon(name)]),
    word,
  );
}

/** A conflict in a sentence. */
export function conflictWords({
  kind,
  segment,
  whole,
  request,
}: MergeConflict): string {
  switch (kind) {
    case "already merged":
      return `Merged already: ${segment} is a part of ${whole} for everybody. Accepting it changes nothing.`;
    case "merged elsewhere":
      return `Merged elsewhere: for everybody ${segment} is a part of ${whole} since. Accepting it joins all three.`;
    case "target gone":
      return `${segment} is gone: the segmentation has no such segment any more, or has another version by now, with other segments.`;
    case "contradicts another request":
      if (request === undefined) {
        return `Contradicts another request, which makes ${segment} a part of another whole.`;
      }
      return `Contradicts the request “${request.title}” of ${request.author}, which makes ${segment} a part of ${whole}.`;
  }
}

const STEPS: Readonly<Record<RequestStep, string>> = {
  submit: "submitted it",
  withdraw: "withdrew it",
  "request changes": "requested changes",
  approve: "approved it",
  reject: "rejected it",
  apply: "applied it",
};

/** A step in a sentence without its end. */
export function stepWords(step: RequestStep): string {
  return STEPS[step];
}

/**
 * What the panel says below a request that is open.
 * @param whyNoReview why the person may not review it, where they may not
 */
export function requestStatus(
  { state, author }: MergeRequest,
  person: string,
  whyNoReview: string | undefined,
): string {
  if (state === "applied") return "Applied: merged for everybody";
  if (state === "withdrawn" || state === "rejected") {
    return `It was ${state}: nothing of it is applied`;
  }
  if (whyNoReview !== undefined) {
    return `Nothing to review here: ${whyNoReview}`;
  }
  return author === person
    ? "Your own request: you are alone on this machine, and so you review it yourself"
    : "Nothing is applied until you finish";
}

/** As the table of marks writes a moment. */
export const TIMES = new Intl.DateTimeFormat(undefined, {
  dateStyle: "short",
  timeStyle: "short",
});
