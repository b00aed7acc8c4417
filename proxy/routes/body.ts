/** Reading the JSON of a request, which may be anything. */
import express, { type Request, type Response } from "express";
import { parseLossless } from "../../src/clio/model/lossless.js";
import { badRequest, Problem } from "../problems/problem.js";

/** How deep lists and objects may lie in each other: parsers call themselves once a level. */
const deepest = 64;

/** What a body may say that it is; the pages of the original send some without saying anything. */
const jsonTypes = ["application/json", "text/plain"];

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The JSON of a request's body; undefined where it has none.
 * @param limit bytes
 * @param bigNumbers whether whole numbers beyond 2^53 come as `bigint`; else they come as `number`, which rounds them
 * @throws Problem 400, 413 or 415
 */
export async function readBody(
  request: Request,
  response: Response,
  limit: number,
  bigNumbers: boolean,
): Promise<unknown> {
  const type = request.headers["content-type"];
  if (type !== undefined && request.is(jsonTypes) === false) {
    throw new Problem(
      415,
      "not-json",
      `The body is ${JSON.stringify(type)}, expected application/json.`,
    );
  }
  const bytes = await readBytes(request, response, limit);
  if (bytes === undefined) return undefined;
  return parseJson(bytes, bigNumbers);
}

/**
 * The bytes of a request's body; undefined where it has none.
 * @param limit bytes
 * @throws Problem 400 or 413
 */
export function readBytes(
  request: Request,
  response: Response,
  limit: number,
): Promise<Buffer | undefined> {
  const read = express.raw({ type: () => true, limit, inflate: false });
  return new Promise((resolve, reject) => {
    read(request, response, (error?: unknown) => {
      if (error === undefined) {
        const body: unknown = request.body;
        resolve(Buffer.isBuffer(body) && body.length > 0 ? body : undefined);
      } else if ((error as { status?: number }).status === 413) {
        reject(
          new Problem(
            413,
            "body-too-large",
            `The body is larger than ${limit} bytes, which is the most here.`,
            { Connection: "close" },
          ),
        );
      } else {
        reject(badRequest("The body did not arrive whole."));
      }
    });
  });
}

/**
 * JSON out of bytes.
 * @throws Problem 400 where they are none, or hold what no body of ours does
 */
export function parseJson(bytes: Buffer, bigNumbers: boolean): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw badRequest("The body is not text in UTF-8.", "not-json");
  }
  refuseDepth(text);
  let json: unknown;
  try {
    json = bigNumbers ? parseLossless(text) : (JSON.parse(text) as unknown);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest(
      `The body is not JSON: ${reason.slice(0, 200)}.`,
      "not-json",
    );
  }
  refusePrototypes(json);
  return json;
}

function refuseDepth(text: string): void {
  let depth = 0;
  // Strings first, so that brackets in them do not count.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > deepest) {
      throw badRequest(
        `The body has lists and objects more than ${deepest} levels deep.`,
        "json-too-deep",
      );
    }
  }
}

/** One parser makes `__proto__` a key like others, the other makes it the prototype: either way it is no data. */
function refusePrototypes(json: unknown): void {
  if (typeof json !== "object" || json === null) return;
  if (
    !Array.isArray(json) &&
    (Object.getPrototypeOf(json) !== Object.prototype ||
      Object.hasOwn(json, "__proto__"))
  ) {
    throw badRequest('The body has a key "__proto__".', "bad-key");
  }
  for (const value of Object.values(json)) refusePrototypes(value);
}
