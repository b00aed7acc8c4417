/** What went wrong in a search, as the problems that it is answered with. */
import { Problem } from "../../problems/problem.js";
import {
  BigQueryError,
  type BigQueryCode,
} from "../bigquery/bigquery_error.js";
import { CorruptIndexError } from "../index/sealed_file.js";
import { CancelledError } from "../search/effort.js";

export function noIndex(dataset: string): Problem {
  return new Problem(
    404,
    "no-index",
    `${JSON.stringify(dataset)} has no signature index. npm run signatures makes one.`,
  );
}

/**
 * The problem that an error of a search is; what is none stays as it is.
 * @param seconds that the search was allowed to take
 */
export function problemOf(
  error: unknown,
  dataset: string,
  seconds: number,
): unknown {
  if (error instanceof CancelledError) {
    return new Problem(
      503,
      "search-timeout",
      `The search took longer than ${seconds} s. A smaller maxDistance or limit makes it faster.`,
    );
  }
  if (error instanceof CorruptIndexError) {
    return new Problem(
      503,
      "index-corrupt",
      `The signature index of ${JSON.stringify(dataset)} is corrupt. The server's log names the file.`,
    );
  }
  if (error instanceof BigQueryError) {
    const [status, detail] = bigQueryProblems[error.code];
    // What BigQuery said names projects and tables: it is for the log alone.
    return new Problem(status, error.code, detail, {}, { cause: error });
  }
  return error;
}

const bigQueryProblems: Readonly<Record<BigQueryCode, [number, string]>> = {
  "bigquery-quota": [
    503,
    "What BigQuery allows is spent for now. Try again later, or ask whoever runs this server.",
  ],
  "bigquery-too-large": [
    422,
    "The search would read more than one may. A smaller maxDistance or limit, or fewer examples, make it cheaper.",
  ],
  "bigquery-stopped": [
    503,
    "The search was stopped from outside, in BigQuery. Try again.",
  ],
  "bigquery-table-missing": [
    503,
    "A table of the signatures is missing in BigQuery. The server's log names it.",
  ],
  "bigquery-denied": [
    503,
    "BigQuery does not let this server in. The server's log says why.",
  ],
  "bigquery-unreachable": [503, "BigQuery cannot be reached. Try again later."],
  "bigquery-failed": [
    503,
    "BigQuery has failed at the search. The server's log says why.",
  ],
};
