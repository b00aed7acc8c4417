import type { RequestHandler } from "express";
import type { LevelWithSilent, Logger } from "pino";

/** Looking around reads thousands of chunks a minute, many of them absent by intent: they are detail, not events. */
function levelOf(path: string, status: number): LevelWithSilent {
  if (status >= 500) return "error";
  const ordinary = status < 400 || status === 404;
  return path.startsWith("/volumes/") && ordinary ? "debug" : "info";
}

/** Logs one line for each request when its answer is out: method, path without the query, status, milliseconds. */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    response.once("close", () => {
      const [path] = request.originalUrl.split("?", 1);
      const { statusCode: status } = response;
      log[levelOf(path, status)](
        {
          method: request.method,
          path,
          status,
          ms: Math.round((performance.now() - start) * 10) / 10,
          ...(response.writableFinished ? {} : { aborted: true }),
        },
        "request",
      );
    });
    next();
  };
}
