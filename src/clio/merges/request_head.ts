import { keyOf } from "../model/keys.js";
import { type MergeRequest, roundOf } from "../model/merge_request.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { progressBar } from "../ui/progress_bar.js";
import { stateBadge, stepWords, TIMES } from "./request_words.js";

/** Notes that went with steps of which the last are shown. */
const MOST_NOTES = 2;

/** What stands above the merges of a request: its title, state, author, reason, what was said last, and how far its review is. */
export function requestHead(
  request: MergeRequest,
  back: () => void,
): HTMLElement[] {
  const { author, created, rounds, state, steps } = request;
  const { title, reason, merges } = roundOf(request);
  const decided = progressBar("Decided");
  const { length } = merges.filter(({ decision }) => decision !== undefined);
  decided.show(length, merges.length, "merges");
  const times = rounds.length > 1 ? `, submitted ${rounds.length} times` : "";
  return [
    element(
      "div",
      { class: "clio-request-title" },
      button({
        label: "All requests",
        icon: "list",
        key: keyOf("request-back"),
        run: back,
      }),
      element("h2", {}, title),
      stateBadge(state),
    ),
    element(
      "p",
      { class: "clio-merges-quiet" },
      `by ${author}, ${TIMES.format(created)}${times}`,
    ),
    ...(reason === ""
      ? []
      : [element("p", { class: "clio-request-reason" }, reason)]),
    ...steps
      .filter(({ note }) => note !== "")
      .slice(-MOST_NOTES)
      .map(({ by, step, note }) =>
        element(
          "p",
          { class: "clio-request-note" },
          element("b", {}, `${by} ${stepWords(step)}: `),
          note,
        ),
      ),
    decided.element,
  ];
}
