import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type Vec3, vec3 } from "../model/box.js";
import { labelsAt } from "../volumes/labels.js";
import { volumeOf } from "../volumes/volume_of.js";
import type { Match } from "./answers.js";
import { problemOf } from "./search_problem.js";

/**
 * Those of the matches that lie in the same segment as a place, in the first segmentation of the view.
 * @throws SearchProblem where there is no segmentation, or no segment at the place
 */
export async function inSegment(
  viewer: Viewer,
  place: Vec3,
  matches: readonly Match[],
  signal: AbortSignal,
): Promise<Match[]> {
  const managed = viewer.layerManager.managedLayers.find(
    ({ layer }) => layer?.type === "segmentation",
  );
  if (managed === undefined) throw problemOf("no-segmentation");
  const volume = await volumeOf(managed, { signal });
  const voxel = vec3((axis) => Math.floor(place[axis]));
  const [own, ...others] = await labelsAt(
    volume,
    [voxel, ...matches.map(({ point }) => point)],
    { signal },
  );
  if (own === undefined || own === 0n) throw problemOf("no-segment");
  return matches.filter((_match, i) => others[i] === own);
}
