import * as v from "valibot";
import manifest from "../../package.json";
import { Problem } from "../problems/problem.js";
import { route, type Route } from "../routes/route.js";
import type { Lifecycle } from "./lifecycle.js";

/** `/healthz`: 200 while the server takes requests, 503 once it is shutting down. */
export function healthRoutes(lifecycle: Lifecycle): Route[] {
  return [
    route({
      method: "GET",
      path: "/healthz",
      summary: "Whether the server is well",
      access: "anyone",
      answer: v.object({
        status: v.literal("ok"),
        version: v.string(),
        /** Seconds since the start. */
        uptime: v.number(),
      }),
      handle() {
        if (lifecycle.isStopping) {
          throw new Problem(503, "stopping", "The server is shutting down.");
        }
        return Promise.resolve({
          status: "ok",
          version: manifest.version,
          uptime: Math.round(lifecycle.uptime * 1000) / 1000,
        });
      },
    }),
  ];
}
