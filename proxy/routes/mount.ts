import type { Express, Request, RequestHandler, Response } from "express";
import { stringify } from "lossless-json";
import * as v from "valibot";
import { describeIssues } from "../../src/clio/model/schema_issues.js";
import type { Identities } from "../identity/identities.js";
import {
  refuseOutOfScope,
  tokenScope,
  type Identity,
} from "../identity/identity.js";
import type { DatasetAccess, Permissions } from "../permissions/permissions.js";
import { isAdmin } from "../permissions/roles.js";
import { onlyMethods } from "../problems/methods.js";
import { badRequest, forbidden, unauthorized } from "../problems/problem.js";
import { refuseForeignUse } from "../security/foreign_use.js";
import { readBody } from "./body.js";
import { JsonText } from "./json_text.js";
import { ordinaryBody, pathNames, type Route } from "./route.js";

/** What lets requests through to the routes. */
export interface Gate {
  identities: Identities;
  permissions: Permissions;
  publicOrigin: string | undefined;
}

/** Puts every route of the table into the application, in the order of the table. */
export function mountRoutes(
  app: Express,
  routes: readonly Route[],
  gate: Gate,
): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const ofPath = routes.filter((route) => route.path === path);
    const pattern = path.replace(/\{(\w+)\}/g, ":$1");
    const methods = ofPath.map(({ method }) => method);
    for (const route of ofPath) {
      const { method } = route;
      const verb = method.toLowerCase() as Lowercase<typeof method>;
      app[verb](pattern, handler(route, gate));
    }
    const allowed = methods.includes("GET") ? ["HEAD", ...methods] : methods;
    app.all(pattern, onlyMethods(...allowed));
  }
}

function handler(route: Route, gate: Gate): RequestHandler {
  return async (request, response) => {
    // What is somebody's own must not be in a cache that others share, nor be shown after signing out.
    response.set("Cache-Control", "no-store");
    const identity = await gate.identities.identify(request, response);
    refuseForeignUse(request, identity, gate.publicOrigin);
    const params = readParams(route, request);
    refuseOutOfScope(
      identity,
      route.scope && tokenScope(route.scope, params.dataset),
    );
    await permit(route, identity, params, gate.permissions);
    const answer = await route.handle({
      identity,
      params,
      query: check(route.query, request.query, "bad-query"),
      body: await bodyOf(route, request, response),
      request,
      response,
    });
    if (response.headersSent || response.destroyed) return;
    const json =
      answer instanceof JsonText
        ? answer.text
        : // Numbers beyond 2^53 are `bigint` here and numbers on the wire.
          stringify(answer ?? null);
    response.type("application/json").send(json);
  };
}

function readParams(route: Route, request: Request): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of pathNames(route.path)) {
    const value = request.params[name];
    // What storage and logs cannot hold; no name of ours has it.
    if (typeof value !== "string" || /\p{Cc}/u.test(value)) {
      throw badRequest(`${name} is not a name.`, "bad-url");
    }
    params[name] = value;
  }
  return params;
}

/** @throws Problem 401 or 403 where the route is not for whoever asks */
async function permit(
  { access }: Route,
  { account }: Identity,
  params: Readonly<Record<string, string>>,
  permissions: Permissions,
): Promise<void> {
  if (access === "anyone") return;
  if (access.startsWith("dataset:")) {
    const wanted = access.slice("dataset:".length) as DatasetAccess;
    await permissions.requireInDataset(account, wanted, params.dataset);
    return;
  }
  if (account === undefined) throw unauthorized("Sign in to use this.");
  if (access === "admin" && !isAdmin(account)) {
    throw forbidden(`${account.user} is not an administrator.`);
  }
}

function check(
  schema: v.GenericSchema | undefined,
  input: unknown,
  code: string,
): unknown {
  if (schema === undefined) return undefined;
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw badRequest(describeIssues(result.issues).slice(0, 10).join("; "), code);
}

async function bodyOf(
  route: Route,
  request: Request,
  response: Response,
): Promise<unknown> {
  if (route.body === undefined) return undefined;
  const { bodyLimit = ordinaryBody, bigNumbers = false } = route;
  const json = await readBody(request, response, bodyLimit, bigNumbers);
  return check(route.body, json, "bad-body");
}
