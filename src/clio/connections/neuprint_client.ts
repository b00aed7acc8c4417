import * as v from "valibot";
import {
  type CellFacts,
  cellsAnswerSchema,
  connectionsAnswerSchema,
  type Edge,
  edgeSchema,
  findAnswerSchema,
  neuprintInfoSchema,
  type NeuprintInfo,
  regionsAnswerSchema,
  type Side,
  synapsesAnswerSchema,
  TOKEN_HEADER,
} from "../model/neuprint.js";
import { runSlices } from "../model/slices.js";
import { problemOf, refusalOf } from "./connections_problem.js";
import type { OwnToken } from "./own_token.js";

/** After this long without an answer a person is better served by an error that offers to try again. */
const PATIENCE_MS = 120_000;

const problemSchema = v.object({
  detail: v.string(),
  code: v.optional(v.string()),
});

/** The part of the browser's `fetch` that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Asks the server's neuPrint routes. Each method throws a ConnectionsProblem, and the signal's reason where that aborts. */
export class NeuprintClient {
  constructor(
    readonly token: OwnToken,
    private readonly fetchAnswer: Fetch = (url, init) => fetch(url, init),
  ) {}

  /** Which neuPrint a dataset has; null where it has none. */
  info(dataset: string, signal: AbortSignal): Promise<NeuprintInfo | null> {
    const schema = v.nullable(neuprintInfoSchema);
    return this.ask(schema, dataset, "", undefined, signal);
  }

  async regions(dataset: string, signal: AbortSignal): Promise<string[]> {
    const path = "/regions";
    return (
      await this.ask(regionsAnswerSchema, dataset, path, undefined, signal)
    ).primary;
  }

  async cells(
    dataset: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<CellFacts[]> {
    const body = { ids };
    return (await this.ask(cellsAnswerSchema, dataset, "/cells", body, signal))
      .cells;
  }

  find(dataset: string, text: string, signal: AbortSignal) {
    return this.ask(findAnswerSchema, dataset, "/find", { text }, signal);
  }

  /** All that is connected to bodies. There may be very many: they are read in slices, so that the page answers meanwhile. */
  async connections(
    dataset: string,
    ids: readonly string[],
    side: Side,
    signal: AbortSignal,
  ): Promise<v.InferOutput<typeof connectionsAnswerSchema>> {
    const body = { ids, side };
    const text = await this.read(dataset, "/connections", body, signal);
    const [head, ...lines] = text.split("\n");
    const around = parsed(`${head}${lines.pop() ?? ""}`);
    const { edges, complete } = checked(connectionsAnswerSchema, around);
    await runSlices(readingEdges(lines, edges));
    signal.throwIfAborted();
    return { edges, complete };
  }

  synapses(
    dataset: string,
    request: {
      readonly ids: readonly string[];
      readonly partners: readonly string[];
      readonly side: Side;
    },
    signal: AbortSignal,
  ) {
    const path = "/synapses";
    return this.ask(synapsesAnswerSchema, dataset, path, request, signal);
  }

  private async ask<T extends v.GenericSchema>(
    schema: T,
    dataset: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<v.InferOutput<T>> {
    return checked(
      schema,
      parsed(await this.read(dataset, path, body, signal)),
    );
  }

  /** The text of an answer. */
  private async read(
    dataset: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    const token = this.token.value;
    const read = async () => {
      const answer = await this.fetchAnswer(
        `/api/neuprint/${encodeURIComponent(dataset)}${path}`,
        {
          headers: {
            ...(body !== undefined && { "Content-Type": "application/json" }),
            ...(token !== undefined && { [TOKEN_HEADER]: token }),
          },
          ...(body !== undefined && {
            method: "POST",
            body: JSON.stringify(body),
          }),
          signal: AbortSignal.any([signal, late]),
        },
      );
      return { answer, text: await answer.text() };
    };
    const { answer, text } = await read().catch((error: unknown) => {
      signal.throwIfAborted();
      throw problemOf(late.aborted ? "too-slow" : "server-away", error);
    });
    if (answer.ok) return text;
    const said = v.safeParse(problemSchema, parsed(text));
    const detail = answer.statusText || "no reason given";
    throw refusalOf(answer.status, said.success ? said.output : { detail });
  }
}

/** @throws ConnectionsProblem where it is something else */
function checked<T extends v.GenericSchema>(
  schema: T,
  json: unknown,
): v.InferOutput<T> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw problemOf("bad-answer", v.flatten(result.issues));
}

/** Reads an edge a line, as `connectionsText` writes them. */
function* readingEdges(
  lines: readonly string[],
  into: Edge[],
): Generator<void> {
  for (const line of lines) {
    into.push(checked(edgeSchema, parsed(line.replace(/,$/, ""))));
    yield;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
