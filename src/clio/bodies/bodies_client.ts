import * as v from "valibot";
import type { BodyQuery } from "../model/body_query.js";
import {
  type BodiesInfo,
  bodiesInfoSchema,
  bodiesWrittenSchema,
  type BodiesWritten,
  type BodyConflict,
  type BodyEdit,
  type BodyIds,
  bodyIdsSchema,
  type BodyNews,
  bodyNewsSchema,
  type BodyOrder,
  type BodyPage,
  type BodyPageRequest,
  bodyPageSchema,
} from "../model/body_wire.js";
import { parseLossless, stringifyLossless } from "../model/lossless.js";
import { problemOf, refusalOf } from "./bodies_problem.js";

/** After this long without an answer a person is better served by an error that offers to try again. */
const PATIENCE_MS = 60_000;

const problemSchema = v.object({
  detail: v.string(),
  code: v.optional(v.string()),
  conflicts: v.optional(v.array(v.custom<BodyConflict>(isConflict))),
});

/** What is asked for, and in which order it comes. */
export interface BodyInquiry {
  readonly query: BodyQuery;
  readonly order: BodyOrder | undefined;
}

/** Asks the server's routes of bodies. Each method throws a BodiesProblem, and the signal's reason where that aborts. */
export class BodiesClient {
  info(dataset: string, signal: AbortSignal): Promise<BodiesInfo> {
    return ask(bodiesInfoSchema, pathOf(dataset, ""), undefined, signal);
  }

  page(
    dataset: string,
    request: BodyPageRequest,
    signal: AbortSignal,
  ): Promise<BodyPage> {
    return ask(bodyPageSchema, pathOf(dataset, "/query"), request, signal);
  }

  /** All that are found. */
  ids(
    dataset: string,
    { query, order }: BodyInquiry,
    signal: AbortSignal,
  ): Promise<BodyIds> {
    const request = { query, ...(order && { order }) };
    return ask(bodyIdsSchema, pathOf(dataset, "/ids"), request, signal);
  }

  /** Writes all of it or nothing. */
  write(
    dataset: string,
    edits: readonly BodyEdit[],
    signal: AbortSignal,
  ): Promise<BodiesWritten> {
    const path = pathOf(dataset, "/edits");
    return ask(bodiesWrittenSchema, path, { edits }, signal);
  }

  news(dataset: string, since: number, signal: AbortSignal): Promise<BodyNews> {
    const path = pathOf(dataset, `/changes?since=${since}`);
    return ask(bodyNewsSchema, path, undefined, signal);
  }
}

function pathOf(dataset: string, rest: string): string {
  return `/api/bodies/${encodeURIComponent(dataset)}${rest}`;
}

/** @param body what is sent; undefined where something is only asked for */
async function ask<T>(
  schema: v.GenericSchema<unknown, T>,
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<T> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  const read = async () => {
    const answer = await fetch(path, {
      headers: {
        Accept: "application/json",
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
      ...(body !== undefined && {
        method: "POST",
        body: stringifyLossless(body),
      }),
      signal: AbortSignal.any([signal, late]),
    });
    return { answer, text: await answer.text() };
  };
  const { answer, text } = await read().catch((error: unknown) => {
    signal.throwIfAborted();
    throw problemOf(late.aborted ? "too-slow" : "server-away", error);
  });
  const json = parsed(text);
  if (!answer.ok) {
    const said = v.safeParse(problemSchema, json);
    const detail = answer.statusText || "no reason given";
    throw refusalOf(answer.status, said.success ? said.output : { detail });
  }
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw problemOf("bad-answer", v.flatten(result.issues));
}

function parsed(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}

function isConflict(input: unknown): boolean {
  const { body, field } = (input ?? {}) as Partial<BodyConflict>;
  return typeof body === "string" && typeof field === "string";
}
