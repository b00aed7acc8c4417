import * as v from "valibot";
import { boxText, type CutoutInfo, cutoutInfoSchema } from "../model/cutout.js";
import type { CutoutPart } from "./cutout_choice.js";

/** After this long without an answer a person is better served by an error that offers to try again. */
const PATIENCE_MS = 60_000;

const problemSchema = v.object({ detail: v.string(), code: v.string() });
const sessionSchema = v.object({
  /** Absent for somebody who is not signed in. */
  user: v.optional(v.string()),
  /** Whether the server has what the person marks and merges. */
  sync: v.boolean(),
});
export type Session = v.InferOutput<typeof sessionSchema>;
const tokenSchema = v.object({ token: v.string(), expires: v.number() });
export type ScriptToken = v.InferOutput<typeof tokenSchema>;

/** Thrown where the server did not do as it was asked; the message is a sentence for the person. */
export class CutoutProblem extends Error {
  override readonly name = "CutoutProblem";

  constructor(
    message: string,
    /** Stable; absent where there was no answer, or one that is not the server's. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/** Asks the server's cut-outs. Each method throws a CutoutProblem, and the signal's reason where that aborts. */
export class CutoutClient {
  /** What can be cut out of a dataset. */
  info(dataset: string, signal: AbortSignal): Promise<CutoutInfo> {
    return askJson(pathOf(dataset), cutoutInfoSchema, "GET", signal);
  }

  /** Who works here. */
  session(signal: AbortSignal): Promise<Session> {
    return askJson("/api/session", sessionSchema, "GET", signal);
  }

  /** A token for one script, of somebody who is signed in. */
  token(dataset: string, signal: AbortSignal): Promise<ScriptToken> {
    return askJson(`${pathOf(dataset)}/token`, tokenSchema, "POST", signal);
  }

  /** How fast voxels of a layer come, in bytes a second: measured by a part of it. */
  async rate(
    dataset: string,
    { layer, scale, box }: CutoutPart,
    signal: AbortSignal,
  ): Promise<number> {
    const path = [layer.name, String(scale), boxText(box), "array.npy"];
    const begun = performance.now();
    const answer = await ask(
      [pathOf(dataset), ...path.map(encodeURIComponent)].join("/"),
      "GET",
      signal,
    );
    const { byteLength } = await answer.arrayBuffer();
    return (byteLength / (performance.now() - begun)) * 1000;
  }
}

function pathOf(dataset: string): string {
  return `/api/cutouts/${encodeURIComponent(dataset)}`;
}

async function askJson<T>(
  path: string,
  schema: v.GenericSchema<unknown, T>,
  method: "GET" | "POST",
  signal: AbortSignal,
): Promise<T> {
  const answer = await ask(path, method, signal);
  const json: unknown = await answer.json().catch(() => undefined);
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw new CutoutProblem(
    "Something other than Clio's server answers at this address.",
  );
}

/** A good answer. */
async function ask(
  path: string,
  method: "GET" | "POST",
  signal: AbortSignal,
): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
  } catch {
    signal.throwIfAborted();
    throw new CutoutProblem(
      "The server does not answer. See that it runs and that this machine is online, then try again.",
    );
  }
  if (answer.ok) return answer;
  const said = v.safeParse(
    problemSchema,
    await answer.json().catch(() => undefined),
  );
  if (said.success)
    throw new CutoutProblem(said.output.detail, said.output.code);
  throw new CutoutProblem(
    `Something other than Clio's server answers at this address (HTTP ${answer.status}).`,
  );
}
