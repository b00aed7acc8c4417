import type { LayerManager } from "neuroglancer/unstable/layer/index.js";
import { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import type { SandboxDescription } from "../../model/sandbox.js";

/** The segmentations in view, in the viewer's order. */
export function segmentationLayers({
  managedLayers,
}: LayerManager): SegmentationUserLayer[] {
  return managedLayers
    .map(({ layer }) => layer)
    .filter((layer) => layer instanceof SegmentationUserLayer);
}

/**
 * The segmentation whose segments are kept with marks: the one that the dataset names, else the first one in view.
 * @param name undefined where the dataset names none
 */
export function linkedSegmentation(
  layers: LayerManager,
  name: string | undefined,
): SegmentationUserLayer | undefined {
  const found = segmentationLayers(layers);
  return (
    found.find(({ managedLayer }) => managedLayer.name === name) ?? found[0]
  );
}

/** A DVID address names the version that it reads: the node of its repository. */
const DVID_NODE = /^dvid:\/\/https?:\/\/[^/]+\/([0-9a-f]{5,32})\//i;

/**
 * The version of a segmentation: the one that its address names, else the one that the dataset gives its own.
 * @returns undefined where neither says one
 */
export function versionOf(
  layer: SegmentationUserLayer,
  { segmentation, segmentationVersion }: SandboxDescription,
): string | undefined {
  const [, node] = DVID_NODE.exec(sourceOf(layer) ?? "") ?? [];
  const isOwn = layer.managedLayer.name === segmentation;
  return node ?? (isOwn ? segmentationVersion : undefined);
}

/** The address that a layer is read from, as a record names it. */
export function sourceOf(layer: SegmentationUserLayer): string | undefined {
  return layer.dataSources[0]?.spec.url;
}
