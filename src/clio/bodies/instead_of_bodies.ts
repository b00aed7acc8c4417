import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import type { BodiesSession } from "./bodies_session.js";

/** What a person can do where no body is shown. */
interface Ways {
  readonly showAll: () => void;
  readonly importTable: () => void;
  readonly askSelected: () => void;
}

/** What stands in the place of the table where no body is shown: why that is, and what one can do. */
export function insteadOfBodies(
  session: BodiesSession,
  { showAll, importTable, askSelected }: Ways,
): HTMLElement[] {
  const { standing, problem, info, mayWrite, inquiry } = session;
  if (standing === "problem" && problem !== undefined) {
    const { code, what, next } = problem;
    return [
      notice({
        severity: "bad",
        ...{ what, code },
        ...(next !== "" && { next }),
        actions: [
          button({
            label: "Try again",
            kind: "primary",
            run: () => session.again(),
          }),
        ],
      }),
    ];
  }
  if (standing === "asking") return [empty("Asking the server…", true)];
  if (info?.count === 0) {
    return [
      empty(
        mayWrite
          ? "Nothing is written of any body of this dataset yet. Select segments and write of them, or import a table."
          : "Nothing is written of any body of this dataset yet. Whoever may write here does.",
        false,
        ...(mayWrite
          ? [
              button({
                label: "Write of the selected",
                kind: "primary",
                key: keyOf("bodies-of-selection"),
                run: askSelected,
              }),
              button({ label: "Import", icon: "import", run: importTable }),
            ]
          : []),
      ),
    ];
  }
  const isAll = JSON.stringify(Object.keys(inquiry.query)) === "[]";
  return [
    empty(
      "No body has what the query asks for.",
      false,
      ...(isAll
        ? []
        : [button({ label: "Show all", kind: "primary", run: showAll })]),
    ),
  ];
}

function empty(
  words: string,
  isBusy: boolean,
  ...acts: readonly HTMLElement[]
): HTMLElement {
  return element(
    "div",
    { class: "clio-empty", "aria-busy": String(isBusy) },
    icon("tag"),
    element("p", {}, words),
    element("div", { class: "clio-bodies-acts" }, ...acts),
  );
}
