/**
 * Which names the server answers to.
 *
 * A browser keeps data by origin, so a person who opens `localhost` today and `127.0.0.1` tomorrow would find the
 * annotations gone. There is one canonical origin and the other names of the same machine lead to it. Every name that
 * is not this machine's is refused: a foreign site can point its own name at 127.0.0.1 (DNS rebinding), and only the
 * Host header tells.
 */
import type { RequestHandler } from "express";
import { Problem } from "../problems/problem.js";

/** What `Host` may be: a name or an IPv4 address or a bracketed IPv6 address, and a port. */
const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i;
const loopbackIpv4 = /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/** Whether a host name, as it stands in an address, is this machine's own. Names below `localhost` are not. */
export function isLoopbackName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === "localhost" || lower === "[::1]" || loopbackIpv4.test(lower);
}

function misdirected(detail: string): Problem {
  return new Problem(421, "foreign-host", detail);
}

/** Whether a `Host` header is that of an origin. The scheme is not compared: behind a TLS proxy it is unknown here. */
function isHostOf(origin: string, host: string): boolean {
  const { protocol, host: expected } = new URL(origin);
  const standardPort = protocol === "https:" ? ":443" : ":80";
  const lower = host.toLowerCase();
  return lower === expected || lower === expected + standardPort;
}

/**
 * The origin that a request's `Host` leads to: the public origin where there is one, or else `127.0.0.1` with the port
 * that the client used, which is another than the server's own where a person tunnels.
 * @param host the `Host` header
 * @param publicOrigin the configured origin behind a TLS proxy
 * @throws Problem 421 where `host` is missing or not a name of this server
 */
export function canonicalOrigin(
  host: string | undefined,
  publicOrigin: string | undefined,
): string {
  if (host === undefined) {
    throw misdirected("The request names no host.");
  }
  if (publicOrigin !== undefined && isHostOf(publicOrigin, host)) {
    return publicOrigin;
  }
  const [, name, port] = hostPattern.exec(host) ?? [];
  if (name === undefined || !isLoopbackName(name) || Number(port) > 65535) {
    throw misdirected(
      "The request's Host is not a name of this server. Open it by the link that it printed at its start.",
    );
  }
  if (publicOrigin !== undefined) return publicOrigin;
  // The address as a browser writes it: without the port where it is the scheme's own.
  return new URL(`http://127.0.0.1:${port ?? "80"}`).origin;
}

/** Refuses a request whose target is not a path or whose `Host` is foreign. */
export function refuseForeignHosts(
  publicOrigin: string | undefined,
): RequestHandler {
  return (request, _response, next) => {
    // An absolute target would name a second host beside the one that is checked.
    if (!request.originalUrl.startsWith("/")) {
      throw new Problem(
        400,
        "bad-url",
        "The target of the request is not a path.",
      );
    }
    canonicalOrigin(request.headers.host, publicOrigin);
    next();
  };
}

/** Leads reading requests to the canonical origin, path and query kept; others are refused, as they may carry data. */
export function redirectToCanonical(
  publicOrigin: string | undefined,
): RequestHandler {
  return (request, response, next) => {
    const host = request.headers.host;
    const origin = canonicalOrigin(host, publicOrigin);
    if (host !== undefined && isHostOf(origin, host)) {
      next();
    } else if (request.method === "GET" || request.method === "HEAD") {
      response
        .status(308)
        .set("Location", origin + request.originalUrl)
        .end();
    } else {
      throw misdirected(`This server's own address is ${origin}.`);
    }
  };
}
