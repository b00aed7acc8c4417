/** Where the configuration says which neuPrint server knows the connections of a dataset. */
import * as v from "valibot";
import { tokenPlace } from "../files/configured_token.js";
import { closedObject, isClosedAddress, wholeNumber } from "../config_parts.js";

const server =
  "an https address such as https://neuprint.janelia.org (http on loopback alone)";
const dataset = "what neuPrint calls the dataset, such as hemibrain:v1.2.1";
const segmentation = "the name of a layer";

/** The neuPrint of one dataset. */
export const neuprintSchema = closedObject({
  server: v.pipe(v.string(server), v.check(isClosedAddress, server)),
  dataset: v.pipe(v.string(dataset), v.nonEmpty(dataset)),
  /** Holds the token that the server asks with; where neither is there, each person needs one of their own. */
  ...tokenPlace,
  /** Whose segments are neuPrint's bodies; else those of the mergeable layer. */
  segmentation: v.optional(
    v.pipe(v.string(segmentation), v.nonEmpty(segmentation)),
  ),
  /** The most rows of one answer. */
  rows: v.optional(wholeNumber(1, 1_000_000), 200_000),
  /** How long one question may take, in seconds. */
  seconds: v.optional(wholeNumber(1, 600), 30),
  /** Whether old scripts may send queries of their own (`POST /v2/neuprint/{dataset}`). */
  cypher: v.optional(v.boolean("true or false"), false),
  /** The largest answer that such a query may have, in MB: its rows are counted when all of it is here. */
  megabytes: v.optional(wholeNumber(1, 256), 32),
});
export type NeuprintConfig = v.InferOutput<typeof neuprintSchema>;
