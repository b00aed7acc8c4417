/** Why a search has no answer. Each reason has words of its own, and none of them is "no matches". */

/** The codes that are Clio's own: what the server says of itself has the server's. */
export type OwnCode =
  | "server-away"
  | "too-slow"
  | "no-dataset"
  | "no-box"
  | "empty-region"
  | "no-segmentation"
  | "no-segment";

/** Thrown where a search has no answer. `what` happened and what to do `next` are for the person to read. */
export class SearchProblem extends Error {
  override readonly name = "SearchProblem";

  constructor(
    readonly code: string,
    readonly what: string,
    readonly next: string,
    /** Whether the same question may well be answered in a while. */
    readonly passes: boolean,
  ) {
    super(`${what} ${next}`);
  }
}

interface Words {
  readonly what: string;
  readonly next: string;
  readonly passes?: boolean;
}

const WORDS: Readonly<Record<string, Words>> = {
  "no-signature": {
    what: "No place near that one has a signature.",
    next: "The index leaves out what is black, saturated or even. Point at something with structure, a little further away.",
  },
  "no-index": {
    what: "This dataset cannot be searched yet: it has no signature index.",
    next: "Whoever runs the server makes one by npm run signatures -- build, followed by the dataset's id. Then try again.",
    passes: true,
  },
  "too-many-searches": {
    what: "The search engine is busy with other searches of yours.",
    next: "Wait a moment, then try again.",
    passes: true,
  },
  "rate-limited": {
    what: "The server is asked too often.",
    next: "Wait a minute, then try again.",
    passes: true,
  },
  "search-timeout": {
    what: "The search took longer than the server allows.",
    next: "Search in a smaller part of the volume or with a smaller distance between matches, or try again.",
    passes: true,
  },
  "quota-exceeded": {
    what: "The quota for searches in the cloud is spent.",
    next: "It fills up again with time: whoever runs the server knows when, and can raise it.",
    passes: true,
  },
  "index-corrupt": {
    what: "The signature index of this dataset is damaged.",
    next: "Whoever runs the server finds the file in its log, and makes the index anew by npm run signatures.",
  },
  "server-away": {
    what: "The server that searches does not answer.",
    next: "See that it runs (npm start) and that you are online, then try again.",
    passes: true,
  },
  "too-slow": {
    what: "The server has not answered within a minute.",
    next: "Try again, or search in a smaller part of the volume.",
    passes: true,
  },
  "no-dataset": {
    what: "What is in view belongs to no dataset of the list, and only those can be searched.",
    next: "Open a dataset first.",
  },
  "no-box": {
    what: "No box is selected to search in.",
    next: "Draw one with the box tool of the marks and select it, or search elsewhere.",
  },
  "empty-region": {
    what: "The part that is to be searched lies outside of the image.",
    next: "Bring the image into view, or search in the whole volume.",
  },
  "no-segmentation": {
    what: "No segmentation is in view to say what a segment is.",
    next: "Add a segmentation layer, or search in the whole volume.",
  },
  "no-segment": {
    what: "The first example lies in no segment.",
    next: "Begin with a place inside of one, or search in the whole volume.",
  },
  "signed-out": {
    what: "The server does not know who you are, or you may not read this dataset.",
    next: "Sign in, or ask whoever runs the server for access.",
  },
};

/** The problem of a code that has words here. */
export function problemOf(code: OwnCode, cause?: unknown): SearchProblem {
  return withWords(code, WORDS[code], cause);
}

/** An answer that cannot be what was asked for. */
export function badAnswer(reason: string): SearchProblem {
  return new SearchProblem(
    "bad-answer",
    `The server's answer cannot be used: ${reason}.`,
    "Nothing of it is shown. Reload the page where the server is newer than it; else what the server's log says helps.",
    true,
  );
}

/** A search of another dataset than the one in view; both by their titles. `then` is what to do when the former is open. */
export function otherDataset(
  title: string,
  inView: string,
  then: string,
  passes: boolean,
): SearchProblem {
  return new SearchProblem(
    "other-dataset",
    `This search is of the dataset ${title}, and ${inView} is in view.`,
    `Open ${title} first, then ${then}.`,
    passes,
  );
}

/** The problem that a server's refusal is. */
export function refusalOf(
  status: number,
  said: { readonly detail: string; readonly code?: string | undefined },
): SearchProblem {
  const { code = `http-${status}`, detail } = said;
  if (Object.hasOwn(WORDS, code)) return withWords(code, WORDS[code]);
  if (/quota/.test(code)) return withWords(code, WORDS["quota-exceeded"]);
  if (status === 429) return withWords(code, WORDS["rate-limited"]);
  if (status === 401 || status === 403) {
    return withWords(code, WORDS["signed-out"]);
  }
  const ending = /[.!?]$/.test(detail) ? "" : ".";
  return new SearchProblem(
    code,
    `The server refused the search (HTTP ${status}): ${detail}${ending}`,
    "Try again. Where it stays so, what the server's log says helps.",
    status >= 500,
  );
}

function withWords(
  code: string,
  { what, next, passes = false }: Words,
  cause?: unknown,
): SearchProblem {
  const problem = new SearchProblem(code, what, next, passes);
  if (cause !== undefined) problem.cause = cause;
  return problem;
}
