import type { Triple } from "../../../testdata/precomputed/scales.js";
import type { LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";
import { bytesOfType, labelVoxels, type LabelVoxels } from "./label_voxels.js";

/** How many bytes of sections are handed out at once, where a section is smaller. */
const AT_ONCE = 4 * 2 ** 20;

/** An array in C order, as bytes that come one after the other. */
export interface ArrayForm {
  /** For messages. */
  readonly name: string;
  /** In voxels, x, y, z. */
  readonly shape: Triple;
  readonly type: LabelType;
  readonly bigEndian: boolean;
}

/**
 * The sections of an array.
 * @param bytes the voxels alone
 * @throws LabelsError where there are more bytes than voxels, or less
 */
export async function* sectionsOf(
  bytes: AsyncIterable<Uint8Array>,
  { name, shape, type, bigEndian }: ArrayForm,
): AsyncGenerator<LabelVoxels> {
  const [x, y, z] = shape;
  const section = x * y * bytesOfType(type);
  const most = Math.max(1, Math.min(z, Math.floor(AT_ONCE / section)));
  const slab = new Uint8Array(section * most);
  const expected = section * z;
  let filled = 0;
  let total = 0;
  for await (const part of bytes) {
    total += part.length;
    if (total > expected) break;
    for (let from = 0; from < part.length;) {
      const piece = part.subarray(from, from + slab.length - filled);
      slab.set(piece, filled);
      filled += piece.length;
      from += piece.length;
      if (filled < slab.length) continue;
      yield labelVoxels(type, slab, bigEndian);
      filled = 0;
    }
  }
  if (total !== expected)
    throw new LabelsError(
      `${name}: ${total > expected ? "more than " : ""}${Math.min(total, expected)} bytes of voxels, expected ${expected} for ${shape.join(" x ")} of ${type}`,
    );
  if (filled > 0) yield labelVoxels(type, slab.subarray(0, filled), bigEndian);
}
