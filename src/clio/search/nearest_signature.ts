import type { Vec3 } from "../model/box.js";
import { nanometresBetween } from "./filters.js";
import type { SearchedImage } from "./searched_image.js";
import { SearchProblem } from "./search_problem.js";
import type { SignatureClient } from "./signature_client.js";

/**
 * Says in a few words whether a place can be asked about: "nearest signature 12 nm away". What stands in the way is said instead.
 * @param point in voxels
 * @throws the signal's reason
 */
export async function nearestSignature(
  client: SignatureClient,
  image: SearchedImage,
  point: Vec3,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { dataset, space } = await image.ready(signal);
    const found = await client.at(dataset, point, signal);
    const [x, y, z] = found;
    const away = nanometresBetween(
      [x + 0.5, y + 0.5, z + 0.5],
      point,
      space.nanometres,
    );
    const isHere = found.every((at, axis) => at === Math.floor(point[axis]));
    return isHere
      ? "signature here"
      : `nearest signature ${Math.max(1, Math.round(away))} nm away`;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SearchProblem)) throw error;
    return error.code === "no-signature"
      ? "no signature near here"
      : error.what;
  }
}
