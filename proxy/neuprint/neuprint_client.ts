import { createHash } from "node:crypto";
import { parse, stringify } from "lossless-json";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import * as v from "valibot";
import { describeIssues } from "../../src/clio/model/schema_issues.js";
import { Problem } from "../problems/problem.js";
import { JsonText } from "../routes/json_text.js";
import type { NeuprintConfig } from "./neuprint_config.js";

const MEGABYTE = 1024 * 1024;

/** The largest answer to a question of our own that is taken, in bytes: what it holds is bounded by rows. */
const LARGEST_ANSWER = 256 * MEGABYTE;

/** How long an answer is taken for true, in milliseconds: what is proofread changes by the week. */
const FRESH_MS = 10 * 60_000;

/** What the answers of one dataset that are kept may take together, in bytes of their text. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** The most of what the service says of an error that goes into the log, in characters. */
const LOGGED = 300;

/** Rows as neuPrint's `custom` interface answers them. Source: https://neuprint.janelia.org/help/api */
const tableSchema = v.object({
  columns: v.array(v.string()),
  // What is in a row is for whoever reads it.
  data: v.array(v.custom<unknown[]>(Array.isArray, "a row")),
});
export type Table = v.InferOutput<typeof tableSchema>;

/** Datasets by their names. Source: as above, `/api/dbmeta/datasets` */
const datasetsSchema = v.record(v.string(), v.looseObject({}));

/** How long the list of them may take, in milliseconds, how many of them are named, and so many characters of each. */
const LIST_MS = 5000;
const MOST_NAMED = 20;
const NAME_LENGTH = 60;

const errorSchema = v.union([
  v.object({ error: v.string() }),
  v.object({ message: v.string() }),
]);

/** The problems that asking neuPrint can end in. */
export const problems = {
  needsToken: () =>
    new Problem(
      403,
      "neuprint-needs-token",
      "Each person needs a neuPrint token of their own here. neuPrint shows it to you under Account.",
    ),
  away: (cause: unknown) =>
    new Problem(
      502,
      "neuprint-away",
      "The neuPrint server of this dataset does not answer. Try again later.",
      {},
      { cause },
    ),
  slow: (seconds: number) =>
    new Problem(
      504,
      "neuprint-slow",
      `The neuPrint server has not answered within ${seconds} s. Fewer cells at a time take it less.`,
    ),
  refused: (isOwn: boolean) =>
    new Problem(
      502,
      isOwn ? "neuprint-token-refused" : "neuprint-refused",
      isOwn
        ? "The neuPrint server refuses your token. It may have expired, or not be good for this dataset."
        : "The neuPrint server does not let this server in. Whoever runs it sees to the token.",
    ),
  /** @param others those that there are; undefined where they are for whoever runs the server alone */
  noDataset: (dataset: string, others: readonly string[] | undefined) =>
    new Problem(
      502,
      "neuprint-no-dataset",
      `The neuPrint server has no dataset ${JSON.stringify(dataset)} that the token may read. ${others === undefined ? "The server's log says which it has" : `It has ${others.join(", ") || "none"}`}.`,
    ),
  failed: (status: number) =>
    new Problem(
      502,
      "neuprint-failed",
      `The neuPrint server failed at the question (HTTP ${status}). The server's log says what it said.`,
    ),
  changed: (detail: string) =>
    new Problem(
      502,
      "neuprint-changed",
      `The neuPrint server answers otherwise than it used to: ${detail}. Nothing of its answer is used.`,
      {},
      { cause: new Error(detail) },
    ),
  tooLarge: () =>
    new Problem(
      502,
      "neuprint-too-large",
      "The answer of the neuPrint server is larger than what is taken. Ask about fewer cells at a time.",
    ),
  tooLargeForScripts: (megabytes: number) =>
    new Problem(
      422,
      "neuprint-too-large",
      `The query's answer is larger than the ${megabytes} MB that are passed on. A LIMIT in it, or fewer and smaller columns, make it less.`,
    ),
};

/** How much of an answer is read before it is given up, and what is said then. */
interface Bound {
  readonly bytes: number;
  readonly refusal: () => Problem;
}

