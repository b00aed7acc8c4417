import { type Child, element } from "./element.js";
import { type IconName, icon } from "./icons.js";
import "./ui.css";

const severities = {
  bad: { icon: "error", word: "Error", role: "alert" },
  warn: { icon: "warning", word: "Warning", role: "alert" },
  ok: { icon: "ok", word: "Done", role: "status" },
} as const satisfies Record<
  string,
  { icon: IconName; word: string; role: string }
>;

export interface NoticeOptions {
  readonly severity: keyof typeof severities;
  /** What happened, in words of the person's own field. */
  readonly what: string;
  /** The code of the error, for a report. */
  readonly code?: string;
  /** What was kept. */
  readonly kept?: string;
  /** What to do next. */
  readonly next?: string;
  /** Buttons; the first is the likeliest. */
  readonly actions?: readonly Child[];
}

/** A block that says what happened, what was kept and what to do, in that order; screen readers say it at once. */
export function notice(options: NoticeOptions): HTMLElement {
  const severity = severities[options.severity];
  const what = element(
    "p",
    { class: "clio-notice-what" },
    element("span", { class: "clio-unseen" }, `${severity.word}: `),
    options.what,
  );
  if (options.code !== undefined) {
    what.append(" ", element("code", {}, options.code));
  }
  const words = element("div", { class: "clio-notice-words" }, what);
  for (const name of ["kept", "next"] as const) {
    const text = options[name];
    if (text === undefined) continue;
    words.append(
      element(
        "p",
        { class: "clio-notice-line" },
        element("span", { class: "clio-notice-name" }, name),
        element("span", {}, text),
      ),
    );
  }
  return element(
    "div",
    {
      class: `clio-notice clio-notice-${options.severity}`,
      role: severity.role,
    },
    icon(severity.icon),
    words,
    element(
      "div",
      { class: "clio-notice-actions" },
      ...(options.actions ?? []),
    ),
  );
}
