import { randomUUID } from "node:crypto";
import * as v from "valibot";
import {
  labelsUploadSchema,
  newLabelsSchema,
  type LabelsUpload,
} from "../../src/clio/model/labels.js";

/** An upload as it is kept: what was asked for, by whom, and how far it is. */
export const storedUploadSchema = v.object({
  ...newLabelsSchema.entries,
  ...v.omit(labelsUploadSchema, ["progress"]).entries,
  owner: v.string(),
  dataset: v.string(),
  /** How many conversions of it have begun and not come to an end. */
  attempts: v.optional(v.number(), 0),
  /** When something last came of it, in milliseconds since 1970. */
  touched: v.number(),
});
export type StoredUpload = v.InferOutput<typeof storedUploadSchema>;

/** A new upload, of which nothing has come. */
export function newUpload(
  owner: string,
  dataset: string,
  asked: v.InferOutput<typeof newLabelsSchema>,
): StoredUpload {
  const now = Date.now();
  return {
    ...asked,
    ...{ id: randomUUID(), owner, dataset, received: 0, attempts: 0 },
    ...{ state: "receiving", created: now, touched: now },
  };
}

/** What its owner learns of it. */
export function seenUpload(
  upload: StoredUpload,
  progress: number,
): LabelsUpload {
  const { id, name, format, bytes, received, state, problem, created } = upload;
  return {
    ...{ id, name, format, bytes, received, state, progress, created },
    ...(problem === undefined ? {} : { problem }),
  };
}
