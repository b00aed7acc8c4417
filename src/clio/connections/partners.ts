/** Who a cell is connected to: sums over what is merged. Plain functions. */
import type { Edge } from "../model/neuprint.js";
import { runSlices } from "../model/slices.js";

/** A cell on the other side, however many segments it was merged of. */
export interface Partner {
  /** The cell, by the id that the viewer gives it. */
  readonly cell: bigint;
  /** Its segments that are connected. */
  readonly bodies: readonly string[];
  /** Its type; all of them where what was merged is of several. */
  readonly type: string;
  readonly instance: string;
  readonly status: string;
  /** How many connections there are. */
  readonly weight: number;
  readonly regions: ReadonlyMap<string, number>;
  /** Whether it is the cell itself: what was merged onto it is connected to it, or it is to itself. */
  readonly isSelf: boolean;
}

interface Growing {
  readonly cell: bigint;
  readonly isSelf: boolean;
  readonly bodies: Set<string>;
  readonly types: Set<string>;
  readonly instances: Set<string>;
  readonly statuses: Set<string>;
  readonly regions: Map<string, number>;
  weight: number;
}

/**
 * Sums connections over cells. What a cell has with itself stands apart from what other cells that were asked about have with it. Of very
 * many it is done in slices, so that the page answers meanwhile.
 * @param cellOf the cell that a body is a part of
 */
export async function sumPartners(
  edges: readonly Edge[],
  cellOf: (body: bigint) => bigint,
): Promise<Partner[]> {
  const partners: Partner[] = [];
  await runSlices(summing(edges, cellOf, partners));
  return partners;
}

function* summing(
  edges: readonly Edge[],
  cellOf: (body: bigint) => bigint,
  into: Partner[],
): Generator<void> {
  const cells = new Map<string, bigint>();
  const cellOfText = (body: string) => {
    let cell = cells.get(body);
    if (cell === undefined) cells.set(body, (cell = cellOf(BigInt(body))));
    return cell;
  };
  const others = new Map<bigint, Growing>();
  const selves = new Map<bigint, Growing>();
  for (const edge of edges) {
    const cell = cellOfText(edge.body);
    const isSelf = cell === cellOfText(edge.of);
    const list = isSelf ? selves : others;
    let partner = list.get(cell);
    if (partner === undefined) {
      partner = {
        ...{ cell, isSelf, weight: 0, bodies: new Set(), types: new Set() },
        ...{ instances: new Set(), statuses: new Set(), regions: new Map() },
      };
      list.set(cell, partner);
    }
    add(partner, edge);
    yield;
  }
  for (const list of [others, selves]) {
    for (const partner of list.values()) {
      into.push({
        cell: partner.cell,
        isSelf: partner.isSelf,
        weight: partner.weight,
        regions: partner.regions,
        bodies: [...partner.bodies],
        type: allOf(partner.types),
        instance: allOf(partner.instances),
        status: allOf(partner.statuses),
      });
      yield;
    }
  }
}

function add(partner: Growing, edge: Edge): void {
  partner.weight += edge.weight;
  partner.bodies.add(edge.body);
  if (edge.type !== "") partner.types.add(edge.type);
  if (edge.instance !== "") partner.instances.add(edge.instance);
  if (edge.status !== "") partner.statuses.add(edge.status);
  for (const [name, weight] of edge.regions) {
    partner.regions.set(name, (partner.regions.get(name) ?? 0) + weight);
  }
}

function allOf(words: ReadonlySet<string>): string {
  return words.size === 0 ? "" : [...words].sort().join(" + ");
}

/** How many connections a partner has in a region, or in all where that is empty. */
export function weightIn(partner: Partner, region: string): number {
  return region === "" ? partner.weight : (partner.regions.get(region) ?? 0);
}

/** How many connections partners have together. */
export function totalOf(partners: readonly Partner[], region: string): number {
  return partners.reduce((sum, each) => sum + weightIn(each, region), 0);
}
