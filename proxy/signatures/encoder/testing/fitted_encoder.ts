// The encoder of the labelled stacks, fitted as a build does it on a volume.
import type { Triple } from "../../record.js";
import type { Block } from "../encoder.js";
import { LearnedEncoder } from "../learned_encoder.js";
import { lookFor } from "../patch_features.js";
import { learnProjection } from "../projection.js";
import { Random } from "../random.js";
import { joinSamples, planSample, sampleBox } from "../sample.js";
import { sectionPart, STACK_SIZE, VOXEL_SIZE } from "./labelled_stack.js";

const SEED = 1;

/** Fits the encoder on a stack, of which it knows no labels. */
export function fitEncoder(stack: Block): LearnedEncoder {
  const look = lookFor(VOXEL_SIZE);
  const { size, places, boxes } = planSample(STACK_SIZE, look, SEED);
  const none = new Uint8Array(places.count[0] * places.count[1]);
  const samples = boxes.map((first, i) =>
    sampleBox(sections(stack, first, size), places, none, look, SEED + i),
  );
  const { places: rows, variants } = joinSamples(samples);
  return new LearnedEncoder(
    look,
    learnProjection(rows, variants, new Random(SEED)),
  );
}

/** A part of some sections. */
function sections(stack: Block, [x, y, z]: Triple, size: Triple): Block {
  const area = size[0] * size[1];
  const voxels = new Uint8Array(area * size[2]);
  for (let i = 0; i < size[2]; i++) {
    const part = sectionPart(stack, [x, y, z + i], size[0], size[1]);
    voxels.set(part.voxels, i * area);
  }
  return { ...stack, size, voxels };
}
