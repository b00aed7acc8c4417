/** What the account's parts ask of the server that the page came from. */
import * as v from "valibot";

/** How long an answer may take, in milliseconds: a delivery of many marks over a slow line is minutes. */
const PATIENCE = 120_000;

/** The server cannot be reached, or cannot answer now. Asking again may help. */
export class ServerAway extends Error {
  override name = "ServerAway";
}

/** The server has answered that it will not. `message` is its reason, for a person to read. */
export class ServerRefusal extends Error {
  override name = "ServerRefusal";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

const problemSchema = v.object({ detail: v.string(), code: v.string() });

export const sessionSchema = v.object({
  user: v.optional(v.string()),
  name: v.optional(v.string()),
  by: v.string(),
  expires: v.optional(v.number()),
  signIn: v.optional(v.string()),
  sync: v.boolean(),
});
export type Session = v.InferOutput<typeof sessionSchema>;

/**
 * Asks the server.
 * @throws ServerAway; ServerRefusal; Error where the answer is not what `schema` expects
 */
export async function ask<Schema extends v.GenericSchema>(
  schema: Schema,
  method: "GET" | "POST" | "DELETE",
  target: string,
  body?: unknown,
): Promise<v.InferOutput<Schema>> {
  let status: number;
  let json: unknown;
  try {
    const answer = await fetch(target, {
      method,
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
      ...(body === undefined
        ? {}
        : {
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(body),
          }),
    });
    status = answer.status;
    json = await answer.json();
  } catch {
    // No answer, or one that was cut short, or a proxy's page that says that nobody is behind it.
    throw new ServerAway("the server cannot be reached");
  }
  if (status === 429 || status >= 500) {
    throw new ServerAway(`the server answers ${status}`);
  }
  if (status >= 400) {
    const problem = v.safeParse(problemSchema, json);
    const { code, detail } = problem.success
      ? problem.output
      : { code: "unknown", detail: `The server answers ${status}.` };
    throw new ServerRefusal(status, code, detail);
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new Error(
    `The answer of ${target} is not understood: ${v.getDotPath(issue) ?? "the whole"} is ${issue.received}, ${issue.message}`,
  );
}

/** Who is signed in, and whether marks are delivered. */
export function askSession(): Promise<Session> {
  return ask(sessionSchema, "GET", "/api/session");
}
