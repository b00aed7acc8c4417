/** A graph of properties in memory, and what a statement finds in it. */
import {
  type Expression,
  type NodePattern,
  type PathPattern,
  type Statement,
  StatementError,
  type StepPattern,
  type Value,
  type ValueMap,
} from "./statement.js";

export interface GraphNode {
  readonly labels: readonly string[];
  readonly properties: ValueMap;
  readonly edges: GraphEdge[];
}

export interface GraphEdge {
  readonly type: string;
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly properties: ValueMap;
}

/** What the names of a statement stand for. */
type Bound = Map<string, GraphNode | GraphEdge>;

/** A graph, and the bodies of it by their ids, as the real one has an index of them. */
export class Graph {
  private readonly nodes: GraphNode[] = [];
  private readonly byBody = new Map<bigint, GraphNode>();

  add(labels: readonly string[], properties: ValueMap): GraphNode {
    const node = { labels, properties, edges: [] };
    this.nodes.push(node);
    const { bodyId } = properties;
    if (typeof bodyId === "bigint") this.byBody.set(bodyId, node);
    return node;
  }

  connect(
    from: GraphNode,
    type: string,
    to: GraphNode,
    properties: ValueMap = {},
  ): void {
    const edge = { from, type, to, properties };
    from.edges.push(edge);
    if (to !== from) to.edges.push(edge);
  }

  /** The rows that a statement has, in its order. */
  run(statement: Statement): Value[][] {
    const { paths, where, columns, order, limit } = statement;
    const found = this.matches(paths, where).map((bound) => ({
      row: columns.map(({ value }) => evaluate(value, bound)),
      keys: order.map(({ by }) => evaluate(by, bound)),
    }));
    found.sort((a, b) => {
      for (const [i, { descending }] of order.entries()) {
        const by = compare(a.keys[i], b.keys[i]);
        if (by !== 0) return descending ? -by : by;
      }
      return 0;
    });
    return found.slice(0, limit).map(({ row }) => row);
  }

  private matches(
    paths: readonly PathPattern[],
    where: readonly Expression[],
  ): Bound[] {
    let all: { bound: Bound; left: readonly Expression[] }[] = [
      { bound: new Map(), left: where },
    ];
    /** Keeps those of which all conditions hold that can be told by now. */
    const extend = (
      now: typeof all,
      more: (
        bound: Bound,
      ) => Iterable<[string | undefined, GraphNode | GraphEdge][]>,
    ) => {
      const next: typeof all = [];
      for (const { bound, left } of now) {
        for (const names of more(bound)) {
          const known = new Map(bound);
          for (const [name, thing] of names) {
            if (name !== undefined) known.set(name, thing);
          }
          const open = left.filter((each) => !isKnown(each, known));
          const told = left.filter((each) => isKnown(each, known));
          if (told.every((each) => evaluate(each, known) === true)) {
            next.push({ bound: known, left: open });
          }
        }
      }
      return next;
    };
    let hidden = 0;
    for (const written of paths) {
      const { start, steps } = named(
        this.isIndexed(written.start, all[0]?.bound, where)
          ? written
          : reversed(written),
        () => ` ${hidden++}`,
      );
      all = extend(all, (bound) =>
        this.candidates(start, bound, where).map((node) => [
          [start.name, node],
        ]),
      );
      let from = start.name!;
      for (const step of steps) {
        all = extend(all, (bound) => stepsFrom(bound, from, step));
        from = step.to.name!;
      }
    }
    return all.map(({ bound }) => bound);
  }

  private isIndexed(
    { name }: NodePattern,
    bound: Bound | undefined,
    where: readonly Expression[],
  ): boolean {
    if (name === undefined) return false;
    return bound?.has(name) === true || idsOf(name, where) !== undefined;
  }

  private candidates(
    { name, label }: NodePattern,
    bound: Bound,
    where: readonly Expression[],
  ): GraphNode[] {
    const known = bound.get(name!);
    const ids = idsOf(name!, where);
    const nodes =
      known !== undefined
        ? [known as GraphNode]
        : ids === undefined
          ? this.nodes
          : ids.flatMap((id) => this.byBody.get(id) ?? []);
    return nodes.filter((node) => hasLabel(node, label));
  }
}

