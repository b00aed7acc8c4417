import { STATUS_CODES } from "node:http";

/** What a refused request gets to know, as RFC 9457 has it; `code` is stable and meant for programs. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
}

/** A request that cannot be answered. `detail` is written for the person who made it and names what was wrong. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = "Problem";
  }

  /** The body of the answer. */
  body(): ProblemBody {
    return {
      type: "about:blank",
      title: STATUS_CODES[this.status] ?? "Error",
      status: this.status,
      detail: this.detail,
      code: this.code,
    };
  }
}

/** What was asked for does not exist. */
export function notFound(detail: string): Problem {
  return new Problem(404, "not-found", detail);
}

/** Nobody is signed in, or what was presented is no longer good. */
export function unauthorized(detail: string, code = "unauthorized"): Problem {
  return new Problem(401, code, detail, { "WWW-Authenticate": "Bearer" });
}

/** Somebody is signed in, and may not. */
export function forbidden(detail: string): Problem {
  return new Problem(403, "forbidden", detail);
}

/** The request itself is wrong; `detail` names the field, its value and what was expected. */
export function badRequest(detail: string, code = "bad-request"): Problem {
  return new Problem(400, code, detail);
}
