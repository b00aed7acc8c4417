import type { RequestHandler } from "express";
import { Problem } from "./problem.js";

/** Lets a request through where its method is among `methods`, and otherwise answers 405 and says which are. */
export function onlyMethods(...methods: string[]): RequestHandler {
  const allowed = methods.join(", ");
  return (request, _response, next) => {
    if (!methods.includes(request.method)) {
      throw new Problem(
        405,
        "method-not-allowed",
        `${request.method} is not possible here, only ${allowed}.`,
        { Allow: allowed },
      );
    }
    next();
  };
}