function* stepsFrom(
  bound: Bound,
  fromName: string,
  { name, type, forward, to }: StepPattern,
): Iterable<[string | undefined, GraphNode | GraphEdge][]> {
  const from = bound.get(fromName) as GraphNode;
  const already = bound.get(to.name!);
  for (const edge of from.edges) {
    if (edge.type !== type) continue;
    if ((forward ? edge.from : edge.to) !== from) continue;
    const next = forward ? edge.to : edge.from;
    if (!hasLabel(next, to.label)) continue;
    if (already !== undefined && already !== next) continue;
    yield [
      [name, edge],
      [to.name, next],
    ];
  }
}

function hasLabel({ labels }: GraphNode, label: string | undefined): boolean {
  return label === undefined || labels.includes(label);
}

/** The same path with a name for every node. */
function named({ start, steps }: PathPattern, make: () => string): PathPattern {
  const withName = (node: NodePattern) => ({
    ...node,
    name: node.name ?? make(),
  });
  return {
    start: withName(start),
    steps: steps.map((step) => ({ ...step, to: withName(step.to) })),
  };
}

/** The same path from its other end. */
function reversed({ start, steps }: PathPattern): PathPattern {
  const nodes = [start, ...steps.map(({ to }) => to)];
  return {
    start: nodes.at(-1)!,
    steps: steps
      .map(({ name, type, forward }, i) => ({
        ...{ name, type, forward: !forward },
        to: nodes[i],
      }))
      .reverse(),
  };
}

/** The ids among which a condition wants a node's. */
function idsOf(
  name: string,
  where: readonly Expression[],
): bigint[] | undefined {
  for (const each of where) {
    if (each.kind !== "operation" || each.operator !== "IN") continue;
    const { left, right } = each;
    if (left.kind !== "property" || right.kind !== "list") continue;
    if (left.path.join(".") !== `${name}.bodyId`) continue;
    return right.items.map((item) => evaluate(item, new Map()) as bigint);
  }
  return undefined;
}

function isKnown(expression: Expression, bound: Bound): boolean {
  switch (expression.kind) {
    case "literal":
      return true;
    case "property":
      return bound.has(expression.path[0]);
    case "list":
      return expression.items.every((item) => isKnown(item, bound));
    case "call":
      return isKnown(expression.argument, bound);
    case "operation":
      return (
        isKnown(expression.left, bound) && isKnown(expression.right, bound)
      );
  }
}

function evaluate(expression: Expression, bound: Bound): Value {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "list":
      return expression.items.map((item) => evaluate(item, bound));
    case "property": {
      const [name, ...keys] = expression.path;
      const thing = bound.get(name);
      if (thing === undefined) {
        throw new StatementError(`Variable \`${name}\` not defined`);
      }
      return keys.reduce<Value>(
        (value, key) => (value as ValueMap | null)?.[key] ?? null,
        thing.properties,
      );
    }
    case "call": {
      const value = evaluate(expression.argument, bound);
      const call = calls.get(expression.name.toLowerCase());
      if (call === undefined) {
        throw new StatementError(`Unknown function '${expression.name}'`);
      }
      return value === null ? null : call(value);
    }
    case "operation":
      return operate(
        expression.operator,
        evaluate(expression.left, bound),
        evaluate(expression.right, bound),
      );
  }
}

const calls = new Map<string, (value: Value) => Value>([
  ["tostring", (value) => (value as bigint).toString()],
  ["tolower", (value) => (value as string).toLowerCase()],
]);

function operate(operator: string, left: Value, right: Value): Value {
  // What is not known makes nothing false that is true by itself.
  if (operator === "OR") return left === true || right === true;
  if (operator === "AND") return left === true && right === true;
  if (left === null || right === null) return null;
  switch (operator) {
    case "IN":
      return (right as readonly Value[]).includes(left);
    case "CONTAINS":
      return (left as string).includes(right as string);
    case "=":
      return left === right;
    case "<>":
      return left !== right;
    case ">=":
      return compare(left, right) >= 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">":
      return compare(left, right) > 0;
    default:
      return compare(left, right) < 0;
  }
}

/** As the language sorts: what is missing is the largest. */
function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
