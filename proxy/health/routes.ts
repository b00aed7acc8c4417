import { Router } from "express";
import manifest from "../../package.json";
import { onlyMethods } from "../problems/methods.js";
import { Problem } from "../problems/problem.js";
import type { Lifecycle } from "./lifecycle.js";

/** `/healthz`: 200 while the server takes requests, 503 once it is shutting down. */
export function healthRoutes(lifecycle: Lifecycle): Router {
  const router = Router();
  router.use("/healthz", onlyMethods("GET", "HEAD"));
  router.get("/healthz", (_request, response) => {
    if (lifecycle.isStopping) {
      throw new Problem(503, "stopping", "The server is shutting down.");
    }
    response.set("Cache-Control", "no-store").json({
      status: "ok",
      version: manifest.version,
      uptime: Math.round(lifecycle.uptime * 1000) / 1000,
    });
  });
  return router;
}
