/** Why no connections are shown. Each reason has words of its own, and none of them is "no partners". */

/** The codes that are the page's own: what the server says has the server's. */
export type OwnCode =
  | "server-away"
  | "too-slow"
  | "bad-answer"
  | "too-many-bodies"
  | "no-dataset"
  | "no-neuprint"
  | "no-segmentation";

/** Thrown where there is no answer. `what` happened and what to do `next` are for the person to read. */
export class ConnectionsProblem extends Error {
  override readonly name = "ConnectionsProblem";

  constructor(
    readonly code: string,
    readonly what: string,
    readonly next: string,
    options?: ErrorOptions,
  ) {
    super(`${what} ${next}`, options);
  }

  /** Whether a token of the person's own could help. */
  get wantsToken(): boolean {
    return [
      "neuprint-needs-token",
      "neuprint-token-refused",
      "neuprint-refused",
    ].includes(this.code);
  }
}

const WORDS: Readonly<Record<string, { what: string; next: string }>> = {
  "no-neuprint": {
    what: "This dataset has no neuPrint.",
    next: "Where there is one for it, whoever runs the server names it in the configuration, under neuprint.",
  },
  "neuprint-needs-token": {
    what: "neuPrint wants to know who you are.",
    next: "Enter your neuPrint token: neuPrint shows it to you under Account.",
  },
  "neuprint-token-refused": {
    what: "neuPrint refuses your token.",
    next: "It may have expired, or not be good for this dataset. Enter the one that neuPrint shows to you now under Account.",
  },
  "neuprint-refused": {
    what: "neuPrint does not let this server in.",
    next: "Whoever runs the server sees to its token. With a token of your own you can go on now.",
  },
  "neuprint-away": {
    what: "The neuPrint server does not answer.",
    next: "Try again later: it is run by others, and nothing here can be done about it.",
  },
  "neuprint-slow": {
    what: "neuPrint took longer to answer than the server waits.",
    next: "Select fewer cells, or try again.",
  },
  "neuprint-changed": {
    what: "neuPrint answers otherwise than it used to, and Clio does not understand it.",
    next: "Nothing of the answer is shown. Whoever runs the server finds in the log what is different.",
  },
  "neuprint-no-dataset": {
    what: "neuPrint has no dataset of the name that is configured, or your token may not read it.",
    next: "Whoever runs the server sees to the name, in the configuration under neuprint.",
  },
  "neuprint-failed": {
    what: "neuPrint failed at the question.",
    next: "Try again. Where it stays so, the server's log says what neuPrint said.",
  },
  "neuprint-too-large": {
    what: "neuPrint's answer is larger than what is taken.",
    next: "Select fewer cells.",
  },
  "server-away": {
    what: "Clio's server does not answer, and connections come through it.",
    next: "See that it runs (npm start) and that you are online, then try again.",
  },
  "too-slow": {
    what: "Clio's server has not answered within two minutes.",
    next: "Select fewer cells, or try again.",
  },
  "bad-answer": {
    what: "The server's answer cannot be used.",
    next: "Reload the page where the server is newer than it.",
  },
  "too-many-bodies": {
    what: "The selected cells have too many segments to ask about at once.",
    next: "Select fewer cells.",
  },
  "no-dataset": {
    what: "What is in view belongs to no dataset of the list.",
    next: "Open a dataset: connections are known by dataset.",
  },
  "no-segmentation": {
    what: "No segmentation is in view.",
    next: "Add the one whose segments neuPrint knows, as the chooser of datasets opens it.",
  },
  "signed-out": {
    what: "The server does not know who you are, or you may not read this dataset.",
    next: "Sign in, or ask whoever runs the server for access.",
  },
  "rate-limited": {
    what: "The server is asked too often.",
    next: "Wait a minute, then try again.",
  },
};

/** The problem of a code that has words here. */
export function problemOf(code: OwnCode, cause?: unknown): ConnectionsProblem {
  return withWords(code, WORDS[code], cause);
}

/** The problem that a server's refusal is. */
export function refusalOf(
  status: number,
  said: { readonly detail: string; readonly code?: string | undefined },
): ConnectionsProblem {
  const { code = `http-${status}`, detail } = said;
  if (Object.hasOwn(WORDS, code)) return withWords(code, WORDS[code]);
  if (status === 401 || status === 403) {
    return withWords(code, WORDS["signed-out"]);
  }
  if (status === 429) return withWords(code, WORDS["rate-limited"]);
  return new ConnectionsProblem(
    code,
    `The server refused the question (HTTP ${status}): ${detail}`,
    "Try again. Where it stays so, what the server's log says helps.",
  );
}

function withWords(
  code: string,
  { what, next }: { what: string; next: string },
  cause?: unknown,
): ConnectionsProblem {
  return new ConnectionsProblem(code, what, next, { cause });
}
