import {
  connectionsText,
  type NeuprintInfo,
  type Side,
} from "../../src/clio/model/neuprint.js";
import { Problem } from "../problems/problem.js";
import { JsonText } from "../routes/json_text.js";
import { refuseWrites } from "./foreign_statement.js";
import type { NeuprintClient, Table } from "./neuprint_client.js";
import type { NeuprintConfig } from "./neuprint_config.js";
import { cellsOf, edgesOf, primaryRegionsOf, synapsesOf } from "./rows.js";
import {
  cellsStatement,
  connectionsStatement,
  findStatement,
  isBodyId,
  regionsStatement,
  synapsesStatement,
} from "./statements.js";

/** The most cells that a search by name shows: whoever sees more goes on typing. */
const MOST_FOUND = 100;

/** Somebody's own token, where they have sent one. */
export type OwnToken = string | undefined;

/**
 * What neuPrint knows of one dataset. Each question is one of a few, whose texts are ours; what there is more than the configuration
 * wants is left out, and said. The answers are those of the routes, as text. All of them throw Problems of the client.
 */
export class NeuprintService {
  constructor(
    private readonly config: NeuprintConfig,
    private readonly client: NeuprintClient,
  ) {}

  get info(): NeuprintInfo {
    const { server, dataset, segmentation } = this.config;
    return {
      ...{ server, dataset, needsToken: this.client.needsToken },
      ...(segmentation !== undefined && { segmentation }),
    };
  }

  /** `{"primary": […]}` */
  async regions(token: OwnToken): Promise<JsonText> {
    return this.client.ask(regionsStatement, token, (table) => ({
      primary: primaryRegionsOf(table),
    }));
  }

  /** `{"cells": […]}` */
  async cells(ids: readonly string[], token: OwnToken): Promise<JsonText> {
    const bodies = ids.filter(isBodyId);
    if (bodies.length === 0) return JsonText.of({ cells: [] });
    return this.client.ask(cellsStatement(bodies), token, (table) => ({
      cells: cellsOf(table),
    }));
  }

  /** `{"cells": […], "complete": …}` */
  async find(text: string, token: OwnToken): Promise<JsonText> {
    const statement = findStatement(text, MOST_FOUND + 1);
    return this.client.ask(statement, token, (table) => {
      const cells = cellsOf(table);
      return {
        cells: cells.slice(0, MOST_FOUND),
        complete: cells.length <= MOST_FOUND,
      };
    });
  }

  /** `{"edges": […], "complete": …}`, an edge a line */
  async connections(
    ids: readonly string[],
    side: Side,
    token: OwnToken,
  ): Promise<JsonText> {
    const { rows } = this.config;
    const bodies = ids.filter(isBodyId);
    if (bodies.length === 0) {
      return new JsonText(connectionsText({ edges: [], complete: true }));
    }
    const statement = connectionsStatement(bodies, side, rows + 1);
    const answerOf = (table: Table) => {
      const edges = edgesOf(table);
      return { edges: edges.slice(0, rows), complete: edges.length <= rows };
    };
    return this.client.ask(statement, token, answerOf, connectionsText);
  }

  /** `{"synapses": […], "complete": …}` */
  async synapses(
    ids: readonly string[],
    partners: readonly string[],
    side: Side,
    token: OwnToken,
  ): Promise<JsonText> {
    const { rows } = this.config;
    const own = ids.filter(isBodyId);
    const others = partners.filter(isBodyId);
    if (own.length === 0 || others.length === 0) {
      return JsonText.of({ synapses: [], complete: true });
    }
    const statement = synapsesStatement(own, others, side, rows + 1);
    return this.client.ask(statement, token, (table) => {
      const synapses = synapsesOf(table);
      return {
        synapses: synapses.slice(0, rows),
        complete: synapses.length <= rows,
      };
    });
  }

  /**
   * What a statement of a script answers, where the configuration lets scripts write their own.
   * @throws Problem also where it could change or leave the dataset
   */
  async cypher(statement: string, token: OwnToken): Promise<JsonText> {
    const { cypher, rows } = this.config;
    if (!cypher) {
      throw new Problem(
        403,
        "neuprint-no-cypher",
        "Queries in neuPrint's own language are not let through here. Whoever runs this server can allow them for this dataset.",
      );
    }
    refuseWrites(statement);
    return this.client.askLossless(statement, token, ({ data }) => {
      if (data.length <= rows) return;
      throw new Problem(
        422,
        "neuprint-too-many-rows",
        `The query has ${data.length} rows, more than the ${rows} that are passed on. A LIMIT in it makes them fewer.`,
      );
    });
  }
}
