import { keyOf } from "../model/keys.js";
import type {
  MergeConflict,
  RequestedMerge,
  Verdict,
} from "../model/merge_request.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { conflictWords, TIMES } from "./request_words.js";
import type { RequestedRow } from "./requested_rows.js";

export interface RequestedDetailsOptions {
  /** The colour of a segment, in CSS. */
  readonly colorOf: (id: bigint) => string;
  readonly conflicts: readonly MergeConflict[];
  /** Absent where the person may not decide now. */
  readonly decide?: (verdict: Verdict) => void;
  /** Decides one of them otherwise than the rest. */
  readonly decideOne?: (requested: RequestedMerge, verdict: Verdict) => void;
  /** Goes on, and leaves it undecided. */
  readonly later: () => void;
  /** Absent where nothing can be said any more. */
  readonly comment?: (text: string) => void;
  readonly locate: () => void;
  /** Takes the focus to where a person goes on. */
  readonly leave: () => void;
}

/** What stands below a merge that is asked for: both sides, what is in the way, what was said, and what one does with it. */
export class RequestedDetails {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;

  constructor(row: RequestedRow, options: RequestedDetailsOptions) {
    const { onto, merges } = row;
    const [{ merge }] = merges;
    const { position } = merge;
    const { comment, conflicts, decide, decideOne } = options;
    this.input = element("input", {
      class: "clio-field clio-request-comment",
      type: "text",
      placeholder: "Comment on this merge",
      "aria-label": "Comment on this merge",
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && event.key !== "Enter") return;
      const text = this.input.value.trim();
      this.input.value = "";
      event.stopPropagation();
      options.leave();
      if (event.key === "Enter" && text !== "") comment?.(text);
    });
    const swatchOf = (id: string) => {
      const swatch = element("span", { class: "clio-merges-swatch" });
      swatch.style.background = options.colorOf(BigInt(id));
      return swatch;
    };
    const place =
      position === undefined
        ? "place not known"
        : `decided at ${position.join(", ")}`;
    const said = [...wordsOf(merges)].sort((x, y) => x.at - y.at);
    const deciders = new Set(
      merges.flatMap(({ decision }) => decision?.by ?? []),
    );
    const members = element(
      "ul",
      {
        class: "clio-merges-members",
        "aria-label": `Join ${onto}`,
      },
      ...merges.map((each) =>
        element("li", {}, joining(each, swatchOf, decideOne)),
      ),
    );
    // Without buttons in it keys could not scroll it.
    if (decideOne === undefined) members.tabIndex = 0;
    this.element = element(
      "div",
      { class: "clio-merges-details" },
      element(
        "div",
        { class: "clio-request-sides" },
        element(
          "span",
          { class: "clio-request-side" },
          swatchOf(onto),
          element("b", {}, onto),
          element("span", { class: "clio-merges-quiet" }, "main"),
        ),
        element("span", { class: "clio-merges-place" }, place),
      ),
      members,
      ...conflicts.map((conflict) =>
        element(
          "p",
          { class: "clio-request-conflict" },
          icon("warning"),
          element("span", {}, conflictWords(conflict)),
        ),
      ),
      ...(said.length === 0
        ? []
        : [
            element(
              "ul",
              { class: "clio-request-said", "aria-label": "What was said" },
              ...said.map(({ by, at, text }) =>
                element(
                  "li",
                  {},
                  element("b", {}, by),
                  element(
                    "span",
                    { class: "clio-merges-quiet" },
                    ` ${TIMES.format(at)} `,
                  ),
                  text,
                ),
              ),
            ),
          ]),
      ...(comment === undefined ? [] : [this.input]),
      element(
        "div",
        { class: "clio-merges-acts" },
        ...(decide === undefined
          ? []
          : [
              button({
                label: "Accept",
                icon: "ok",
                key: keyOf("request-accept"),
                run: () => decide("accepted"),
              }),
              button({
                label: "Reject",
                icon: "close",
                key: keyOf("request-reject"),
                run: () => decide("rejected"),
              }),
              button({
                label: "Later",
                key: keyOf("request-later"),
                run: options.later,
              }),
            ]),
        button({
          label: "Locate",
          icon: "target",
          key: "enter",
          run: options.locate,
        }),
        element(
          "span",
          { class: "clio-merges-quiet" },
          [...deciders]
            .map((by) =>
              by === merge.user
                ? `decided by ${by}, who asks for it`
                : `decided by ${by}`,
            )
            .join(", "),
        ),
      ),
    );
  }

  get isWriting(): boolean {
    return document.activeElement === this.input;
  }

  /** Takes the focus to the comment. */
  enter(): void {
    if (this.input.isConnected) this.input.focus();
  }
}

/** What the author said when they merged, and what was said since. */
function* wordsOf(merges: readonly RequestedMerge[]) {
  const described = new Set<string>();
  for (const { merge, comments } of merges) {
    const { user: by, created: at, description: text } = merge;
    if (text !== "" && !described.has(text)) yield { by, at, text };
    described.add(text);
    yield* comments;
  }
}

/** A segment that is to join; where one may decide, a press says of it alone the other of both. */
function joining(
  requested: RequestedMerge,
  swatchOf: (id: string) => HTMLElement,
  decideOne: RequestedDetailsOptions["decideOne"],
): HTMLElement {
  const { merge, decision } = requested;
  const { merged } = merge;
  const isRejected = decision?.verdict === "rejected";
  const parts = [
    swatchOf(merged),
    element(isRejected ? "s" : "span", {}, merged),
    ...(decision === undefined ? [] : [icon(isRejected ? "close" : "ok")]),
  ];
  if (decideOne === undefined) {
    return element("span", { class: "clio-merges-member" }, ...parts);
  }
  const other = isRejected ? "accepted" : "rejected";
  const label = `${isRejected ? "Accept" : "Reject"} ${merged} alone`;
  const made = element(
    "button",
    {
      type: "button",
      class: "clio-merges-member",
      "aria-label": label,
      title: label,
    },
    ...parts,
  );
  made.addEventListener("click", () => decideOne(requested, other));
  return made;
}
