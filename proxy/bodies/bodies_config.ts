/** Where the configuration says which server keeps what is known of the bodies of a dataset, where that is not this one. */
import * as v from "valibot";
import { recordOf } from "../../src/clio/model/record_of.js";
import { closedObject, isClosedAddress, wholeNumber } from "../config_parts.js";
import { tokenPlace } from "../files/configured_token.js";

const server =
  "an https address such as https://dvid.example.org (http on loopback alone)";
const instance = "the name of a neuronjson instance";
const uuidText = "a uuid of DVID, in hexadecimal digits";
const uuid = v.pipe(
  v.string(uuidText),
  v.regex(/^[0-9a-f]{3,32}(:[\w-]+)?$/, uuidText),
);
const name = v.pipe(
  v.string("what that server calls the dataset"),
  v.nonEmpty("what that server calls the dataset"),
);

const shared = {
  server: v.pipe(v.string(server), v.check(isClosedAddress, server)),
  ...tokenPlace,
  /** How long one question may take, in seconds. */
  seconds: v.optional(wholeNumber(1, 600), 30),
};

const dvidSchema = closedObject({
  kind: v.literal("dvid", "dvid"),
  ...shared,
  instance: v.optional(
    v.pipe(v.string(instance), v.regex(/^[\w.-]+$/, instance)),
    "segmentation_annotations",
  ),
  /** The version that is written; that of the dataset's description where it is absent. */
  uuid: v.optional(uuid),
  /** The uuids of older versions, by their tags. */
  versions: v.optional(recordOf(uuid), {}),
});
export type DvidConfig = v.InferOutput<typeof dvidSchema>;

const clioStoreSchema = closedObject({
  kind: v.literal("clio-store", "clio-store"),
  ...shared,
  /** The dataset's own id where it is absent. */
  dataset: v.optional(name),
});
export type ClioStoreConfig = v.InferOutput<typeof clioStoreSchema>;

export const bodiesSchema = v.variant(
  "kind",
  [dvidSchema, clioStoreSchema],
  "dvid or clio-store",
);
