import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Logger } from "pino";
import * as v from "valibot";
import { BODY_ID, type BodyFields } from "../../src/clio/model/body.js";
import { jsonObject } from "../../src/clio/model/json_object.js";
import {
  parseLossless,
  stringifyLossless,
} from "../../src/clio/model/lossless.js";
import { Problem } from "../problems/problem.js";
import type { KnownBody } from "./body_store.js";

/** The largest answer that is taken, in bytes. */
const LARGEST_ANSWER = 512 * 1024 * 1024;

/** The most of what the server says of an error that goes into the log, in characters. */
const LOGGED = 300;

/** The problems that asking the server behind can end in. */
export const remoteProblems = {
  away: (cause: unknown) =>
    new Problem(
      502,
      "bodies-away",
      "The server that keeps these bodies does not answer. Try again later.",
      {},
      { cause },
    ),
  slow: (seconds: number) =>
    new Problem(
      504,
      "bodies-slow",
      `The server that keeps these bodies has not answered within ${seconds} s.`,
    ),
  refused: () =>
    new Problem(
      502,
      "bodies-refused",
      "The server that keeps these bodies does not let this server in. Whoever runs it sees to the token.",
    ),
  failed: (status: number) =>
    new Problem(
      502,
      "bodies-failed",
      `The server that keeps these bodies failed at this (HTTP ${status}). The server's log says what it said.`,
    ),
  changed: (detail: string) =>
    new Problem(
      502,
      "bodies-changed-shape",
      `The server that keeps these bodies answers otherwise than it used to: ${detail}. Nothing of its answer is used.`,
    ),
  tooLarge: () =>
    new Problem(
      502,
      "bodies-too-large",
      "The answer of the server that keeps these bodies is larger than what is taken. A narrower query finds less.",
    ),
  halfWritten: (written: readonly bigint[], all: number, cause: Problem) =>
    new Problem(
      502,
      "bodies-half-written",
      `${written.length} of ${all} bodies were written (${written.slice(0, 50).join(", ")}) before this: ${cause.detail} The same can be sent again.`,
      {},
      { cause },
    ),
};

/** How to reach it. */
export interface RemoteConfig {
  server: string;
  seconds: number;
}

type Method = "GET" | "POST" | "DELETE";

/** Asks the one server that keeps the bodies of a dataset. */
export class RemoteClient {
  private readonly base: string;

  constructor(
    private readonly config: RemoteConfig,
    private readonly token: string | undefined,
    private readonly log: Logger,
  ) {
    this.base = config.server.replace(/\/$/, "");
  }

  /**
   * What it answers, numbers with all their digits; undefined where it says that there is nothing there, or nothing at all.
   * @param path below its address, names in it encoded
   * @param body sent as JSON; DVID takes one with GET too
   * @throws Problem
   */
  async ask(
    method: Method,
    path: string,
    parameters: Readonly<Record<string, string>> = {},
    body?: unknown,
  ): Promise<unknown> {
    const query = new URLSearchParams(parameters).toString();
    const url = new URL(`${this.base}${path}${query && `?${query}`}`);
    const { status, text } = await this.send(method, url, body);
    if (status === 404) return undefined;
    if (status !== 200) throw this.refusal(status, text);
    if (text.trim() === "") return undefined;
    try {
      return parseLossless(text);
    } catch {
      throw remoteProblems.changed("its answer is not JSON");
    }
  }

  private async send(
    method: Method,
    url: URL,
    body: unknown,
  ): Promise<{ status: number; text: string }> {
    const { seconds } = this.config;
    const late = AbortSignal.timeout(seconds * 1000);
    // `fetch` sends no body with GET.
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    const bytes =
      body === undefined ? undefined : Buffer.from(stringifyLossless(body));
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        request(
          url,
          {
            method,
            headers: {
              ...(this.token === undefined
                ? {}
                : { Authorization: `Bearer ${this.token}` }),
              ...(bytes === undefined
                ? {}
                : {
                    "Content-Type": "application/json",
                    "Content-Length": bytes.length,
                  }),
            },
            signal: late,
          },
          resolve,
        )
          .on("error", reject)
          .end(bytes);
      });
      return {
        status: answer.statusCode ?? 0,
        text: await readBounded(answer),
      };
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (late.aborted) throw remoteProblems.slow(seconds);
      const { code = "no answer" } = error as NodeJS.ErrnoException;
      throw remoteProblems.away(new Error(code));
    }
  }

  private refusal(status: number, text: string): Problem {
    const said = (
      this.token === undefined ? text : text.replaceAll(this.token, "[removed]")
    ).slice(0, LOGGED);
    this.log.warn({ status, said }, "the server of bodies refused a question");
    if (status === 401 || status === 403) return remoteProblems.refused();
    if (status === 502 || status === 503)
      return remoteProblems.away(new Error(`it answers ${status}`));
    if (status === 504) return remoteProblems.slow(this.config.seconds);
    return remoteProblems.failed(status);
  }
}

async function readBounded(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > LARGEST_ANSWER) {
      answer.destroy();
      throw remoteProblems.tooLarge();
    }
  }
  return Buffer.concat(parts).toString("utf8");
}

/**
 * The bodies of an answer, in the order of their ids, each once. What is null there is nothing here.
 * @throws Problem 502 where it is no list of them
 */
export function bodiesOf(answer: unknown): KnownBody[] {
  if (!Array.isArray(answer))
    throw remoteProblems.changed("expected a list of bodies");
  const bodies = new Map<bigint, KnownBody>();
  for (const item of answer as unknown[]) {
    if (!v.is(jsonObject, item))
      throw remoteProblems.changed("expected bodies as objects");
    const { [BODY_ID]: id, ...rest } = item;
    if (typeof id !== "bigint" && !Number.isSafeInteger(id))
      throw remoteProblems.changed(`expected a ${BODY_ID} in each body`);
    const body = BigInt(id as number | bigint);
    const fields = Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== null),
    ) as BodyFields;
    bodies.set(body, { body, revision: 0, fields });
  }
  return [...bodies.values()].sort((a, b) => (a.body < b.body ? -1 : 1));
}

/** The texts of an answer. @throws Problem 502 where it is no list of them */
export function textsOf(answer: unknown): string[] {
  const texts = v.safeParse(v.array(v.string()), answer);
  if (texts.success) return texts.output;
  throw remoteProblems.changed("expected a list of texts");
}
