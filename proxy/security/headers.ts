import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * The headers that every answer carries, scripts included: a worker is bound by the policy on its own script and not by
 * its page's.
 * @param publicOrigin set where a TLS proxy stands in front, so that browsers may be told to stay with https
 */
export function securityHeaders(
  publicOrigin: string | undefined,
): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "script-src-attr": ["'none'"],
        "worker-src": ["'self'"],
        // The viewer styles its elements through script alone, which needs no permission.
        "style-src": ["'self'"],
        // Links name their own data, wherever it is.
        "connect-src": ["*", "data:", "blob:"],
        "img-src": ["*", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
      },
    },
    // Data servers sign people in through a popup that reports back to its opener.
    crossOriginOpenerPolicy: { policy: "same-origin-allow-popups" },
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
    // On plain loopback http it would lock the browser out of this and every other server on 127.0.0.1.
    strictTransportSecurity: publicOrigin !== undefined,
  });
}
