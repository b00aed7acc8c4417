/** Why bodies are not shown, or were not written. Each reason has words of its own, and none of them is "nothing found". */
import type { BodyConflict } from "../model/body_wire.js";

/** The codes that are the page's own: what the server says has the server's. */
export type OwnCode =
  "server-away" | "too-slow" | "bad-answer" | "no-dataset" | "bad-schema";

/** The code of an answer that says that a part was written. */
const HALF_WRITTEN = "bodies-half-written";

/** Refusals that pass: signed out, too slow, busy, asked too often. */
const PASSING = new Set([401, 408, 423, 425, 429]);

/** What is to be known of a write that came to no answer. */
export const PERHAPS_WRITTEN =
  "Some of it may have been written: ask again to see.";

/** Thrown where the server did not do as it was asked. `what` happened and what to do `next` are for the person to read. */
export class BodiesProblem extends Error {
  override readonly name = "BodiesProblem";

  constructor(
    readonly code: string,
    readonly what: string,
    readonly next: string,
    /** What others have written meanwhile, where that is why. */
    readonly conflicts: readonly BodyConflict[] = [],
    /** With which status the server refused; undefined where no answer came, or none that can be read. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(`${what} ${next}`, options);
  }

  /** Whether nothing was written for certain: the server has said no. Without its answer, all may have been, or a part. */
  get isRefusal(): boolean {
    const { status = 0, code } = this;
    return status >= 400 && status < 500 && code !== HALF_WRITTEN;
  }

  /** Whether the same is refused whenever it is asked again. */
  get isFinal(): boolean {
    return this.isRefusal && !PASSING.has(this.status ?? 0);
  }
}

const WORDS: Readonly<Record<string, { what: string; next: string }>> = {
  "server-away": {
    what: "Clio's server does not answer, and what is written of bodies is there.",
    next: "See that it runs (npm start) and that you are online, then try again.",
  },
  "too-slow": {
    what: "Clio's server has not answered within a minute.",
    next: "Ask for fewer bodies, or try again.",
  },
  "bad-answer": {
    what: "The server's answer cannot be used.",
    next: "Reload the page where the server is newer than it.",
  },
  "no-dataset": {
    what: "What is in view belongs to no dataset of the list.",
    next: "Open a dataset: bodies are known by dataset.",
  },
  "bad-schema": {
    what: "What the dataset says of the fields of its bodies is wrong.",
    next: "Whoever runs the server finds in its log what to correct.",
  },
  "query-too-slow": {
    what: "The query takes longer than the server lets it.",
    next: "Ask for a value in the place of a regular expression, or for fewer fields.",
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
export function problemOf(code: OwnCode, cause?: unknown): BodiesProblem {
  const { what, next } = WORDS[code];
  return new BodiesProblem(code, what, next, [], undefined, { cause });
}

/** What a server error says of itself (problem+json). */
export interface Refusal {
  readonly detail: string;
  readonly code?: string | undefined;
  readonly conflicts?: readonly BodyConflict[] | undefined;
}

/** The problem that a server's refusal is. */
export function refusalOf(
  status: number,
  { detail, code = `http-${status}`, conflicts = [] }: Refusal,
): BodiesProblem {
  const known =
    WORDS[code] ??
    (status === 401 ? WORDS["signed-out"] : undefined) ??
    (status === 429 ? WORDS["rate-limited"] : undefined);
  if (known !== undefined) {
    return new BodiesProblem(code, known.what, known.next, conflicts, status);
  }
  // What the server says is written for people.
  return new BodiesProblem(code, detail, "", conflicts, status);
}
