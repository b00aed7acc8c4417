/** Bodies as scripts of the original write and read them: one flat object with its `bodyid`, numbers with all their digits. */
import * as v from "valibot";
import {
  BODY_ID,
  bodyPatchSchema,
  MOST_BODY,
  shownFields,
  type BodyPatch,
  type Show,
} from "../../src/clio/model/body.js";
import { MOST_BODIES_WRITTEN } from "../../src/clio/model/body_wire.js";
import { jsonObject } from "../../src/clio/model/json_object.js";
import { stringifyLossless } from "../../src/clio/model/lossless.js";
import { JsonText } from "../routes/json_text.js";
import type { KnownBody } from "./body_store.js";

/** A body that a script writes. */
export interface WrittenBody {
  body: bigint;
  patch: BodyPatch;
}

const expectedId = "a body, a whole number from 1 to 2^64-1";

const bodyIdSchema = v.pipe(
  v.custom<number | bigint>(
    (input) => typeof input === "bigint" || Number.isSafeInteger(input),
    expectedId,
  ),
  v.transform((id) => BigInt(id)),
  v.check((id) => id > 0n && id <= MOST_BODY, expectedId),
);

export const itemSchema = v.pipe(
  jsonObject,
  v.rawTransform<Record<string, unknown>, WrittenBody>(
    ({ dataset: { value: input }, addIssue, NEVER }) => {
      const { [BODY_ID]: id, ...rest } = input;
      const body = v.safeParse(bodyIdSchema, id);
      const patch = v.safeParse(bodyPatchSchema, rest);
      if (body.success && patch.success)
        return { body: body.output, patch: patch.output };
      for (const { message, input: wrong } of body.issues ?? []) {
        const key = { input, key: BODY_ID, value: id };
        addIssue({
          ...{ message, input: wrong },
          path: [{ ...{ type: "unknown", origin: "value" }, ...key }],
        });
      }
      for (const { message, input: wrong, path } of patch.issues ?? [])
        addIssue({ message, input: wrong, path });
      return NEVER;
    },
  ),
);

export const itemListSchema = v.pipe(
  v.array(itemSchema),
  v.maxLength(MOST_BODIES_WRITTEN, `at most ${MOST_BODIES_WRITTEN} bodies`),
);

/** For the API's description. */
export const itemForm = v.looseObject({ [BODY_ID]: v.number() });

/** The answer that is a list of bodies. */
export function listText(bodies: readonly KnownBody[], show: Show): JsonText {
  const items = bodies.map(({ body, fields }) => {
    const inside = stringifyLossless(shownFields(fields, show)).slice(1);
    return `{"${BODY_ID}":${body}${inside === "}" ? "" : ","}${inside}`;
  });
  return new JsonText(`[${items.join(",")}]`);
}

/** The answer that is a list of their ids. */
export function idsText(bodies: readonly KnownBody[]): JsonText {
  return new JsonText(`[${bodies.map(({ body }) => String(body)).join(",")}]`);
}
