/**
 * A DVID server on loopback: an instance of the type neuronjson in memory, by the addresses and in the manner of the help of that type
 * (https://github.com/janelia-flyem/dvid). It notes who and when by itself, and keeps a null as one.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BodyFields } from "../../../src/clio/model/body.js";
import {
  parseLossless,
  stringifyLossless,
} from "../../../src/clio/model/lossless.js";
import { LoopbackServer } from "../../testing/loopback_server.js";
import { isFoundPlainly } from "./plain_query.js";

/** The token that it lets in, and what must be in no answer and no log. */
export const dvidToken = "a-dvid-token.that-nobody.else-sees";

export const instance = "segmentation_annotations";

type Json = Record<string, unknown>;

/** A running server. */
export class LoopbackDvid extends LoopbackServer {
  /** The bodies of each version, by its uuid. */
  readonly nodes = new Map<string, Map<bigint, Json>>();
  /** The requests that arrived, as method, address and body. */
  readonly asked: string[] = [];
  /** What it answers instead, where that is set. */
  fault: ((response: ServerResponse) => void) | undefined;

  static async start(uuids: readonly string[]): Promise<LoopbackDvid> {
    const server = await LoopbackServer.listening();
    const dvid = new LoopbackDvid(server);
    for (const uuid of uuids) dvid.nodes.set(uuid, new Map());
    server.on("request", (request, response) => {
      void dvid.answer(request, response);
    });
    return dvid;
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    let text = "";
    request.setEncoding("utf8");
    for await (const part of request) text += part;
    const { method = "", url = "", headers } = request;
    this.asked.push(`${method} ${url} ${text}`);
    if (this.fault !== undefined) {
      this.fault(response);
      return;
    }
    if (headers.authorization !== `Bearer ${dvidToken}`) {
      response.writeHead(401).end("no");
      return;
    }
    const { pathname, searchParams } = new URL(url, this.origin);
    const [, , , uuid, name, what, key] = pathname.split("/");
    const node = this.nodes.get(uuid);
    if (node === undefined || name !== instance) {
      response.writeHead(400).end("no such version");
      return;
    }
    const body = text === "" ? undefined : parseLossless(text);
    const answer = run(node, `${method} ${what}`, key, body, searchParams);
    response
      .writeHead(200, { "Content-Type": "application/json" })
      .end(answer === undefined ? "" : stringifyLossless(answer));
  }
}

function run(
  node: Map<bigint, Json>,
  what: string,
  key: string,
  body: unknown,
  parameters: URLSearchParams,
): unknown {
  switch (what) {
    case "GET all":
      return [...node.values()];
    case "GET fields":
      return [...new Set([...node.values()].flatMap((r) => Object.keys(r)))];
    case "GET keyvalues":
      return Object.fromEntries(
        (body as (number | bigint)[])
          .filter((id) => node.has(BigInt(id)))
          .map((id) => [String(id), node.get(BigInt(id))]),
      );
    case "GET query":
      return [...node]
        .filter(([id, record]) => {
          const isThere = ([, value]: [string, unknown]) => value !== null;
          const fields = Object.fromEntries(
            Object.entries(record).filter(isThere),
          );
          return isFoundPlainly(body as Json, id, fields as BodyFields);
        })
        .map(([, record]) => record);
    case "POST key":
      update(node, BigInt(key), body as Json, parameters.get("u") ?? "");
      return undefined;
    case "DELETE key":
      node.delete(BigInt(key));
      return undefined;
    default:
      throw new Error(`DVID has no ${what}`);
  }
}

function update(
  node: Map<bigint, Json>,
  id: bigint,
  written: Json,
  user: string,
): void {
  const before = node.get(id) ?? {};
  const after = { ...before, ...written };
  for (const name of Object.keys(written)) {
    if (name === "bodyid" || /_(user|time)$/.test(name)) continue;
    if (stringifyLossless(before[name]) === stringifyLossless(written[name]))
      continue;
    after[`${name}_user`] = written[`${name}_user`] ?? user;
    after[`${name}_time`] = written[`${name}_time`] ?? new Date().toISOString();
  }
  node.set(id, after);
}
