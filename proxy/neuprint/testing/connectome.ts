/** A small connectome as neuPrint keeps one. Source: the data model in https://github.com/connectome-neuprint/neuPrint */
import { Graph, type GraphNode } from "./graph.js";
import type { Value } from "./statement.js";

export type Voxel = readonly [number, number, number];

/** One cell. */
export interface WiredCell {
  readonly id: bigint;
  readonly type?: string;
  readonly instance?: string;
  readonly status?: string;
  /** In voxels. */
  readonly size?: number;
}

/** One connection between two cells. */
export interface Wire {
  readonly from: bigint;
  readonly to: bigint;
  readonly pre: Voxel;
  readonly post: Voxel;
  /** All regions that the receiving place lies in. */
  readonly regions: readonly string[];
}

interface Between {
  weight: number;
  readonly regions: Map<string, { pre: number; post: number }>;
  readonly wires: Wire[];
}

const whole = (value: number): Value => BigInt(value);

/**
 * The graph of a connectome: each cell with its counts, each pair of cells with its weight and its regions, and every synapse.
 * @param primary the regions that do not overlap
 */
export function connectomeGraph(
  cells: readonly WiredCell[],
  wires: readonly Wire[],
  primary: readonly string[],
): Graph {
  const graph = new Graph();
  graph.add(["Meta"], { primaryRois: primary });
  const upstream = countBy(wires, ({ to }) => to);
  const downstream = countBy(wires, ({ from }) => from);
  const sites = new Map<bigint, Set<string>>();
  for (const { from, pre } of wires) {
    if (!sites.has(from)) sites.set(from, new Set());
    sites.get(from)!.add(pre.join());
  }
  const nodes = new Map<bigint, GraphNode>();
  for (const { id, type, instance, status, size } of cells) {
    // Fragments that nobody has proofread are segments and no neurons.
    const labels = status === undefined ? ["Segment"] : ["Segment", "Neuron"];
    const node = graph.add(labels, {
      bodyId: id,
      type: type ?? null,
      instance: instance ?? null,
      status: status ?? null,
      size: size === undefined ? null : whole(size),
      pre: whole(sites.get(id)?.size ?? 0),
      post: whole(upstream.get(id) ?? 0),
      upstream: whole(upstream.get(id) ?? 0),
      downstream: whole(downstream.get(id) ?? 0),
    });
    nodes.set(id, node);
  }
  for (const [pair, between] of pairsOf(wires)) {
    const [from, to] = pair.split(" ").map((id) => nodes.get(BigInt(id))!);
    graph.connect(from, "ConnectsTo", to, {
      weight: whole(between.weight),
      roiInfo: JSON.stringify(Object.fromEntries(between.regions)),
    });
    addSynapses(graph, from, to, between.wires);
  }
  return graph;
}

function addSynapses(
  graph: Graph,
  from: GraphNode,
  to: GraphNode,
  wires: readonly Wire[],
): void {
  const sending = graph.add(["SynapseSet"], {});
  const receiving = graph.add(["SynapseSet"], {});
  graph.connect(from, "Contains", sending);
  graph.connect(to, "Contains", receiving);
  graph.connect(sending, "ConnectsTo", receiving);
  /** One place sends to several. */
  const sent = new Map<string, GraphNode>();
  for (const { pre, post, regions } of wires) {
    let node = sent.get(pre.join());
    if (node === undefined) {
      node = graph.add(["Synapse"], { type: "pre", location: placeOf(pre) });
      sent.set(pre.join(), node);
      graph.connect(sending, "Contains", node);
    }
    const inside = Object.fromEntries(regions.map((name) => [name, true]));
    const received = graph.add(["Synapse"], {
      ...inside,
      type: "post",
      location: placeOf(post),
    });
    graph.connect(receiving, "Contains", received);
    graph.connect(node, "SynapsesTo", received);
  }
}

function placeOf([x, y, z]: Voxel) {
  return { x: whole(x), y: whole(y), z: whole(z) };
}

function pairsOf(wires: readonly Wire[]): Map<string, Between> {
  const pairs = new Map<string, Between>();
  for (const wire of wires) {
    const pair = `${wire.from} ${wire.to}`;
    let between = pairs.get(pair);
    if (between === undefined) {
      between = { weight: 0, regions: new Map(), wires: [] };
      pairs.set(pair, between);
    }
    between.weight += 1;
    between.wires.push(wire);
    for (const name of wire.regions) {
      const counts = between.regions.get(name) ?? { pre: 0, post: 0 };
      counts.pre += 1;
      counts.post += 1;
      between.regions.set(name, counts);
    }
  }
  return pairs;
}

function countBy(
  wires: readonly Wire[],
  key: (wire: Wire) => bigint,
): Map<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const wire of wires) {
    counts.set(key(wire), (counts.get(key(wire)) ?? 0) + 1);
  }
  return counts;
}
