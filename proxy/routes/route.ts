import type { Request, Response } from "express";
import type * as v from "valibot";
import type { Identity, TokenPurpose } from "../identity/identity.js";
import type { DatasetAccess } from "../permissions/permissions.js";

/** Who may ask: anybody, somebody who is signed in, an administrator, or who may do that in the dataset that the path names. */
export type Access = "anyone" | "person" | "admin" | `dataset:${DatasetAccess}`;

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A request that was let through: all of it is what the route's schemas say. */
export interface Call<Query, Body> {
  identity: Identity;
  /** The parts of the path that the route names in braces, decoded. */
  params: Readonly<Record<string, string>>;
  query: Query;
  body: Body;
  /** For what HTTP has beside that. */
  request: Request;
  response: Response;
}

/** Sizes of request bodies, in bytes: an ordinary one, and one that may bring many records at once. */
export const ordinaryBody = 1024 * 1024;
export const bulkBody = 32 * 1024 * 1024;

interface RouteSpec<
  Query extends v.GenericSchema,
  Body extends v.GenericSchema,
> {
  method: Method;
  /** With what varies in braces: `/v2/kv/{scope}/{key}`. Every path is also served with a slash at its end. */
  path: string;
  /** One line for the API's description. */
  summary: string;
  /** What one line does not say. */
  description?: string;
  access: Access;
  /** A token that is for this purpose alone, in the dataset that the path names, may be used too; no such token, where it is not said. */
  scope?: TokenPurpose;
  /** The parameters. Others are ignored: scripts add some of their own. */
  query?: Query;
  body?: Body;
  /** The same for the API's description, where `body` chooses by what was sent and cannot be described. */
  bodyForms?: v.GenericSchema;
  /** The most bytes that the body may have; `ordinaryBody` where it is not said. */
  bodyLimit?: number;
  /** Whether numbers beyond 2^53 may be in the body: they then arrive as `bigint`. */
  bigNumbers?: boolean;
  /** What a good answer holds; absent where it is not JSON. */
  answer?: v.GenericSchema;
  /** What a good answer is, where it is not JSON. */
  answerType?: string;
  /** The answer's JSON, its text as `JsonText` too, or undefined where the route has answered by itself. */
  handle(
    call: Call<v.InferOutput<Query>, v.InferOutput<Body>>,
  ): Promise<unknown>;
}

/** An entry of the route table: all that checks, permits, answers and describes one kind of request. */
export type Route = RouteSpec<v.GenericSchema, v.GenericSchema>;

type NoQuery = v.GenericSchema<Record<string, never>>;
type NoBody = v.GenericSchema<undefined>;

/** Writes an entry of the route table, its handler typed by its schemas. */
export function route<
  Query extends v.GenericSchema = NoQuery,
  Body extends v.GenericSchema = NoBody,
>(spec: RouteSpec<Query, Body>): Route {
  return spec;
}

/** The names in braces in a route's path. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
}
