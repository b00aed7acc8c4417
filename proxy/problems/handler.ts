import type { ErrorRequestHandler, RequestHandler } from "express";
import { stringify } from "lossless-json";
import type { Logger } from "pino";
import { Problem, notFound } from "./problem.js";

/** Headers that belonged to the answer that failed, and would be lies on the one that says so. */
const headersOfTheFailedAnswer = [
  "Accept-Ranges",
  "Content-Encoding",
  "Content-Length",
  "Content-Range",
  "Content-Type",
  "ETag",
  "Last-Modified",
];

interface HttpError {
  status: number;
  headers?: Record<string, string>;
}

/** The errors of express and of `send` carry a status; what they say about it is not meant for the outside. */
function isHttpError(error: unknown): error is HttpError {
  return (
    typeof error === "object" &&
    error !== null &&
    "status" in error &&
    typeof error.status === "number" &&
    error.status >= 400 &&
    error.status < 500
  );
}

const known: Partial<Record<number, [code: string, detail: string]>> = {
  400: ["bad-url", "The address of the request is malformed."],
  403: ["forbidden-path", "The path is not one that is served."],
  404: ["not-found", "There is nothing at this path."],
  412: [
    "precondition-failed",
    "The file has changed since the version that the request names.",
  ],
  416: ["bad-range", "The range asked for is not within the file."],
};

function toProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!isHttpError(error)) return undefined;
  const [code, detail] = known[error.status] ?? [
    "bad-request",
    "The request cannot be answered.",
  ];
  return new Problem(error.status, code, detail, error.headers);
}

/** Answers what no route has taken. */
export const nothingHere: RequestHandler = () => {
  throw notFound("There is nothing at this path.");
};

/**
 * Turns whatever a route threw into problem+json. An error that nobody foresaw is logged whole and answered with 500
 * and nothing of what it said.
 */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      // Half an answer is out: all that can still be said is that it is not whole, by closing the connection.
      next(error);
      return;
    }
    let problem = toProblem(error);
    if (problem === undefined) {
      log.error({ err: error }, "a request failed for an unforeseen reason");
      problem = new Problem(
        500,
        "internal",
        "The server failed on this request. Its log says why.",
      );
    }
    if (problem.cause !== undefined) {
      log.warn({ err: problem.cause, code: problem.code }, "a request failed");
    }
    for (const name of headersOfTheFailedAnswer) response.removeHeader(name);
    response
      .status(problem.status)
      .set({ "Cache-Control": "no-store", ...problem.headers })
      .type("application/problem+json")
      .send(stringify(problem.body()));
  };
}
