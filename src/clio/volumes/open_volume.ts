import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { VolumeSource } from "../../../neuroglancer/volume_source.js";
import { sourceAxes } from "./volume_of.js";

/**
 * Opens the first volume of a source that no layer shows. Whoever opens it disposes of it.
 * @param url as in a layer's description: `precomputed://…`
 * @throws Error where it cannot be read, or holds no volume
 */
export async function openVolume(
  viewer: Viewer,
  url: string,
): Promise<VolumeSource> {
  const source = await viewer.dataSourceProvider.get({
    url,
    transform: undefined,
    globalCoordinateSpace: viewer.coordinateSpace,
  });
  const found = source.subsources.find(
    ({ subsource }) => subsource.volume !== undefined,
  );
  const volume = found?.subsource.volume;
  if (found === undefined || volume === undefined) {
    throw new Error(`The source ${url} holds no volume.`);
  }
  const dimensions =
    found.modelSubspaceDimensionIndices ??
    Array.from({ length: source.modelTransform.rank }, (_each, i) => i);
  const axes = sourceAxes(url, source.modelTransform, dimensions);
  return new VolumeSource(`The source ${url}`, volume, axes, false);
}
