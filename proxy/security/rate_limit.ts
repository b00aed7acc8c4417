import type { Request, RequestHandler } from "express";
import {
  ipKeyGenerator,
  MemoryStore,
  rateLimit,
  type Options,
} from "express-rate-limit";
import { hashOf } from "../identity/tokens.js";
import { Problem } from "../problems/problem.js";

const minute = 60_000;

/** Requests of one token or cookie count together, and those without any by the address that they come from. */
function whose(request: Request): string {
  const { authorization, cookie } = request.headers;
  const credential = authorization ?? cookie;
  return credential === undefined
    ? ofAddress(request)
    : // Not the credential itself: a store of counts is no place for it.
      hashOf(credential);
}

function ofAddress({ ip }: Request): string {
  return ipKeyGenerator(ip ?? "");
}

/** @param seconds until it is worth to try again */
function tooMany(detail: string, seconds: number): Problem {
  return new Problem(429, "too-many-requests", detail, {
    "Retry-After": String(seconds),
  });
}

/** Bounds how many requests are taken from one person in a minute. */
export function limitRequests(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: minute,
    limit: perMinute,
    standardHeaders: "draft-7",
    legacyHeaders: false,
    keyGenerator: whose,
    handler: (_request, response) => {
      const retry = Number(response.getHeader("Retry-After") ?? 60);
      throw tooMany(`More than ${perMinute} requests within a minute.`, retry);
    },
  });
}

/**
 * Bounds how often one address may present what is not good: whoever guesses does so from somewhere. A request counts when it has
 * failed, and not while it is under way: a stream of events stays so for hours, and a whole lab may be behind one address.
 */
export function limitFailures(perMinute: number): RequestHandler {
  const failures = new MemoryStore();
  failures.init({ windowMs: minute } as Options);
  return async (request, response, next) => {
    const address = ofAddress(request);
    const known = await failures.get(address);
    if (known !== undefined && known.totalHits >= perMinute) {
      throw tooMany(
        "Too many tokens that are not good from this address.",
        secondsUntil(known.resetTime),
      );
    }
    response.once("finish", () => {
      const isGuess = request.headers.authorization !== undefined;
      if (isGuess && response.statusCode === 401) {
        void failures.increment(address);
      }
    });
    next();
  };
}

function secondsUntil(time: Date | undefined): number {
  const left = (time?.getTime() ?? Date.now() + minute) - Date.now();
  return Math.max(1, Math.ceil(left / 1000));
}
