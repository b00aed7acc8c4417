import * as v from "valibot";
import { forgetKeptToken, TOKEN_KEY } from "./kept_token.js";

const keptSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ person: v.string(), token: v.string() }),
);

/**
 * A person's own neuPrint token. It is in this tab alone and goes with the tab, or when the person signs out: the server passes it on and
 * keeps nothing of it, so that there is one place less from which it could be taken.
 */
export class OwnToken {
  private token: string | undefined;

  /** @param person who works in this tab; what another has left in it is taken away */
  constructor(private readonly person: string) {
    const kept = readKept();
    if (kept?.person === person) this.token = kept.token;
    else this.keep(undefined);
  }

  /** The token; undefined where there is none. */
  get value(): string | undefined {
    return this.token;
  }

  /** @param token undefined to forget it */
  keep(token: string | undefined): void {
    const { person } = this;
    this.token = token;
    if (token === undefined) {
      forgetKeptToken();
      return;
    }
    try {
      sessionStorage.setItem(TOKEN_KEY, JSON.stringify({ person, token }));
    } catch {
      // The browser keeps nothing for the page: it is in memory, until the page is left.
    }
  }
}

function readKept(): v.InferOutput<typeof keptSchema> | undefined {
  try {
    const kept = v.safeParse(keptSchema, sessionStorage.getItem(TOKEN_KEY));
    return kept.success ? kept.output : undefined;
  } catch {
    return undefined;
  }
}
