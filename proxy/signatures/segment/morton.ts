import type { Box } from "../record.js";

/** The bits of a byte, each moved to three times its place. */
const spread = Uint32Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let bit = 0; bit < 8; bit++) bits |= ((byte >> bit) & 1) << (3 * bit);
  return bits;
});

/** How many bytes a key has. */
export const mortonBytes = 6;

/**
 * The place of each position along a Morton curve through the box, of 16 bits an axis.
 * @param positions x, y, z in turn, all in the box
 * @param keys where the places are put, 48 bits in two halves each, the lower first. The longest axis takes the highest
 * bits whatever its length, so that the highest byte tells parts of the box apart.
 */
export function mortonKeys(
  positions: Uint32Array,
  { min, max }: Box,
  keys: Uint32Array,
): void {
  const extent = Math.max(...max.map((end, axis) => end - min[axis]));
  const bits = 32 - Math.clz32(extent - 1);
  const down = Math.max(0, bits - 16);
  const up = Math.max(0, 16 - bits);
  for (let i = 0, key = 0; i < positions.length; i += 3, key += 2) {
    const x = ((positions[i] - min[0]) >>> down) << up;
    const y = ((positions[i + 1] - min[1]) >>> down) << up;
    const z = ((positions[i + 2] - min[2]) >>> down) << up;
    const low =
      spread[x & 255] | (spread[y & 255] << 1) | (spread[z & 255] << 2);
    const high = spread[x >> 8] | (spread[y >> 8] << 1) | (spread[z >> 8] << 2);
    keys[key] = low | (high << 24);
    keys[key + 1] = high >>> 8;
  }
}
