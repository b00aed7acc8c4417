import express, {
  Router,
  type ErrorRequestHandler,
  type Request,
  type Response,
} from "express";
import * as v from "valibot";
import { describeIssues } from "../../../src/clio/model/schema_issues.js";
import { onlyMethods } from "../../problems/methods.js";
import { Problem } from "../../problems/problem.js";
import type { Asker } from "../search/segment_set.js";
import {
  AtQuerySchema,
  BatchSchema,
  LikeQuerySchema,
  SearchSchema,
} from "./requests.js";
import type { SearchService } from "./search_service.js";

const largestBody = 1024 * 1024;

/** The user of a server without sign-in. */
const localUser = "local";

/** What was asked, as the schema has it. @throws Problem 400 naming each key that is wrong */
function parse<T extends v.GenericSchema>(
  schema: T,
  input: unknown,
  code: string,
): v.InferOutput<T> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const problems = describeIssues(result.issues).slice(0, 10);
  throw new Problem(400, code, problems.join("; "));
}

/** Who asks; the search ends when the client goes away. */
function askerOf(response: Response): Asker {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  return { user: localUser, signal: gone.signal };
}

const datasetOf = (request: Request<{ dataset: string }>) =>
  request.params.dataset;

/** What the reader of bodies says, in our own form. */
const bodyProblem: ErrorRequestHandler = (
  error: { status?: number },
  _request,
  _response,
  next,
) => {
  switch (error.status) {
    case 413:
      next(
        new Problem(
          413,
          "body-too-large",
          `The body is larger than ${largestBody} bytes, which is the most here.`,
        ),
      );
      return;
    case 400:
      next(new Problem(400, "not-json", "The body is not JSON."));
      return;
    default:
      next(error);
  }
};

/**
 * `/v2/signatures/…`: the original's `atlocation` and `likelocation`, and our own `info`, `search` and `batch`, each with the
 * dataset behind it.
 */
export function signatureRoutes(service: SearchService): Router {
  const router = Router();
  router.use("/v2/signatures", (_request, response, next) => {
    // The index may be replaced at any moment.
    response.set("Cache-Control", "no-store");
    next();
  });
  const reading = ["info", "atlocation", "likelocation"];
  for (const name of reading) {
    router.use(`/v2/signatures/${name}`, onlyMethods("GET", "HEAD"));
  }
  for (const name of ["search", "batch"]) {
    router.use(
      `/v2/signatures/${name}`,
      onlyMethods("POST"),
      express.json({ limit: largestBody, type: () => true }),
      bodyProblem,
    );
  }
  router.get("/v2/signatures/info/:dataset", async (request, response) => {
    const asker = askerOf(response);
    response.json(await service.info(datasetOf(request), asker));
  });
  router.get(
    "/v2/signatures/atlocation/:dataset",
    async (request, response) => {
      const query = parse(AtQuerySchema, request.query, "bad-query");
      const asker = askerOf(response);
      response.json(await service.at(datasetOf(request), query, asker));
    },
  );
  router.get(
    "/v2/signatures/likelocation/:dataset",
    async (request, response) => {
      const query = parse(LikeQuerySchema, request.query, "bad-query");
      const asker = askerOf(response);
      response.json(await service.like(datasetOf(request), query, asker));
    },
  );
  router.post("/v2/signatures/search/:dataset", async (request, response) => {
    const body = parse(SearchSchema, request.body, "bad-body");
    const asker = askerOf(response);
    response.json(await service.search(datasetOf(request), body, asker));
  });
  router.post("/v2/signatures/batch/:dataset", async (request, response) => {
    const body = parse(BatchSchema, request.body, "bad-body");
    const asker = askerOf(response);
    response.json(await service.batch(datasetOf(request), body, asker));
  });
  return router;
}
