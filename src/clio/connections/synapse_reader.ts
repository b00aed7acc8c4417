import { type Edge, MOST_BODIES, type Synapse } from "../model/neuprint.js";
import { problemOf } from "./connections_problem.js";
import type { NeuprintClient } from "./neuprint_client.js";
import { sumPartners } from "./partners.js";
import type { FoundSynapses, MergedCells } from "./synapse_source.js";
import type { SynapseSet } from "./synapse_set.js";

/** More are not drawn: they would hide each other, and be felt when the view moves. */
const MOST_SYNAPSES = 10_000;

/** What the places are asked with. */
interface Asked {
  readonly client: Pick<NeuprintClient, "connections" | "synapses">;
  /** The cells of a dataset, which need not be the one that is open. */
  cellsOf(dataset: string, signal: AbortSignal): Promise<MergedCells>;
}

/** Asks for the synapses that a layer is to show, of cells as they are merged at the time. */
export class SynapseReader {
  constructor(private readonly asked: Asked) {}

  /**
   * Where the synapses are.
   * @throws ConnectionsProblem, and the signal's reason
   */
  async read(set: SynapseSet, signal: AbortSignal): Promise<FoundSynapses> {
    const { client } = this.asked;
    const { dataset, side } = set;
    const cells = await this.asked.cellsOf(dataset, signal);
    let { merged } = cells;
    const ids = segmentsOf(set.cells, cells);
    if (ids.length > MOST_BODIES) throw problemOf("too-many-bodies");
    const connected = await this.connected(set, ids, signal);
    const partners = await partnersOf(set, cells, connected.edges);
    let { complete } = connected;
    const found: Synapse[] = [];
    let at = 0;
    while (at < partners.length && found.length < MOST_SYNAPSES) {
      const batch = partners.slice(at, at + MOST_BODIES);
      const request = { ids, partners: batch, side };
      const answer = await client.synapses(dataset, request, signal);
      for (const synapse of answer.synapses) found.push(synapse);
      complete &&= answer.complete;
      at += MOST_BODIES;
    }
    complete &&= at >= partners.length && found.length <= MOST_SYNAPSES;
    // Which partners have enough of them goes by sums over what is merged. All of them are all, whatever is merged.
    const edges = set.least > 1 ? connected.edges : [];
    const areAll = set.least === 1 && set.partner === undefined;
    return {
      ...{ synapses: found.slice(0, MOST_SYNAPSES), complete, cells },
      isStale: async () => {
        if (cells.merged === merged) return false;
        ({ merged } = cells);
        if (!areSame(ids, segmentsOf(set.cells, cells))) return true;
        if (areAll) return false;
        return !areSame(partners, await partnersOf(set, cells, edges));
      },
    };
  }

  /** With whom bodies are connected, where that says who is meant. */
  private connected(
    { dataset, side, partner, least }: SynapseSet,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<{ edges: readonly Edge[]; complete: boolean }> {
    return partner !== undefined && least === 1
      ? Promise.resolve({ edges: [], complete: true })
      : this.asked.client.connections(dataset, ids, side, signal);
  }
}

/** The bodies on the other side, as cells are merged by now. */
async function partnersOf(
  { partner, least }: SynapseSet,
  cells: MergedCells,
  edges: readonly Edge[],
): Promise<string[]> {
  if (partner !== undefined && least === 1) return segmentsOf([partner], cells);
  const summed = await sumPartners(edges, (body) => cells.cellOf(body));
  const partners = summed
    .filter(({ weight }) => weight >= least)
    .filter(
      ({ cell }) => partner === undefined || cell === cells.cellOf(partner),
    )
    .flatMap(({ bodies }) => bodies);
  return [...new Set(partners)];
}

/** The bodies that cells are merged of. A link names a cell by the id that it had for whoever made the link. */
function segmentsOf(named: readonly bigint[], cells: MergedCells): string[] {
  const own = new Set(named.map((cell) => cells.cellOf(cell)));
  return [...own].flatMap((cell) => cells.segmentsOf(cell)).map(String);
}

/** Whether two lists are of the same bodies, in whatever order. */
function areSame(a: readonly string[], b: readonly string[]): boolean {
  const known = new Set(a);
  return known.size === new Set(b).size && b.every((id) => known.has(id));
}
