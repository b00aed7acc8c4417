import * as v from "valibot";
import {
  type AtlasPage,
  atlasPageSchema,
  entryPath,
  type EntryReview,
  MOST_LISTED,
  picturePath,
  type SeenEntry,
  seenEntrySchema,
} from "../model/atlas_wire.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Entries of the first page, which is to be there at once, and of those after it. */
const FIRST_PAGE = 100;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a server error says of itself (problem+json). */
const problemSchema = v.object({ detail: v.string(), code: v.string() });

const sessionSchema = v.object({
  user: v.optional(v.string()),
  sync: v.boolean(),
});

/** The server cannot be reached, or cannot answer now. */
export class AtlasServerAway extends Error {
  override readonly name = "AtlasServerAway";
}

/** The server has answered that it will not. `message` is its reason, for a person to read. */
export class AtlasRefusal extends Error {
  override readonly name = "AtlasRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** A reviewer's acts. */
export type ReviewAct = "verify" | "request-changes" | "unverify";

/** Asks the server's atlas. Each method throws AtlasServerAway or AtlasRefusal. */
export class AtlasServer {
  constructor(
    private readonly fetchAnswer: Fetch = (url, init) => fetch(url, init),
  ) {}

  /** Who is signed in, as far as records are kept for them. */
  session(): Promise<{ user?: string | undefined; sync: boolean }> {
    return this.ask("GET", "/api/session", sessionSchema);
  }

  /** The entries that changed last, or those before a place in the list; none that changed no later than `since`. */
  page(before: number | undefined, since: number): Promise<AtlasPage> {
    const query = new URLSearchParams({
      limit: String(before === undefined ? FIRST_PAGE : MOST_LISTED),
      since: String(since),
    });
    if (before !== undefined) query.set("before", String(before));
    return this.ask(
      "GET",
      `/api/atlas/entries?${query.toString()}`,
      atlasPageSchema,
    );
  }

  /** An entry with its view. */
  entry(dataset: string, id: string): Promise<SeenEntry> {
    return this.ask("GET", entryPath(dataset, id), seenEntrySchema);
  }

  review(
    dataset: string,
    id: string,
    act: ReviewAct,
    review: EntryReview,
  ): Promise<SeenEntry> {
    const path = `${entryPath(dataset, id)}/${act}`;
    return this.ask("POST", path, seenEntrySchema, {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(review),
    });
  }

  /** Delivers a picture; one that is there stays as it is. */
  async deliver(dataset: string, hash: string, blob: Blob): Promise<void> {
    await this.ask("PUT", picturePath(dataset, hash), v.unknown(), {
      headers: { "Content-Type": blob.type },
      body: blob,
    });
  }

  private async ask<T>(
    method: string,
    path: string,
    schema: v.GenericSchema<unknown, T>,
    init: RequestInit = {},
  ): Promise<T> {
    let answer: Response;
    let json: unknown;
    try {
      answer = await this.fetchAnswer(path, {
        method,
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...init,
      });
      json = await answer.json();
    } catch {
      // No answer, one that was cut short, or a page that says that nobody is behind it.
      throw new AtlasServerAway("the server cannot be reached");
    }
    const { status } = answer;
    if (status === 429 || status >= 500) {
      throw new AtlasServerAway(`the server answers ${status}`);
    }
    if (!answer.ok) {
      const problem = v.safeParse(problemSchema, json);
      const { code, detail } = problem.success
        ? problem.output
        : { code: `http-${status}`, detail: `The server answers ${status}.` };
      throw new AtlasRefusal(status, code, detail);
    }
    const parsed = v.safeParse(schema, json);
    if (parsed.success) return parsed.output;
    throw new AtlasServerAway("the server's answer is not understood");
  }
}
