import { bigintToStringJsonReplacer } from "neuroglancer/unstable/util/json.js";
import * as v from "valibot";
import {
  type Link,
  linkSchema,
  type NewLink,
  type OpenedLink,
  openedLinkSchema,
} from "../model/link.js";

const address = "/api/links";

/** After this long without an answer a person is better served by an error that offers to try again. */
const patienceMs = 20_000;

/** What a server error says of itself (problem+json). */
const problemSchema = v.object({ detail: v.string(), code: v.string() });

/** Thrown where the server did not do as it was asked; the message is a sentence for the person. */
export class LinkServiceError extends Error {
  override readonly name = "LinkServiceError";

  constructor(
    message: string,
    /** Stable; absent where there was no answer, or one that is not the server's. */
    readonly code?: string,
  ) {
    super(message);
  }

  /** Whether signing in may help. */
  get wantsSignIn(): boolean {
    return this.code === "unauthorized";
  }
}

/** Makes, lists, opens and revokes short links at the server that the page is from. */
export class LinkService {
  /** One's own links, the newest first. @throws {LinkServiceError} */
  list(): Promise<Link[]> {
    return ask("", v.array(linkSchema));
  }

  /** @throws {LinkServiceError} */
  make(link: NewLink): Promise<Link> {
    const body = JSON.stringify(link, bigintToStringJsonReplacer);
    return ask("", linkSchema, { method: "POST", body });
  }

  /** @throws {LinkServiceError} */
  async revoke(id: string): Promise<void> {
    await ask(`/${id}`, v.null(), { method: "DELETE" });
  }

  /** Brings back what was revoked. @throws {LinkServiceError} */
  async restore(id: string): Promise<void> {
    await ask(`/${id}/restore`, linkSchema, { method: "POST" });
  }

  /** @throws {LinkServiceError} */
  open(id: string, signal: AbortSignal): Promise<OpenedLink> {
    return ask(`/${encodeURIComponent(id)}`, openedLinkSchema, { signal });
  }
}

async function ask<T>(
  path: string,
  schema: v.GenericSchema<unknown, T>,
  { signal, ...init }: RequestInit = {},
): Promise<T> {
  const timeout = AbortSignal.timeout(patienceMs);
  let answer: Response;
  try {
    answer = await fetch(address + path, {
      ...init,
      headers: {
        Accept: "application/json",
        ...(init.body === undefined
          ? {}
          : { "Content-Type": "application/json" }),
      },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch {
    throw new LinkServiceError(
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
    throw new LinkServiceError(said.output.detail, said.output.code);
  }
  throw new LinkServiceError(
    `Something other than Clio's server answers at this address (HTTP ${answer.status}).`,
  );
}
