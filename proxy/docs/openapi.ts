/** The API's description, made of the very schemas that check its requests. */
import { toJsonSchema, type JsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import manifest from "../../package.json";
import {
  ordinaryBody,
  pathNames,
  type Access,
  type Route,
} from "../routes/route.js";

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: object;
  responses: Record<string, object>;
}

interface Parameter {
  name: string;
  in: "path" | "query";
  required: boolean;
  description?: string;
  schema: object;
}

/** An OpenAPI document, as far as we look into it ourselves. */
export interface OpenApi {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}

const problem = {
  type: "object",
  description: "RFC 9457; `code` is stable and meant for programs.",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
  },
};

const whoMay: Readonly<Record<Access, string>> = {
  anyone: "Open to anybody.",
  person: "For whoever is signed in.",
  admin: "For administrators.",
  "dataset:read":
    "Takes the role clio_read in the dataset; a public one is open to anybody.",
  "dataset:own":
    "Takes the role clio_general in the dataset; in a public one it is open to whoever is signed in.",
  "dataset:others": "Takes the role clio_write in the dataset.",
  "dataset:administer": "Takes the role dataset_admin in the dataset.",
};

function jsonSchema(
  schema: v.GenericSchema,
  typeMode: "input" | "output",
): JsonSchema {
  const { $schema, ...rest } = toJsonSchema(schema, {
    typeMode,
    target: "draft-2020-12",
    // What JSON Schema has no word for, such as "a finite number", is left to the message of the one who checks it.
    errorMode: "ignore",
  });
  void $schema;
  return rest;
}

function parametersOf(route: Route): Parameter[] {
  const inPath = pathNames(route.path).map((name): Parameter => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  if (route.query === undefined) return inPath;
  const { properties = {}, required = [] } = jsonSchema(route.query, "input");
  const inQuery = Object.entries(properties).map(
    ([name, schema]): Parameter => ({
      name,
      in: "query",
      required: required.includes(name),
      schema: schema as object,
    }),
  );
  return [...inPath, ...inQuery];
}

function refusal(description: string) {
  return {
    description,
    content: {
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Problem" },
      },
    },
  };
}

function responsesOf(route: Route): Record<string, object> {
  const { answer, answerType, access } = route;
  return {
    ...(answerType === "a redirect"
      ? { "303": { description: "Leads on." } }
      : {
          "200": {
            description: "Done.",
            content: {
              [answerType ?? "application/json"]: {
                schema:
                  answer === undefined ? {} : jsonSchema(answer, "output"),
              },
            },
          },
        }),
    "400": refusal("The request is wrong; the detail names the field."),
    ...(access === "anyone"
      ? {}
      : {
          "401": refusal("Nobody is signed in, or the token is not good."),
          "403": refusal("Whoever is signed in may not."),
        }),
    ...(pathNames(route.path).length === 0
      ? {}
      : { "404": refusal("There is no such thing.") }),
    "429": refusal("Too many requests; Retry-After says when to go on."),
  };
}

function operationOf(route: Route): Operation {
  const { method, path, summary, description, access } = route;
  const body = route.bodyForms ?? route.body;
  const limit = route.bodyLimit ?? ordinaryBody;
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, "_").replace(/_$/, "")}`,
    summary,
    description: [description, whoMay[access]].filter(Boolean).join(" "),
    tags: [tagOf(path)],
    security: access === "anyone" ? [{}] : [{ token: [] }, { session: [] }],
    parameters: parametersOf(route),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            description: `At most ${limit / 1024 / 1024} MiB.`,
            content: {
              "application/json": { schema: jsonSchema(body, "input") },
            },
          },
        }),
    responses: responsesOf(route),
  };
}

/** The name under which the routes of one concern stand together: the part of the path after `/v2` or `/api`. */
function tagOf(path: string): string {
  return /^\/(?:v2|api)\/([a-z-]+)/.exec(path)?.[1] ?? "server";
}

/** The document for a route table. */
export function openApiOf(routes: readonly Route[]): OpenApi {
  const paths: OpenApi["paths"] = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path][route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Clio",
      version: manifest.version,
      description:
        "Every path is also served with a slash at its end. Ids of up to 64 bits are numbers under /v2 and decimal texts elsewhere. Parameters that are not listed are ignored.",
    },
    servers: [{ url: "/" }],
    security: [],
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description:
            "A token made in the viewer's settings, or an ID token of the configured issuer.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "clio_session",
          description: "A browser that is signed in.",
        },
      },
    },
  };
}
