import type { Request, RequestHandler, Response } from "express";
import { Problem } from "../problems/problem.js";
import { canonicalOrigin } from "./hosts.js";

/** What a page of another origin may read of an answer beside its body: what range requests need. */
const exposedHeaders = "Accept-Ranges, Content-Length, Content-Range, ETag";
/** What such a page may send beyond what needs no permission. */
const allowedHeaders = "Range, If-Range, If-None-Match, If-Modified-Since";
const preflightSeconds = "600";

/**
 * Refuses every request that a page of another origin makes, known by its `Origin`. A page's own requests carry either
 * none or its own.
 */
export function refuseForeignOrigins(
  publicOrigin: string | undefined,
): RequestHandler {
  return (request, _response, next) => {
    const { origin, host } = request.headers;
    if (
      origin !== undefined &&
      origin !== canonicalOrigin(host, publicOrigin) &&
      // A page that is still on another loopback name, before it has followed the redirect.
      origin.toLowerCase() !== `http://${String(host).toLowerCase()}`
    ) {
      throw new Problem(
        403,
        "foreign-origin",
        "Pages of another origin may not use this server. For its volumes, cors.origins in the configuration can name some that may.",
      );
    }
    next();
  };
}

function answerPreflight(request: Request, response: Response): boolean {
  if (
    request.method !== "OPTIONS" ||
    request.headers["access-control-request-method"] === undefined
  ) {
    return false;
  }
  response
    .status(204)
    .set({
      "Access-Control-Allow-Methods": "GET, HEAD",
      "Access-Control-Allow-Headers": allowedHeaders,
      "Access-Control-Max-Age": preflightSeconds,
    })
    .end();
  return true;
}

/**
 * Lets the pages of `origins` read: answers with their own origin and never with credentials. Requests of all others
 * go on to `otherwise`.
 * @param origins exact origins such as `https://viewer.example.org`
 */
export function allowOrigins(
  origins: readonly string[],
  otherwise: RequestHandler,
): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    // A cache must not give one origin's answer to another.
    if (origins.length > 0) response.vary("Origin");
    if (origin === undefined || !origins.includes(origin)) {
      void otherwise(request, response, next);
      return;
    }
    response.set({
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Expose-Headers": exposedHeaders,
    });
    if (!answerPreflight(request, response)) next();
  };
}
