import * as v from "valibot";
import type { MergedSegmentation } from "../model/merge.js";
import {
  type NewRequest,
  type OpenedRequest,
  openedRequestSchema,
  type PublicMerges,
  publicMergesSchema,
  type RequestAct,
  type RequestHead,
  requestHeadSchema,
  type RequestList,
  requestListSchema,
} from "../model/merge_request.js";

/** After this long without an answer a person is better served by an error that offers to try again. */
const PATIENCE_MS = 20_000;

/** What a server error says of itself (problem+json). */
const problemSchema = v.object({ detail: v.string(), code: v.string() });

/** Thrown where the server did not do as it was asked; the message is a sentence for the person. */
export class MergeServerError extends Error {
  override readonly name = "MergeServerError";

  constructor(
    message: string,
    /** Stable; absent where there was no answer, or one that is not the server's. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/** Requests of merges, and the merges that hold for everybody, at the server that the page is from. */
export class MergeServer {
  /**
   * What is merged for everybody: a page of it.
   * @param after the position up to which it is known
   * @throws {MergeServerError}
   */
  publicMerges(
    { dataset, version }: MergedSegmentation,
    after: number,
  ): Promise<PublicMerges> {
    const query = new URLSearchParams({ version, after: String(after) });
    const path = `/api/merges/${encodeURIComponent(dataset)}?${query}`;
    return ask(path, publicMergesSchema);
  }

  /** The requests that the person may see. @throws {MergeServerError} */
  list(dataset: string): Promise<RequestList> {
    return ask(requestsOf(dataset), requestListSchema);
  }

  /** @throws {MergeServerError} */
  open(dataset: string, id: string): Promise<OpenedRequest> {
    return ask(`${requestsOf(dataset)}/${id}`, openedRequestSchema);
  }

  /** Makes a request; one that was made by the same id is not made again. @throws {MergeServerError} */
  make(dataset: string, request: NewRequest): Promise<RequestHead> {
    return ask(requestsOf(dataset), requestHeadSchema, request);
  }

  /** @throws {MergeServerError} */
  act(dataset: string, id: string, act: RequestAct): Promise<RequestHead> {
    return ask(`${requestsOf(dataset)}/${id}`, requestHeadSchema, act);
  }
}

function requestsOf(dataset: string): string {
  return `/api/merge-requests/${encodeURIComponent(dataset)}`;
}

/** @param body what is sent; undefined where something is only asked for */
async function ask<T>(
  path: string,
  schema: v.GenericSchema<unknown, T>,
  body?: unknown,
): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      headers: { Accept: "application/json" },
      ...(body !== undefined && {
        method: "POST",
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
        },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new MergeServerError(
      "The server does not answer. See that it runs and that this machine is online, then try again.",
    );
  }
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) {
    const result = v.safeParse(schema, json);
    if (result.success) return result.output;
  }
  const said = v.safeParse(problemSchema, json);
  if (said.success) {
    throw new MergeServerError(said.output.detail, said.output.code);
  }
  throw new MergeServerError(
    `Something other than Clio's server answers at this address (HTTP ${answer.status}).`,
  );
}
