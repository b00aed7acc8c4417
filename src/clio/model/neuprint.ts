/** What the server's neuPrint routes take and answer: cells, their connections, and the synapses that make them. */
import * as v from "valibot";
import { segmentIdSchema } from "./annotation.js";

/** How many bodies one question may be about: a cell that many were merged into has no more. */
export const MOST_BODIES = 2000;

/**
 * The header in which a page sends a person's own neuPrint token along. It goes to the neuPrint server that the configuration names and
 * to no other, and is kept nowhere.
 */
export const TOKEN_HEADER = "neuprint-token";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const bodyList = v.pipe(
  v.array(segmentIdSchema, "a list of ids of bodies"),
  v.nonEmpty("one id or more"),
  v.maxLength(MOST_BODIES, `${MOST_BODIES} ids at most`),
);

/** Which side of a cell: what it gets from others, or what others get from it. */
export const sideSchema = v.picklist(
  ["inputs", "outputs"],
  "inputs or outputs",
);
export type Side = v.InferOutput<typeof sideSchema>;

/** What neuPrint says of a body; a text that it does not have is empty. */
const bodyFacts = {
  body: segmentIdSchema,
  type: v.string(),
  instance: v.string(),
  status: v.string(),
};

/** A body with how many connections it has on either side, and how many voxels, where neuPrint says it. */
export const cellFactsSchema = v.object({
  ...bodyFacts,
  inputs: v.nullable(count),
  outputs: v.nullable(count),
  size: v.nullable(count),
});
export type CellFacts = v.InferOutput<typeof cellFactsSchema>;

/** A body that another one is connected to: how often in all, and in each region, of which some lie inside of others. */
export const edgeSchema = v.object({
  /** The body that was asked about. */
  of: segmentIdSchema,
  ...bodyFacts,
  weight: count,
  regions: v.array(v.tuple([v.string(), count])),
});
export type Edge = v.InferOutput<typeof edgeSchema>;

const voxel = v.tuple([v.number(), v.number(), v.number()]);

/** One connection: where it is sent and where it is received, in voxels. */
export const synapseSchema = v.object({
  from: segmentIdSchema,
  to: segmentIdSchema,
  pre: voxel,
  post: voxel,
});
export type Synapse = v.InferOutput<typeof synapseSchema>;

export const cellsRequestSchema = v.object({ ids: bodyList });
export const connectionsRequestSchema = v.object({
  ids: bodyList,
  side: sideSchema,
});
export const synapsesRequestSchema = v.object({
  ids: bodyList,
  /** The bodies on the other side. */
  partners: bodyList,
  side: sideSchema,
});
export const findRequestSchema = v.object({
  text: v.pipe(
    v.string("what to look for"),
    v.trim(),
    v.nonEmpty("what to look for"),
    v.maxLength(100, "at most 100 characters"),
    // With these no text can end the text that it stands in, in any version of the language.
    v.regex(
      /^[^"\\\p{Cc}]+$/u,
      'a text without " and \\, which no type or name has',
    ),
  ),
});

/** Which neuPrint a dataset has. */
export const neuprintInfoSchema = v.object({
  /** Where a person gets a token of their own. */
  server: v.string(),
  dataset: v.string(),
  /** The layer whose segments are neuPrint's bodies, where the configuration says which. */
  segmentation: v.optional(v.string()),
  /** Whether everybody needs a token of their own. */
  needsToken: v.boolean(),
});
export type NeuprintInfo = v.InferOutput<typeof neuprintInfoSchema>;

/** Whether that was all, or so many that the rest was left out. */
const complete = v.boolean();

/** Regions that do not overlap: what they hold adds up to the whole. */
export const regionsAnswerSchema = v.object({ primary: v.array(v.string()) });
export const cellsAnswerSchema = v.object({ cells: v.array(cellFactsSchema) });
export const findAnswerSchema = v.object({
  cells: v.array(cellFactsSchema),
  complete,
});
export const connectionsAnswerSchema = v.object({
  edges: v.array(edgeSchema),
  complete,
});
/**
 * The text of such an answer, in which each edge has a line of its own. It is JSON as any other; whoever reads very many can take them one
 * by one.
 */
export function connectionsText({
  edges,
  complete,
}: v.InferOutput<typeof connectionsAnswerSchema>): string {
  const lines = edges.map((edge) => JSON.stringify(edge)).join(",\n");
  const middle = edges.length === 0 ? "\n" : `\n${lines}\n`;
  return `{"edges":[${middle}],"complete":${complete}}`;
}
export const synapsesAnswerSchema = v.object({
  synapses: v.array(synapseSchema),
  complete,
});
