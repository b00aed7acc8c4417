import type { Request, RequestHandler } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
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

function refuse(detail: string): RequestHandler {
  return (_request, response) => {
    const retry = response.getHeader("Retry-After");
    throw new Problem(429, "too-many-requests", detail, {
      "Retry-After": String(retry ?? 60),
    });
  };
}

/** Bounds how many requests are taken from one person in a minute. */
export function limitRequests(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: minute,
    limit: perMinute,
    standardHeaders: "draft-7",
    legacyHeaders: false,
    keyGenerator: whose,
    handler: refuse(`More than ${perMinute} requests within a minute.`),
  });
}

/** Bounds how often one address may present what is not good: whoever guesses does so from somewhere. */
export function limitFailures(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: minute,
    limit: perMinute,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: ofAddress,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (request, response) =>
      response.statusCode !== 401 ||
      request.headers.authorization === undefined,
    handler: refuse("Too many tokens that are not good from this address."),
  });
}
