import { isNewerMerge, type MergeRecord } from "./merge.js";

/** What the sets keep of a decision. */
export type MergeEdge = Pick<
  MergeRecord,
  "id" | "act" | "created" | "onto" | "merged"
>;

interface Edge {
  readonly decision: MergeEdge;
  readonly onto: Segment;
  readonly merged: Segment;
}

/** A segment that is merged with another. */
interface Segment {
  readonly id: bigint;
  readonly edges: Edge[];
  set: MergedSet;
}

/** Segments that are one. */
interface MergedSet {
  readonly segments: Set<Segment>;
  /** The newest decision among them. Undefined only while a segment is taken in or let go, and is alone. */
  newest: Edge | undefined;
}

/**
 * Which segments are one: the connected parts of the graph whose edges are a person's decisions. They follow from the decisions that
 * there are, and from nothing else: not from the order in which they came. So devices that know the same decisions have the same sets
 * with the same mains, and what is decided twice, in a circle, or of a segment and itself does no harm.
 *
 * The main of a set, whose id and colour all of it has, is the segment that its newest decision merged onto.
 *
 * Two sets become one by moving the segments of the smaller: n decisions move O(n log n) segments in all. A decision that is taken back
 * is looked at from both its ends in turn (Even and Shiloach, "An On-Line Edge-Deletion Problem", JACM 28, 1981), until the smaller part
 * is known, or another way between the ends; no other set is touched.
 */
export class MergeSets {
  private readonly edges = new Map<string, Edge>();
  private readonly segments = new Map<bigint, Segment>();

  /** How many decisions there are. */
  get size(): number {
    return this.edges.size;
  }

  /** The main of the set that a segment is in: the segment itself where it is merged with none. */
  mainOf(id: bigint): bigint {
    return this.segments.get(id)?.set.newest?.onto.id ?? id;
  }

  /** The newest decision in the set that `id` is in; undefined where it is merged with none. */
  newestOf(id: bigint): MergeEdge | undefined {
    return this.segments.get(id)?.set.newest?.decision;
  }

  /** How many segments are one with `id`, itself included. */
  sizeOf(id: bigint): number {
    return this.segments.get(id)?.set.segments.size ?? 1;
  }

  /** The segments that are one with `id`, the main first; `id` alone where it is merged with none. */
  membersOf(id: bigint): bigint[] {
    const segment = this.segments.get(id);
    return segment === undefined ? [id] : mainFirst(segment.set);
  }

  /** All sets of two segments or more, the main of each first. */
  *sets(): Generator<bigint[]> {
    const seen = new Set<MergedSet>();
    for (const { set } of this.segments.values()) {
      if (seen.has(set)) continue;
      seen.add(set);
      yield mainFirst(set);
    }
  }

  /** The decisions of the newest act in the set that `id` is in, oldest first; none where it is merged with none. */
  outermostOf(id: bigint): MergeEdge[] {
    const set = this.segments.get(id)?.set;
    if (set?.newest === undefined) return [];
    const { act } = set.newest.decision;
    const found = new Set<MergeEdge>();
    for (const { decision } of edgesOf(set)) {
      if (decision.act === act) found.add(decision);
    }
    return [...found].sort((a, b) => (isNewerMerge(a, b) ? 1 : -1));
  }

  /**
   * Adds a decision; one of the same id is replaced. Of a segment and itself it says nothing, and is left out.
   * @returns segments in whose sets something may be another now, one of each such set at least
   */
  put(decision: MergeEdge): bigint[] {
    const touched = this.delete(decision.id);
    if (decision.onto === decision.merged) return touched;
    const onto = this.segment(BigInt(decision.onto));
    const merged = this.segment(BigInt(decision.merged));
    const edge = { decision, onto, merged };
    this.edges.set(decision.id, edge);
    onto.edges.push(edge);
    merged.edges.push(edge);
    const set = join(onto.set, merged.set);
    set.newest = newerOf(set.newest, edge);
    return [...touched, onto.id];
  }

  /**
   * Takes a decision back, wherever in a set it is.
   * @returns as `put`
   */
  delete(id: string): bigint[] {
    const edge = this.edges.get(id);
    if (edge === undefined) return [];
    this.edges.delete(id);
    const { onto, merged } = edge;
    const { set } = onto;
    for (const { edges } of [onto, merged]) {
      edges.splice(edges.indexOf(edge), 1);
    }
    const apart = smallerPart(onto, merged);
    if (apart !== undefined) {
      for (const segment of apart) set.segments.delete(segment);
      this.settle({ segments: apart, newest: undefined });
    }
    const { newest } = set;
    if (newest === edge || newest?.onto.set !== set) this.settle(set);
    return [onto.id, merged.id];
  }

  private segment(id: bigint): Segment {
    const known = this.segments.get(id);
    if (known !== undefined) return known;
    const set: MergedSet = { segments: new Set(), newest: undefined };
    const segment: Segment = { id, edges: [], set };
    set.segments.add(segment);
    this.segments.set(id, segment);
    return segment;
  }

  /** Looks anew which decision of a set is the newest; a segment that is left alone is let go. */
  private settle(set: MergedSet): void {
    set.newest = undefined;
    for (const segment of set.segments) {
      segment.set = set;
      if (segment.edges.length === 0) this.segments.delete(segment.id);
    }
    for (const edge of edgesOf(set)) set.newest = newerOf(set.newest, edge);
  }
}

function mainFirst({ segments, newest }: MergedSet): bigint[] {
  const main = newest!.onto;
  const ids = [main.id];
  for (const segment of segments) {
    if (segment !== main) ids.push(segment.id);
  }
  return ids;
}

/** The decisions of a set, each twice: once from each end. */
function* edgesOf({ segments }: MergedSet): Generator<Edge> {
  for (const { edges } of segments) yield* edges;
}

function newerOf(known: Edge | undefined, edge: Edge): Edge {
  return known === undefined || isNewerMerge(edge.decision, known.decision)
    ? edge
    : known;
}

/** Makes two sets one, which is the larger of them. */
function join(a: MergedSet, b: MergedSet): MergedSet {
  if (a === b) return a;
  const [from, to] = a.segments.size < b.segments.size ? [a, b] : [b, a];
  for (const segment of from.segments) {
    segment.set = to;
    to.segments.add(segment);
  }
  if (from.newest !== undefined) to.newest = newerOf(to.newest, from.newest);
  return to;
}

/** Of two segments that no edge joins any more, all that is joined to the one that less is joined to; undefined where they are still one. */
function smallerPart(a: Segment, b: Segment): Set<Segment> | undefined {
  const ofA = new Set([a]);
  const ofB = new Set([b]);
  const walks = [
    { part: ofA, other: ofB, steps: walk(ofA) },
    { part: ofB, other: ofA, steps: walk(ofB) },
  ];
  for (;;) {
    for (const { part, other, steps } of walks) {
      const { done, value } = steps.next();
      if (done === true) return part;
      if (other.has(value)) return undefined;
    }
  }
}

/** Goes along all edges from `part`, one a step, and adds to it what they lead to. */
function* walk(part: Set<Segment>): Generator<Segment, undefined> {
  // A set that grows while it is gone through yields what was added too.
  for (const segment of part) {
    for (const { onto, merged } of segment.edges) {
      const next = onto === segment ? merged : onto;
      part.add(next);
      yield next;
    }
  }
}
