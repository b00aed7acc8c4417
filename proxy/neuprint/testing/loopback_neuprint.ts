/** A neuPrint server on loopback: its `custom` interface, over a connectome in memory. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { stringify } from "lossless-json";
import { LoopbackServer } from "../../testing/loopback_server.js";
import type { Graph } from "./graph.js";
import { readStatement, StatementError } from "./statement.js";

/** The token that it lets in, and what must be in no answer and no log. */
export const goodToken = "a-neuprint-token.that-nobody.else-sees";

/** A question as it arrived. */
export interface AskedStatement {
  readonly cypher: string;
  readonly dataset: string;
  readonly token: string;
}

/** A running server. */
export class LoopbackNeuprint extends LoopbackServer {
  readonly asked: AskedStatement[] = [];
  /** Further tokens that it lets in. */
  readonly tokens = new Set([goodToken]);
  /** What it says of its datasets, as JSON; else their names alone. */
  datasets: string | undefined;
  /** What it answers to a question instead, where that is set. */
  fault: ((response: ServerResponse) => void) | undefined;

  private constructor(
    server: Server,
    private readonly graphs: ReadonlyMap<string, Graph>,
  ) {
    super(server);
  }

  /** @param graphs by the names of the datasets */
  static async start(
    graphs: ReadonlyMap<string, Graph>,
  ): Promise<LoopbackNeuprint> {
    const server = await LoopbackServer.listening();
    const neuprint = new LoopbackNeuprint(server, graphs);
    server.on("request", (request, response) => {
      void neuprint.answer(request, response);
    });
    return neuprint;
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    let body = "";
    request.setEncoding("utf8");
    for await (const part of request) body += part;
    const [, token = ""] =
      /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
    if (request.url === "/api/dbmeta/datasets" && this.tokens.has(token)) {
      const names = [...this.graphs.keys()].map((name) => [name, {}]);
      response.end(this.datasets ?? stringify(Object.fromEntries(names)));
      return;
    }
    if (request.url !== "/api/custom/custom" || request.method !== "POST") {
      send(response, 404, { message: "Not Found" });
      return;
    }
    const { cypher, dataset } = JSON.parse(body) as AskedStatement;
    this.asked.push({ cypher, dataset, token });
    if (this.fault !== undefined) {
      this.fault(response);
      return;
    }
    if (!this.tokens.has(token)) {
      send(response, 401, { message: "invalid or expired jwt" });
      return;
    }
    const graph = this.graphs.get(dataset);
    if (graph === undefined) {
      send(response, 404, { error: "dataset not found" });
      return;
    }
    try {
      const statement = readStatement(cypher);
      const columns = statement.columns.map(({ name }) => name);
      const data = graph.run(statement);
      send(response, 200, { columns, data, debug: cypher });
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      send(response, 400, { error: error.message });
    }
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { "Content-Type": "application/json; charset=UTF-8" })
    .end(stringify(body));
}
