import type { CoordinateSpaceTransform } from "neuroglancer/unstable/coordinate_transform.js";
import type {
  ManagedUserLayer,
  UserLayer,
} from "neuroglancer/unstable/layer/index.js";
import type {
  LoadedDataSubsource,
  LoadedLayerDataSource,
} from "neuroglancer/unstable/layer/layer_data_source.js";
import { MultiscaleVolumeChunkSource } from "neuroglancer/unstable/sliceview/volume/frontend.js";
import { SegmentationRenderLayer } from "neuroglancer/unstable/sliceview/volume/segmentation_renderlayer.js";
import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  type SourceAxes,
  VolumeSource,
} from "../../../neuroglancer/volume_source.js";
import { vec3 } from "../model/box.js";
import type { ReadOptions } from "./read_chunks.js";

/** One volume for each source that a layer shows, for as long as it shows it. */
const open = new WeakMap<RefCounted, VolumeSource>();

/** Upstream's types of a layer that has not been given its own yet. */
const undecided = ["auto", "new"];

/**
 * The first volume that a layer shows, once its sources are loaded. It is closed by the layer, when that is removed or shows another
 * source; callers dispose of nothing.
 * @throws Error where the layer shows no volume, or is removed before it does; the signal's reason
 */
export async function volumeOf(
  layer: ManagedUserLayer,
  { signal }: ReadOptions = {},
): Promise<VolumeSource> {
  for (;;) {
    signal?.throwIfAborted();
    const volume = shownVolume(layer);
    if (volume !== undefined) return volume;
    await nextChange(layer, signal);
  }
}

/** Resolves after the layer has changed in any way, or when the signal aborts. */
function nextChange(
  layer: ManagedUserLayer,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      for (const remove of removers) remove();
      layer.unregisterDisposer(settle);
      signal?.removeEventListener("abort", settle);
      resolve();
    };
    const removers = [
      layer.layerChanged.add(settle),
      layer.readyStateChanged.add(settle),
      layer.specificationChanged.add(settle),
    ];
    layer.registerDisposer(settle);
    signal?.addEventListener("abort", settle);
  });
}

/**
 * @returns undefined while sources are being loaded
 * @throws Error where nothing more is to come
 */
function shownVolume(managed: ManagedUserLayer): VolumeSource | undefined {
  if (managed.wasDisposed)
    throw new Error(`The layer ${managed.name} was removed.`);
  const { layer } = managed;
  if (layer === null || undecided.includes(layer.type)) return undefined;
  const failures: string[] = [];
  for (const { loadState, spec } of layer.dataSources) {
    if (loadState === undefined) {
      if (spec.url !== "") return undefined;
    } else if (loadState.error !== undefined) {
      failures.push(`${spec.url}: ${loadState.error.message}`);
    } else {
      for (const subsource of loadState.subsources) {
        const volume = volumeOfSubsource(layer, loadState, subsource);
        if (volume !== undefined) return volume;
      }
    }
  }
  throw new Error(
    [
      `The layer ${managed.name} shows no volume to read voxels from.`,
      ...failures,
    ].join(" "),
  );
}

function volumeOfSubsource(
  layer: UserLayer,
  source: LoadedLayerDataSource,
  { subsourceEntry, activated, ...place }: LoadedDataSubsource,
): VolumeSource | undefined {
  const { volume } = subsourceEntry.subsource;
  // Upstream activates what the layer's type can show.
  if (
    activated === undefined ||
    !(volume instanceof MultiscaleVolumeChunkSource)
  )
    return undefined;
  const known = open.get(activated);
  if (known !== undefined) return known;
  const { url } = source.layerDataSource.spec;
  const opened = new VolumeSource(
    `The layer ${layer.managedLayer.name} (${url})`,
    volume,
    sourceAxes(
      url,
      source.transform.value,
      place.modelSubspaceDimensionIndices,
    ),
    layer.renderLayers.some(
      (shown) =>
        shown instanceof SegmentationRenderLayer &&
        shown.multiscaleSource === volume,
    ),
  );
  open.set(activated, opened);
  activated.registerDisposer(() => opened.dispose());
  return opened;
}

/**
 * @param dimensions of the source's coordinate space that the volume has
 * @throws Error for a source of fewer than three dimensions
 */
export function sourceAxes(
  url: string,
  { inputSpace }: Pick<CoordinateSpaceTransform, "inputSpace">,
  dimensions: readonly number[],
): SourceAxes {
  if (dimensions.length < 3)
    throw new Error(
      `The source ${url} has ${dimensions.length} dimensions; voxels are read by x, y and z.`,
    );
  const { names, scales, units } = inputSpace;
  const named = ["x", "y", "z"].map((name) =>
    dimensions.findIndex((dimension) => names[dimension] === name),
  );
  // A source that names its axes otherwise has them in the order of upstream's own display.
  const found = named.includes(-1) ? [0, 1, 2] : named;
  const axes = vec3((axis) => found[axis]);
  const isLength = axes.every((axis) => units[dimensions[axis]] === "m");
  return {
    dimensions: axes,
    voxelSize: isLength
      ? vec3((axis) => scales[dimensions[axes[axis]]] * 1e9)
      : undefined,
  };
}
