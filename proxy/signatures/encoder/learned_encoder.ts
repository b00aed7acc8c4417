import { createHash } from "node:crypto";
import * as v from "valibot";
import type { Triple } from "../record.js";
import type { Block, Encoder, PlaceGrid } from "./encoder.js";
import { FEATURES } from "./features.js";
import type { Rows } from "./linear.js";
import { patchFeatures, patchOf, type Look } from "./patch_features.js";
import { BITS, projected, signs, type Projection } from "./projection.js";

/** Grows with each change of the features: the same parameters must never mean other signatures. */
const VERSION = 1;

const base64 = v.pipe(v.string(), v.base64());
const ParametersSchema = v.strictObject({
  version: v.literal(VERSION),
  factor: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  sections: v.picklist(["cut", "three"]),
  mean: base64,
  matrix: base64,
});
type Parameters = v.InferOutput<typeof ParametersSchema>;

/** Thrown where parameters are not those of an encoder that this version knows. */
export class EncoderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EncoderError";
  }
}

/**
 * The default encoder: features that neither rotation, reflection, brightness nor contrast changes, and a projection of them that was
 * learned from the volume itself (see projection.ts). Patches are of sections, or of three sections at right angles; rotations out
 * of their planes are not looked for.
 */
export class LearnedEncoder implements Encoder {
  readonly name = "learned-invariants";
  readonly hash: string;
  readonly patch: Triple;
  readonly parameters: Parameters;

  /** @param projection from features of this look */
  constructor(
    private readonly look: Look,
    private readonly projection: Projection,
  ) {
    this.patch = patchOf(look);
    this.parameters = {
      version: VERSION,
      ...look,
      mean: toBase64(projection.mean),
      matrix: toBase64(projection.matrix),
    };
    this.hash = createHash("sha256")
      .update(JSON.stringify(this.parameters))
      .digest("hex");
  }

  /**
   * The encoder that has these parameters.
   * @throws EncoderError where they are not such an encoder's
   */
  static from(parameters: unknown): LearnedEncoder {
    const result = v.safeParse(ParametersSchema, parameters);
    if (!result.success)
      throw new EncoderError(
        `not the parameters of the encoder of this version: ${result.issues[0].message}`,
      );
    const { factor, sections, mean, matrix } = result.output;
    const projection = { mean: toFloats(mean), matrix: toFloats(matrix) };
    if (
      projection.mean.length !== FEATURES ||
      projection.matrix.length !== FEATURES * BITS
    )
      throw new EncoderError(
        `an encoder of ${projection.mean.length} features, expected ${FEATURES}`,
      );
    return new LearnedEncoder({ factor, sections }, projection);
  }

  encode(block: Block, places: PlaceGrid): BigUint64Array<ArrayBuffer> {
    return signs(this.values(block, places));
  }

  /** The real values whose signs are the bits of the signatures: closer to what was seen, for ranking the nearest. */
  values(block: Block, places: PlaceGrid): Rows {
    return projected(patchFeatures(block, places, this.look), this.projection);
  }
}

function toBase64(values: Float32Array): string {
  return Buffer.from(
    values.buffer,
    values.byteOffset,
    values.byteLength,
  ).toString("base64");
}

function toFloats(text: string): Float32Array {
  const bytes = Buffer.from(text, "base64");
  return new Float32Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 2);
}
