import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import type { ConnectionsProblem } from "./connections_problem.js";
import type { ConnectionsSession } from "./connections_session.js";
import { tokenForm } from "./token_form.js";

/**
 * What stands in the place of the table where no partner is shown: why that is, and what one can do.
 * @param showAll lets all partners through
 */
export function insteadOfPartners(
  session: ConnectionsSession,
  showAll: () => void,
): HTMLElement[] {
  const { standing, problem, partners, side } = session;
  if (standing === "problem" && problem !== undefined) {
    return problemParts(session, problem);
  }
  const isFiltered = standing === "ready" && partners.length > 0;
  const words = {
    "nothing selected":
      "Nothing is selected. Double-click a cell, or find one by its id, type or name: what it is connected to stands here.",
    asking: "Asking neuPrint…",
    ready: isFiltered
      ? "No partner matches."
      : `neuPrint knows no ${side} of what is selected.`,
    problem: "",
  };
  return [
    element(
      "div",
      { class: "clio-empty", "aria-busy": String(standing === "asking") },
      icon("link"),
      element("p", {}, words[standing]),
      ...(isFiltered
        ? [button({ label: "Show all", kind: "primary", run: showAll })]
        : []),
    ),
  ];
}

function problemParts(
  session: ConnectionsSession,
  problem: ConnectionsProblem,
): HTMLElement[] {
  const { code, what, next } = problem;
  const said = notice({
    severity: code === "no-neuprint" ? "warn" : "bad",
    ...{ what, code, next },
    actions: [
      button({ label: "Try again", run: () => session.again() }),
      ...(session.hasToken
        ? [
            button({
              label: "Forget my token",
              run: () => session.useToken(undefined),
            }),
          ]
        : []),
    ],
  });
  if (!problem.wantsToken) return [said];
  return [
    said,
    tokenForm(session.info?.server, (token) => session.useToken(token)),
  ];
}
