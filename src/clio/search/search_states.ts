import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { type Child, element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { keyText } from "../ui/key_cap.js";
import { notice } from "../ui/notice.js";
import { MOST_MATCHES } from "./answers.js";
import { FARTHEST } from "./filters.js";
import { SearchProblem } from "./search_problem.js";
import type { SearchSession } from "./search_session.js";

interface StateActs {
  readonly searchAtCrossHair: () => void;
}

/** What stands in place of the matches where there are none: nothing was asked, it could not be answered, or nothing is alike. */
export function stateInPlace(
  session: SearchSession,
  { searchAtCrossHair }: StateActs,
): HTMLElement | undefined {
  const { standing, found, shown, within, filters } = session;
  if (standing instanceof SearchProblem) return problemState(session, standing);
  if (standing === "idle") {
    return empty(
      "Where else does it look like this?",
      `Hold Alt and click something in a slice, or bring it to the cross-hair and press ${keyText(keyOf("search-at-cross-hair"))}. Places that look like it come here, the nearest first.`,
      button({
        label: "Search at the cross-hair",
        kind: "primary",
        icon: "search",
        key: keyOf("search-at-cross-hair"),
        run: searchAtCrossHair,
      }),
    );
  }
  if (standing === "waiting") {
    return empty(
      "A search waits to be run",
      "The link brings what to look for, and nothing was asked yet. Running it asks this server, and changes nothing.",
      button({
        label: "Run the search",
        kind: "primary",
        icon: "search",
        run: () => session.retry(),
      }),
    );
  }
  if (standing === "cancelled" && found === undefined) {
    return empty(
      "The search was cancelled",
      "Nothing was looked at to the end, and nothing was changed.",
      button({
        label: "Search again",
        kind: "primary",
        icon: "refresh",
        run: () => session.retry(),
      }),
    );
  }
  if (found === undefined || shown.length > 0) return undefined;
  if (within.length > 0) {
    const [{ distance }] = within;
    return empty(
      "No place is that much alike",
      `The nearest of ${within.length.toLocaleString("en")} differs in ${distance} of 64 bits; from ${filters.from} to ${filters.upTo} are shown.`,
      button({
        label: `Show up to ${Math.min(FARTHEST, distance + 2)}`,
        kind: "primary",
        run: () =>
          session.narrowTo({
            from: Math.min(filters.from, distance),
            upTo: Math.min(FARTHEST, distance + 2),
          }),
      }),
    );
  }
  if (found.matches.length > 0) {
    return empty(
      "All places that look like it are marked already",
      `${found.matches.length.toLocaleString("en")} were found, each near one of your marks.`,
      button({
        label: "Show them all the same",
        kind: "primary",
        run: () => session.narrowTo({ outsideMarks: false }),
      }),
    );
  }
  if (found.failed.length > 0) {
    return empty(
      "Nothing in the datasets that were searched looks like it",
      "Some could not be searched, and may hold what does: they are named above.",
    );
  }
  return empty(
    "Nothing here looks like it",
    `${found.examined.toLocaleString("en")} signatures were looked at, and none differs in ${FARTHEST} bits or fewer. Search in more of the volume, or with another example.`,
    ...(filters.region === "volume"
      ? []
      : [
          button({
            label: "Search the whole volume",
            kind: "primary",
            run: () => session.narrowTo({ region: "volume" }),
          }),
        ]),
  );
}

/** How the search went, in a line. */
export function statusOf({
  found,
  standing,
  filters,
}: SearchSession): (Node | string)[] {
  if (found === undefined || standing instanceof SearchProblem) return [];
  const { examined, milliseconds, complete, matches, fresh, others } = found;
  const took =
    milliseconds < 10
      ? milliseconds.toFixed(1)
      : Math.round(milliseconds).toLocaleString("en");
  const isCut = matches.length === MOST_MATCHES;
  const datasets =
    others.length === 0
      ? "1 dataset"
      : `${(others.length + 1).toLocaleString("en")} datasets`;
  return [
    element(
      "span",
      { class: complete ? "clio-ok" : "clio-warn" },
      icon(complete ? "ok" : "warning"),
      complete ? "exact" : "not complete",
    ),
    [
      ` ${examined.toLocaleString("en")} signatures${filters.region === "datasets" ? ` of ${datasets}` : ""}`,
      `${took} ms`,
      isCut
        ? `the nearest ${MOST_MATCHES.toLocaleString("en")}`
        : `all within ${FARTHEST} bits`,
      ...(fresh.size > 0 ? [`${fresh.size.toLocaleString("en")} new`] : []),
    ].join(" · "),
  ];
}

/** What stands over the matches: that some of what was to be searched could not be. */
export function stateAbove({ found }: SearchSession): HTMLElement | undefined {
  if (found === undefined || found.complete) return undefined;
  const { failed } = found;
  if (failed.length > 0) {
    const names = failed.map(({ title }) => title).join(", ");
    return notice({
      severity: "warn",
      what: `Not searched: ${names}. ${failed[0].reason}`,
      code: "incomplete",
      next: "These are the nearest of the other datasets. Run the search again; where it stays so, whoever runs the server finds the reason in its log.",
    });
  }
  return notice({
    severity: "warn",
    what: "A part of the index is damaged, and was not searched.",
    code: "incomplete",
    next: "These are the nearest of the rest. Whoever runs the server repairs it by npm run signatures -- verify.",
  });
}

function problemState(
  session: SearchSession,
  { code, what, next, passes }: SearchProblem,
): HTMLElement {
  const actions = passes
    ? [
        button({
          label: "Try again",
          icon: "refresh",
          run: () => session.retry(),
        }),
      ]
    : [];
  if (session.filters.region !== "volume" && !passes) {
    actions.push(
      button({
        label: "Search the whole volume",
        run: () => session.narrowTo({ region: "volume" }),
      }),
    );
  }
  return element(
    "div",
    { class: "clio-search-problem" },
    notice({
      severity: "bad",
      what,
      code,
      kept: "Your view, your examples and what you have reviewed are as they were.",
      next,
      actions,
    }),
  );
}

function empty(
  title: string,
  words: string,
  ...actions: readonly Child[]
): HTMLElement {
  return element(
    "div",
    { class: "clio-empty" },
    icon("search"),
    element("h3", { class: "clio-empty-title" }, title),
    element("p", {}, words),
    ...actions,
  );
}
