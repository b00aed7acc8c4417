import type { LayerManager } from "neuroglancer/unstable/layer/index.js";
import { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";

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

/** The address that a layer is read from, as a record names it. */
export function sourceOf(layer: SegmentationUserLayer): string | undefined {
  return layer.dataSources[0]?.spec.url;
}