/** Asks one neuPrint server about one dataset, which no question can change. What was answered is kept for a while. */
export class NeuprintClient {
  private readonly server: string;
  /** What we answer, by question and token: what one token may see is not shown to another. */
  private readonly kept = new LRUCache<string, string>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (text) => text.length + 1,
    ttl: FRESH_MS,
  });
  private readonly underWay = new Map<string, Promise<string>>();
  private readonly bounds: Readonly<Record<"read" | "lossless", Bound>>;

  /** @param token of the server; undefined where each person needs one of their own */
  constructor(
    private readonly config: NeuprintConfig,
    private readonly token: string | undefined,
    private readonly log: Logger,
  ) {
    const { megabytes } = config;
    this.bounds = {
      read: { bytes: LARGEST_ANSWER, refusal: problems.tooLarge },
      lossless: {
        bytes: megabytes * MEGABYTE,
        refusal: () => problems.tooLargeForScripts(megabytes),
      },
    };
    this.server = config.server.replace(/\/$/, "");
  }

  get needsToken(): boolean {
    return this.token === undefined;
  }

  /**
   * An answer made of the rows of a statement. Whole numbers are as JSON has them: statements ask for ids as text.
   * @param answerOf our answer; what it throws on is not kept
   * @param textOf its text
   * @param ownToken of the person who asks; the server's where they have none
   * @throws Problem
   */
  async ask<T>(
    statement: string,
    ownToken: string | undefined,
    answerOf: (table: Table) => T,
    textOf: (answer: T) => string = JSON.stringify,
  ): Promise<JsonText> {
    return this.answer("read", statement, ownToken, (text) =>
      textOf(answerOf(tableOf(text, (json) => JSON.parse(json) as unknown))),
    );
  }

  /** The rows of a statement of others, with all digits of whole numbers. @param check throws where they are no answer */
  async askLossless(
    statement: string,
    ownToken: string | undefined,
    check: (table: Table) => void,
  ): Promise<JsonText> {
    return this.answer("lossless", statement, ownToken, (text) => {
      const table = tableOf(text, (json) =>
        parse(json, undefined, wholeNumber),
      );
      check(table);
      return stringify(table)!;
    });
  }

  /** @param write makes the text of our answer of neuPrint's */
  private async answer(
    kind: "read" | "lossless",
    statement: string,
    ownToken: string | undefined,
    write: (text: string) => string,
  ): Promise<JsonText> {
    const token = ownToken ?? this.token;
    if (token === undefined) throw problems.needsToken();
    const key = createHash("sha256")
      .update(JSON.stringify([kind, token, statement]))
      .digest("base64");
    const kept = this.kept.get(key);
    if (kept !== undefined) return new JsonText(kept);
    let asked = this.underWay.get(key);
    if (asked === undefined) {
      const isOwn = ownToken !== undefined;
      asked = this.send(statement, token, isOwn, this.bounds[kind]).finally(
        () => this.underWay.delete(key),
      );
      this.underWay.set(key, asked);
    }
    const text = write(await asked);
    this.kept.set(key, text);
    return new JsonText(text);
  }

  private async send(
    statement: string,
    token: string,
    isOwn: boolean,
    bound: Bound,
  ): Promise<string> {
    const { dataset, seconds } = this.config;
    const late = AbortSignal.timeout(seconds * 1000);
    let status: number;
    let text: string;
    try {
      const answer = await fetch(`${this.server}/api/custom/custom`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${token}`,
          "Content-Type": "application/json",
        },
        body: JSON.stringify({ cypher: statement, dataset }),
        // Nowhere else is the token shown.
        redirect: "error",
        signal: late,
      });
      status = answer.status;
      text = await readBounded(answer, bound);
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (late.aborted) throw problems.slow(seconds);
      throw problems.away(new Error(reasonOf(error)));
    }
    if (status === 200) return text;
    const refusal = this.refusal(status, text, token, isOwn);
    if (refusal.code === "neuprint-failed") {
      await this.requireDataset(token, isOwn);
    }
    throw refusal;
  }

  /**
   * Whether the dataset is there is asked where a question failed: neuPrint says it in other words from release to release.
   * @throws Problem where it is not
   */
  private async requireDataset(token: string, isOwn: boolean): Promise<void> {
    let names: string[];
    try {
      const answer = await fetch(`${this.server}/api/dbmeta/datasets`, {
        headers: { Authorization: `Bearer ${token}` },
        redirect: "error",
        signal: AbortSignal.timeout(LIST_MS),
      });
      const refusal = problems.tooLarge;
      const text = await readBounded(answer, { bytes: MEGABYTE, refusal });
      if (answer.status !== 200) return;
      names = Object.keys(v.parse(datasetsSchema, JSON.parse(text)));
    } catch {
      // What went wrong with the question is told then.
      return;
    }
    const { dataset } = this.config;
    // Questions may name it without its version.
    const isIt = (name: string) =>
      name === dataset || name.startsWith(`${dataset}:`);
    if (names.some(isIt)) return;
    const named = names
      .slice(0, MOST_NAMED)
      .map((name) =>
        name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name,
      );
    this.log.warn({ dataset, named }, "neuPrint has no dataset of the name");
    // Readers of this dataset may know nothing of others that the server's own token reads.
    throw problems.noDataset(dataset, isOwn ? named : undefined);
  }

  private refusal(
    status: number,
    text: string,
    token: string,
    isOwn: boolean,
  ): Problem {
    const said = sayingOf(text).replaceAll(token, "[removed]").slice(0, LOGGED);
    const { dataset, seconds } = this.config;
    this.log.warn({ dataset, status, said }, "neuPrint refused a question");
    if (status === 401 || status === 403) return problems.refused(isOwn);
    if (status === 408 || status === 504 || /time(d )?.?out/i.test(said)) {
      return problems.slow(seconds);
    }
    if (status === 502 || status === 503) {
      return problems.away(new Error(`it answers ${status}`));
    }
    if (status === 404 && said === "") {
      return problems.changed("there is nothing at its address for questions");
    }
    return problems.failed(status);
  }
}

function wholeNumber(text: string): bigint | number {
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

function tableOf(text: string, read: (text: string) => unknown): Table {
  let json: unknown;
  try {
    json = read(text);
  } catch {
    throw problems.changed("its answer is not JSON");
  }
  const result = v.safeParse(tableSchema, json, { abortEarly: true });
  if (result.success) return result.output;
  throw problems.changed(describeIssues(result.issues)[0]);
}

/** @throws Problem of the bound, as soon as so much has come */
async function readBounded(
  answer: Response,
  { bytes, refusal }: Bound,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = answer.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part?.value === undefined) break;
    parts.push(part.value);
    size += part.value.byteLength;
    if (size > bytes) {
      await reader?.cancel();
      throw refusal();
    }
  }
  return Buffer.concat(parts).toString("utf8");
}

/** What the service says of an error, where it is one of its own. */
function sayingOf(text: string): string {
  try {
    const said = v.safeParse(errorSchema, JSON.parse(text));
    if (!said.success) return "";
    return "error" in said.output ? said.output.error : said.output.message;
  } catch {
    return "";
  }
}

/** The kind of an error, never its words: those could hold what was sent. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as Error;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return `no answer: ${code ?? name}`;
}
