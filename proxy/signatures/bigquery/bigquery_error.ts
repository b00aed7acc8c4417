/** What can go wrong with BigQuery, as programs know it. */
export type BigQueryCode =
  | "bigquery-quota"
  | "bigquery-too-large"
  | "bigquery-stopped"
  | "bigquery-table-missing"
  | "bigquery-denied"
  | "bigquery-unreachable"
  | "bigquery-failed";

/** Thrown where BigQuery does not do what it was asked. Its message may name projects and tables: it is for whoever runs the server. */
export class BigQueryError extends Error {
  constructor(
    readonly code: BigQueryCode,
    cause: unknown,
  ) {
    super(`BigQuery: ${messageOf(cause)}`, { cause });
    this.name = "BigQueryError";
  }
}

/** Thrown where the tables of a dataset hold another index than when they were opened. */
export class IndexReplacedError extends Error {
  constructor() {
    super("the tables were loaded anew meanwhile");
    this.name = "IndexReplacedError";
  }
}

/** BigQuery's own reasons: https://cloud.google.com/bigquery/docs/error-messages. */
const codes: Readonly<Partial<Record<string, BigQueryCode>>> = {
  quotaExceeded: "bigquery-quota",
  rateLimitExceeded: "bigquery-quota",
  jobRateLimitExceeded: "bigquery-quota",
  billingNotEnabled: "bigquery-quota",
  bytesBilledLimitExceeded: "bigquery-too-large",
  resourcesExceeded: "bigquery-too-large",
  responseTooLarge: "bigquery-too-large",
  stopped: "bigquery-stopped",
  notFound: "bigquery-table-missing",
  accessDenied: "bigquery-denied",
};

/** What passes by itself. */
const passing = [
  "backendError",
  "internalError",
  "jobBackendError",
  "jobInternalError",
  "jobRateLimitExceeded",
  "rateLimitExceeded",
];

interface ApiFailure {
  code?: unknown;
  errors?: { reason?: string }[];
}

function reasonsOf(error: unknown): string[] {
  const { errors } = error as ApiFailure;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap(({ reason }) => reason ?? []);
}

/** Whether the same job may succeed when it is given again. */
export function mayPass(error: unknown): boolean {
  return reasonsOf(error).some((reason) => passing.includes(reason));
}

/** What the client threw, with a code. */
export function bigQueryError(error: unknown): BigQueryError {
  const [known] = reasonsOf(error).flatMap((reason) => codes[reason] ?? []);
  if (known !== undefined) return new BigQueryError(known, error);
  const { code } = error as ApiFailure;
  if (code === 401 || code === 403) {
    return new BigQueryError("bigquery-denied", error);
  }
  if (code === 404) return new BigQueryError("bigquery-table-missing", error);
  // Of the network, or of the sign-in: nobody has answered.
  const isAnswered = typeof code === "number";
  return new BigQueryError(
    isAnswered ? "bigquery-failed" : "bigquery-unreachable",
    error,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
