/**
 * The questions that are put to neuPrint, in its language. Its interface takes a text and no parameters: into these texts goes nothing
 * but decimal ids, whole numbers, and words that hold neither a quote nor a backslash (see `findRequestSchema`).
 *
 * Ids come back as text, so that no JSON on the way rounds them.
 *
 * Source of the schema: https://connectome-neuprint.github.io/neuprint-python/docs/ and the queries of that package.
 */
import type { Side } from "../../src/clio/model/neuprint.js";

/** The pattern of a connection, with `n` the body that is asked about and `m` the other one. */
const patterns: Readonly<Record<Side, string>> = {
  inputs: "(m:Segment)-[e:ConnectsTo]->(n:Segment)",
  outputs: "(n:Segment)-[e:ConnectsTo]->(m:Segment)",
};

/** Properties of a cell, in the order in which they are read. */
const facts = (cell: string) =>
  [
    `toString(${cell}.bodyId) AS body`,
    ...["type", "instance", "status"].map(
      (name) => `${cell}.${name} AS ${name}`,
    ),
  ].join(", ");

const counts = (cell: string) =>
  `${cell}.upstream AS upstream, ${cell}.downstream AS downstream, ${cell}.post AS post, ${cell}.size AS size`;

const list = (ids: readonly string[]) => `[${ids.join(", ")}]`;

const largestId = 2n ** 63n - 1n;

/** Whether a text is an id that a body of neuPrint can have: its numbers are signed. */
export function isBodyId(text: string): boolean {
  return /^\d{1,19}$/.test(text) && BigInt(text) <= largestId;
}

/** The regions of a dataset that do not overlap. */
export const regionsStatement =
  "MATCH (m:Meta) RETURN m.primaryRois AS primary";

/** What is known of bodies. */
export function cellsStatement(ids: readonly string[]): string {
  return `MATCH (n:Segment) WHERE n.bodyId IN ${list(ids)} RETURN ${facts("n")}, ${counts("n")} ORDER BY n.bodyId`;
}

/** All that is connected to bodies, the strongest first. */
export function connectionsStatement(
  ids: readonly string[],
  side: Side,
  limit: number,
): string {
  return `MATCH ${patterns[side]} WHERE n.bodyId IN ${list(ids)} RETURN toString(n.bodyId) AS of, ${facts("m")}, e.weight AS weight, e.roiInfo AS regions ORDER BY e.weight DESC, n.bodyId, m.bodyId LIMIT ${limit}`;
}

/** Where bodies are connected to others. */
export function synapsesStatement(
  ids: readonly string[],
  partners: readonly string[],
  side: Side,
  limit: number,
): string {
  const [from, to] = side === "outputs" ? [ids, partners] : [partners, ids];
  const place = (synapse: string) =>
    ["x", "y", "z"].map((axis) => `${synapse}.location.${axis}`).join(", ");
  return `MATCH (a:Segment)-[:Contains]->(s:SynapseSet)-[:ConnectsTo]->(t:SynapseSet)<-[:Contains]-(b:Segment), (s)-[:Contains]->(pre:Synapse)-[:SynapsesTo]->(post:Synapse)<-[:Contains]-(t) WHERE a.bodyId IN ${list(from)} AND b.bodyId IN ${list(to)} RETURN toString(a.bodyId) AS from, toString(b.bodyId) AS to, ${place("pre")}, ${place("post")} LIMIT ${limit}`;
}

/**
 * Cells with a word in their type or name, or with this id: those with most connections first.
 * @param text as `findRequestSchema` lets it through
 */
export function findStatement(text: string, limit: number): string {
  const word = `"${text.toLowerCase()}"`;
  const byName = ["type", "instance"].map(
    (name) => `toLower(n.${name}) CONTAINS ${word}`,
  );
  const byId = isBodyId(text) ? [`n.bodyId = ${text}`] : [];
  return `MATCH (n:Neuron) WHERE ${[...byName, ...byId].join(" OR ")} RETURN ${facts("n")}, ${counts("n")} ORDER BY n.post DESC, n.bodyId LIMIT ${limit}`;
}
