import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Router, type Request, type Response } from "express";
import type { Logger } from "pino";
import { onlyMethods } from "../problems/methods.js";
import { notFound, Problem } from "../problems/problem.js";
import { contentType } from "../volumes/content_type.js";
import { volumePath } from "../volumes/path.js";
import type { Bucket } from "./bucket.js";

/** What of a request goes on to the store, and what of its answer comes back. */
const askedHeaders = [
  "range",
  "if-range",
  "if-none-match",
  "if-modified-since",
];
const answeredHeaders = [
  "content-length",
  "content-range",
  "content-encoding",
  "etag",
  "last-modified",
];

const notSatisfiable = new Problem(
  416,
  "bad-range",
  "The range asked for is not within the file.",
);

/**
 * `/volumes/<name>/…` of volumes that lie in buckets: streamed, in the range asked for, with the server's own credentials. Whatever
 * else is left to the next handler.
 */
export function bucketRoutes(
  buckets: ReadonlyMap<string, Bucket>,
  log: Logger,
): Router {
  const router = Router();
  const methods = onlyMethods("GET", "HEAD");
  router.use(async (request, response, next) => {
    const [name, ...names] = volumePath(request.path);
    const bucket = buckets.get(name);
    if (bucket === undefined) {
      next();
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      methods(request, response, next);
      return;
    }
    const stop = new AbortController();
    // Whoever went away wants nothing more from the store either.
    response.once("close", () => stop.abort());
    let answer: IncomingMessage;
    try {
      answer = await askWhole(bucket, request, names, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return;
      throw unavailable(log, name, reasonOf(error));
    }
    const { statusCode = 0 } = answer;
    if (![200, 206, 304].includes(statusCode)) {
      answer.resume();
      throw refusal(log, name, names, statusCode);
    }
    await send(request, response, answer, names[names.length - 1]);
  });
  return router;
}

/** The store's answer; whole where a range would be one of compressed bytes, which nobody can decompress. */
async function askWhole(
  bucket: Bucket,
  request: Request,
  names: readonly string[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers: Record<string, string> = {
    // As it lies there: a store that unpacks it on the way would give no length and no range.
    "accept-encoding": "gzip",
  };
  for (const name of askedHeaders) {
    const value = request.headers[name];
    if (typeof value === "string") headers[name] = value;
  }
  const method = request.method === "HEAD" ? "HEAD" : "GET";
  const answer = await bucket.ask(method, names, headers, signal);
  if (answer.statusCode !== 206 || !isCompressed(answer)) return answer;
  answer.resume();
  const { range, ...rest } = headers;
  void range;
  return bucket.ask(method, names, rest, signal);
}

function isCompressed({ headers }: IncomingMessage): boolean {
  return headers["content-encoding"] === "gzip";
}

async function send(
  request: Request,
  response: Response,
  answer: IncomingMessage,
  name: string,
): Promise<void> {
  response.status(answer.statusCode!);
  for (const header of answeredHeaders) {
    const value = answer.headers[header];
    if (typeof value === "string") response.setHeader(header, value);
  }
  response.setHeader("Content-Type", contentType(name));
  // As of the volumes on disk: they are made anew under the same name.
  response.setHeader("Cache-Control", "no-cache");
  const compressed = isCompressed(answer);
  if (compressed) response.vary("Accept-Encoding");
  else response.setHeader("Accept-Ranges", "bytes");
  const hasBody = request.method === "GET" && answer.statusCode !== 304;
  const mustUnpack =
    compressed && hasBody && request.acceptsEncodings("gzip") === false;
  if (mustUnpack) {
    response.removeHeader("Content-Encoding");
    response.removeHeader("Content-Length");
  }
  try {
    if (mustUnpack) await pipeline(answer, createGunzip(), response);
    else await pipeline(answer, response);
  } catch {
    // Half an answer is out. The connection is closed by now, which says so; a client that went away is not told.
  }
}

/** Why a store did not give an object, for whoever asked. What it said itself goes nowhere: it may name the bucket and the key. */
function refusal(
  log: Logger,
  volume: string,
  names: readonly string[],
  status: number,
): Problem {
  if (status === 404) {
    return notFound(`There is no ${names.join("/")} in volume ${volume}.`);
  }
  if (status === 416) return notSatisfiable;
  return unavailable(log, volume, `the store answers ${status}`);
}

function unavailable(log: Logger, volume: string, reason: string): Problem {
  log.error({ volume, reason }, "the bucket of a volume cannot be read");
  return new Problem(
    502,
    "bucket-unavailable",
    `The store that volume ${volume} lies in does not give its data. The server's log says why.`,
  );
}

/** The kind of an error, never its words: those of a sign-in hold what was sent. */
function reasonOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return `no answer: ${code ?? name}`;
}
