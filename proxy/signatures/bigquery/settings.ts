/** Which datasets are searched in BigQuery, and where their tables lie: a part of the server's configuration. */
import * as v from "valibot";
import { datasetIdPattern } from "../../../src/clio/model/dataset.js";
import {
  closedObject,
  isClosedAddress,
  wholeNumber,
} from "../../config_parts.js";
import { namePattern, projectPattern } from "./sql/statement.js";

const project = "the id of a project of Google Cloud such as my-lab-1234";
const projectId = v.pipe(v.string(project), v.regex(projectPattern, project));
const dataset = "the name of a dataset of BigQuery: letters, digits and _";
const home = {
  /** Where the tables lie, where that is not the project that pays. */
  project: v.optional(projectId),
  dataset: v.pipe(v.string(dataset), v.regex(namePattern, dataset)),
};

const length = "a number above 0";
const lengths = v.tuple(
  [
    v.pipe(v.number(length), v.finite(length), v.gtValue(0, length)),
    v.pipe(v.number(length), v.finite(length), v.gtValue(0, length)),
    v.pipe(v.number(length), v.finite(length), v.gtValue(0, length)),
  ],
  "three numbers above 0: x, y, z",
);

const mask = "the decimal text of 64 bits of which 16 are set, as in info.json";
const masks =
  "four masks that have no bit in common: ham_0 to ham_3 of the original's info.json";

function bitsOf(value: bigint): number {
  return value.toString(2).replaceAll("0", "").length;
}

const lanesSchema = closedObject({
  layout: v.literal("lanes", "lanes or hamming"),
  ...home,
});

const hammingSchema = closedObject({
  layout: v.literal("hamming", "lanes or hamming"),
  ...home,
  masks: v.pipe(
    v.array(
      v.pipe(
        v.string(mask),
        v.regex(/^\d{1,20}$/, mask),
        v.transform((text) => BigInt(text)),
        v.check((value) => value < 2n ** 64n && bitsOf(value) === 16, mask),
      ),
      masks,
    ),
    v.check(
      (all) =>
        all.length === 4 &&
        bitsOf(all.reduce((one, other) => one | other, 0n)) === 64,
      masks,
    ),
  ),
  /** What made the signatures: a name alone is known. */
  encoder: v.pipe(
    v.string("the name of what made the signatures"),
    v.nonEmpty("the name of what made the signatures"),
  ),
  /** In nm. */
  voxelSize: lengths,
  /** From one signature to the next, in voxels. */
  stride: lengths,
});

const amount = "a number above 0";

export const BigQuerySchema = closedObject({
  /** The project that pays. */
  projectId,
  /** The key of a service account; where not given, what the machine is signed in as. */
  keyFile: v.optional(v.string("the path of a file")),
  /** Where the datasets are, as BigQuery calls it. */
  location: v.optional(
    v.pipe(
      v.string("a location such as US or europe-west1"),
      v.regex(
        /^[A-Za-z][A-Za-z0-9-]{1,40}$/,
        "a location such as US or europe-west1",
      ),
    ),
    "US",
  ),
  /** Another address of BigQuery. One on this machine counts as an emulator, to which nothing secret is sent. */
  apiEndpoint: v.optional(
    v.pipe(
      v.string("an https address (http on loopback alone)"),
      v.check(isClosedAddress, "an https address (http on loopback alone)"),
    ),
  ),
  /** What one search may have billed, in bytes; BigQuery refuses what would read more. */
  maximumBytesBilled: v.optional(
    wholeNumber(10 * 2 ** 20, Number.MAX_SAFE_INTEGER),
    100 * 2 ** 30,
  ),
  /** What 1 TiB costs. */
  dollarsPerTebibyte: v.optional(
    v.pipe(v.number(amount), v.finite(amount), v.gtValue(0, amount)),
    6.25,
  ),
  /** By dataset of Clio. */
  datasets: v.record(
    v.pipe(
      v.string("the id of a dataset"),
      v.regex(datasetIdPattern, "the id of a dataset"),
    ),
    v.variant("layout", [lanesSchema, hammingSchema], "lanes or hamming"),
    "an object of datasets by their ids",
  ),
});
export type BigQuerySettings = v.InferOutput<typeof BigQuerySchema>;
export type TableSettings = BigQuerySettings["datasets"][string];
/** The original's tables. */
export type HammingSettings = Extract<TableSettings, { layout: "hamming" }>;
