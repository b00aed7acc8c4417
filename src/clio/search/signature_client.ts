import * as v from "valibot";
import type { Box, Vec3 } from "../model/box.js";
import { describeIssues } from "../model/schema_issues.js";
import {
  type AcrossAnswer,
  acrossSchema,
  atSchema,
  type IndexInfo,
  infoSchema,
  LONGEST_ANSWER,
  problemSchema,
  type SearchAnswer,
  searchSchema,
} from "./answers.js";
import { badAnswer, problemOf, refusalOf } from "./search_problem.js";

/** After this long without an answer a person is better served by an error that offers to try again. */
const PATIENCE_MS = 60_000;

/** The body of a search, as the server takes it. */
export interface SearchRequest {
  readonly examples: readonly { readonly point: Vec3 }[];
  readonly excluded: readonly { readonly point: Vec3 }[];
  readonly limit: number;
  /** In bits. */
  readonly maxDistance: number;
  /** In nm. */
  readonly minSeparation: number;
  readonly box?: { readonly min: Vec3; readonly max: Vec3 };
}

/** The part of the browser's `fetch` that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Asks the server's signature routes.
 *
 * Each method throws a SearchProblem where there is no answer that can be used, and the signal's reason where that aborts.
 */
export class SignatureClient {
  constructor(
    private readonly fetchAnswer: Fetch = (url, init) => fetch(url, init),
  ) {}

  /** What the index of a dataset holds. */
  async info(dataset: string, signal: AbortSignal): Promise<IndexInfo> {
    return this.ask(
      infoSchema,
      `info/${encodeURIComponent(dataset)}`,
      {},
      signal,
    );
  }

  /** The place nearest to a voxel that has a signature. */
  async at(dataset: string, voxel: Vec3, signal: AbortSignal): Promise<Vec3> {
    const [x, y, z] = voxel.map((at) => Math.max(0, Math.floor(at)));
    const path = `atlocation/${encodeURIComponent(dataset)}?x=${x}&y=${y}&z=${z}`;
    return (await this.ask(atSchema, path, {}, signal)).point;
  }

  /** @param bounds of the volume: matches elsewhere are refused */
  async search(
    dataset: string,
    request: SearchRequest,
    bounds: Box,
    signal: AbortSignal,
  ): Promise<SearchAnswer> {
    return this.ask(
      searchSchema(bounds, request.limit),
      `search/${encodeURIComponent(dataset)}`,
      asBody(request),
      signal,
    );
  }

  /** The same in all datasets that share the encoder. */
  async across(
    dataset: string,
    request: Omit<SearchRequest, "box">,
    bounds: Box,
    signal: AbortSignal,
  ): Promise<AcrossAnswer> {
    return this.ask(
      acrossSchema(dataset, bounds, request.limit),
      `across/${encodeURIComponent(dataset)}`,
      asBody(request),
      signal,
    );
  }

  private async ask<T extends v.GenericSchema>(
    schema: T,
    path: string,
    init: RequestInit,
    signal: AbortSignal,
  ): Promise<v.InferOutput<T>> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    const ending = AbortSignal.any([signal, late]);
    const read = async () => {
      const answer = await this.fetchAnswer(`/v2/signatures/${path}`, {
        ...init,
        signal: ending,
      });
      return { answer, text: await answer.text() };
    };
    const { answer, text } = await read().catch((error: unknown) => {
      signal.throwIfAborted();
      throw problemOf(late.aborted ? "too-slow" : "server-away", error);
    });
    const json = answer.ok ? parsed(text) : quietlyParsed(text);
    if (!answer.ok) {
      const said = v.safeParse(problemSchema, json);
      const { status, statusText } = answer;
      throw refusalOf(
        status,
        said.success
          ? said.output
          : { detail: statusText || "no reason given" },
      );
    }
    const result = v.safeParse(schema, json, { abortEarly: true });
    if (result.success) return result.output;
    throw badAnswer(describeIssues(result.issues)[0]);
  }
}

function asBody(request: object): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request),
  };
}

function parsed(text: string): unknown {
  if (text.length > LONGEST_ANSWER) {
    throw badAnswer(
      `it is ${text.length.toLocaleString("en")} characters long, more than any answer to what was asked`,
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badAnswer("it is not JSON, or it broke off");
  }
}

function quietlyParsed(text: string): unknown {
  try {
    return JSON.parse(text.slice(0, LONGEST_ANSWER)) as unknown;
  } catch {
    return undefined;
  }
}
