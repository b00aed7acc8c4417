import type { Request } from "express";
import { isAmbient, type Identity } from "../identity/identity.js";
import { Problem } from "../problems/problem.js";
import { canonicalOrigin } from "./hosts.js";

const safeMethods = ["GET", "HEAD"];

/**
 * Refuses what another site's page has a browser do in the name of whoever sits before it (CSRF, and reading by embedding). Whoever
 * presents a token is exempt, as no browser does that by itself.
 *
 * Foreign origins are refused before (see origins.ts). Here it is about requests that name no origin: a write with a cookie must name
 * one, or say by `Sec-Fetch-Site` that it comes from our own page; and no other page may load what is private as if it were an image.
 */
export function refuseForeignUse(
  request: Request,
  identity: Identity,
  publicOrigin: string | undefined,
): void {
  if (!isAmbient(identity)) return;
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const isSafe = safeMethods.includes(request.method);
  const isOpened = isSafe && request.headers["sec-fetch-mode"] === "navigate";
  const isOurs =
    site === undefined
      ? // Only browsers have cookies, and those that matter name an origin when they write. A program on this machine need not.
        isSafe || identity.by === "local" || origin !== undefined
      : site === "same-origin" || site === "none" || isOpened;
  const isNamed =
    origin === undefined ||
    origin === canonicalOrigin(host, publicOrigin) ||
    origin.toLowerCase() === `http://${String(host).toLowerCase()}`;
  if (isOurs && isNamed) return;
  throw new Problem(
    403,
    "foreign-origin",
    "Pages of another origin may not act in the name of whoever is signed in here. A program uses a token instead.",
  );
}
