import * as v from "valibot";
import { problemSchema } from "../answers.js";
import type { Fetch } from "../signature_client.js";
import { type SavedSearch, savedSearchSchema } from "./saved_search.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/** The server cannot be reached, or cannot answer now. */
export class SearchServerAway extends Error {
  override readonly name = "SearchServerAway";
}

/** The server has answered that it will not. `message` is its reason, for a person to read. */
export class SearchServerRefusal extends Error {
  override readonly name = "SearchServerRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

const sessionSchema = v.object({
  user: v.optional(v.string()),
  sync: v.boolean(),
});

/** What the route lists; what has no part of ours was saved by a script, or by the original. */
const listedSchema = v.record(
  v.string(),
  v.object({ timestamp: v.number(), clio: v.optional(v.unknown()) }),
);

const writtenSchema = v.object({ timestamp: v.number() });

/** A search as the server has it. */
export interface ServerSearch {
  /** Since when, in milliseconds. */
  readonly at: number;
  readonly search: SavedSearch;
}

/** The saved searches of one dataset on the server. */
export interface ServerSearches {
  readonly searches: readonly ServerSearch[];
  /** How many there are that a newer Clio has written, or something else: they are left as they are. */
  readonly unreadable: number;
}

/** Asks the server's `savedsearches`. Each method throws SearchServerAway or SearchServerRefusal. */
export class SearchServer {
  constructor(
    private readonly fetchAnswer: Fetch = (url, init) => fetch(url, init),
  ) {}

  /** Who is signed in, as far as searches are kept for them; undefined where nobody is. */
  async person(): Promise<string | undefined> {
    const json = await this.ask("GET", "/api/session");
    const { user, sync } = understood(sessionSchema, json);
    return sync ? user : undefined;
  }

  async list(dataset: string): Promise<ServerSearches> {
    const json = await this.ask("GET", pathOf(dataset));
    const rows = Object.values(understood(listedSchema, json)).filter(
      ({ clio }) => clio !== undefined,
    );
    const searches = rows.flatMap(({ timestamp, clio }) => {
      const parsed = v.safeParse(savedSearchSchema, clio, { abortEarly: true });
      return parsed.success && parsed.output.dataset === dataset
        ? [{ at: milliseconds(timestamp), search: parsed.output }]
        : [];
    });
    return { searches, unreadable: rows.length - searches.length };
  }

  /**
   * Writes a search.
   * @param base since when the server has the version that this one follows; 0 where it has none
   * @returns since when the server has this one
   */
  async put(user: string, search: SavedSearch, base: number): Promise<number> {
    const { note, name } = search;
    const json = await this.ask("PUT", targetOf(user, search, base), {
      // The original's own field, for its scripts.
      note: note === "" ? name : `${name}: ${note}`,
      clio: search,
    });
    return milliseconds(understood(writtenSchema, json).timestamp);
  }

  async remove(
    user: string,
    search: Pick<SavedSearch, "id" | "dataset" | "place">,
    base: number,
  ): Promise<void> {
    await this.ask("DELETE", targetOf(user, search, base));
  }

  private async ask(
    method: string,
    target: string,
    body?: unknown,
  ): Promise<unknown> {
    let status: number;
    let json: unknown;
    try {
      const answer = await this.fetchAnswer(target, {
        method,
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body !== undefined && {
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        }),
      });
      status = answer.status;
      json = await answer.json();
    } catch {
      // No answer, one that was cut short, or a page that says that nobody is behind it.
      throw new SearchServerAway("the server cannot be reached");
    }
    if (status === 429 || status >= 500) {
      throw new SearchServerAway(`the server answers ${status}`);
    }
    if (status < 400) return json;
    const problem = v.safeParse(problemSchema, json);
    const { code = `http-${status}`, detail } = problem.success
      ? problem.output
      : { detail: `The server answers ${status}.` };
    throw new SearchServerRefusal(status, code, detail);
  }
}

function pathOf(dataset: string): string {
  return `/v2/savedsearches/${encodeURIComponent(dataset)}`;
}

function targetOf(
  user: string,
  { id, dataset, place }: Pick<SavedSearch, "id" | "dataset" | "place">,
  base: number,
): string {
  const [x, y, z] = place.map(String);
  const query = new URLSearchParams({
    x,
    y,
    z,
    id,
    base: String(base),
    email: user,
  });
  return `${pathOf(dataset)}?${query.toString()}`;
}

function milliseconds(timestamp: number): number {
  return Math.round(timestamp * 1000);
}

function understood<Schema extends v.GenericSchema>(
  schema: Schema,
  json: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  throw new SearchServerAway("the server's answer is not understood");
}
