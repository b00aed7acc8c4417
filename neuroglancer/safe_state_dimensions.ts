import { isStateJson } from "./safe_state_text.js";

/**
 * How many powers of ten a scale may be from one metre, or second, or whatever its unit is. Beside dimensions of ten billion light years a voxel of some
 * nanometres is no number that a graphics processor knows: upstream would divide what is in view in halves without an end.
 */
const FURTHEST_POWER = 15;

/**
 * Looks through the dimensions of a link for scales that nothing can be drawn at. What is none at all is left to the viewer to refuse.
 * @throws {TypeError} naming the dimension and its scale
 */
export function checkDimensions(json: unknown): void {
  if (!isStateJson(json)) return;
  for (const [name, dimension] of Object.entries(json)) {
    const scale: unknown = Array.isArray(dimension) ? dimension[0] : undefined;
    if (typeof scale !== "number" || !(scale > 0)) continue;
    if (Math.abs(Math.log10(scale)) > FURTHEST_POWER) {
      throw new TypeError(
        `the scale of ${JSON.stringify(name.slice(0, 80))} is ${scale}, expected one from 1e-${FURTHEST_POWER} to 1e${FURTHEST_POWER}`,
      );
    }
  }
}
