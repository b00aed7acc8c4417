import { keyOf } from "../model/keys.js";
import type { MergeRequest, RequestStep } from "../model/merge_request.js";
import { TRANSITIONS } from "../model/merge_request_acts.js";
import { button } from "../ui/button.js";
import { askForWords } from "./request_dialog.js";

interface StepButtonsOptions {
  readonly isReviewer: boolean;
  readonly person: string;
  readonly step: (step: RequestStep, note?: string) => void;
  /** Approves what is submitted, and applies what is approved. */
  readonly finish: () => void;
}

/** The steps that a person can take with a request as it is; the likeliest first. */
export function stepButtons(
  { state, author }: MergeRequest,
  { isReviewer, person, step, finish }: StepButtonsOptions,
): HTMLElement[] {
  const may = (wanted: RequestStep) => {
    const { by, from } = TRANSITIONS[wanted];
    const isOne = by === "reviewer" ? isReviewer : author === person;
    return isOne && from.includes(state);
  };
  const finishing = { kind: "primary", run: finish } as const;
  const key = keyOf("request-finish");
  const made: Partial<Record<RequestStep, () => HTMLElement>> = {
    approve: () => button({ label: "Approve", key, ...finishing }),
    apply: () => button({ label: "Apply for everybody", key, ...finishing }),
    submit: () =>
      button({
        label:
          state === "draft" ? "Submit for review" : "Submit again as it is",
        kind: state === "draft" ? "primary" : "plain",
        run: () => step("submit"),
      }),
    "request changes": () =>
      button({
        label: "Request changes…",
        run: () =>
          askForWords("Request changes", "Request changes", (note) =>
            step("request changes", note),
          ),
      }),
    reject: () =>
      button({
        label: "Reject all…",
        run: () =>
          askForWords("Reject the request", "Reject it", (note) =>
            step("reject", note),
          ),
      }),
    withdraw: () =>
      button({ label: "Withdraw", icon: "undo", run: () => step("withdraw") }),
  };
  return Object.entries(made)
    .filter(([wanted]) => may(wanted as RequestStep))
    .map(([, make]) => make());
}
