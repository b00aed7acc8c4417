/** From a dataset's description to what the viewer opens. */
import type { Dataset, DatasetLayer, LayerSource } from "../model/dataset.js";
import { segmentationVersion } from "../model/dataset_versions.js";
import { mergeableLayer } from "../model/mergeable_layer.js";

/** A layer in the viewer's own form. */
export type LayerJson = Readonly<Record<string, unknown>> & {
  readonly name: string;
};

/** A piece of viewer state as JSON. */
export type StateJson = Readonly<Record<string, unknown>>;

/** The layer of a dataset's private marks; what it is made of is the business of the plugin that draws them. */
export type SandboxLayer = (datasetId: string) => LayerJson;

/** A person's merges of a layer's segments: a layer of their own, and the source that the segmentation gets beside its own. */
export interface MergesOfLayer {
  readonly layer: LayerJson;
  readonly source: string;
}

/** What Clio adds to the layers of a dataset; what it is made of is the business of the plugins that draw it. */
export interface OwnLayers {
  readonly sandbox: SandboxLayer;
  /** @param segmentation name of the layer whose segments can be merged */
  readonly merges: (
    datasetId: string,
    version: string | undefined,
    segmentation: string,
  ) => MergesOfLayer;
}

/** The layer that shows the image: the one that the dataset calls its main layer, else its first image. */
export function mainImage(dataset: Dataset): DatasetLayer | undefined {
  const { layers } = dataset.neuroglancer;
  return (
    layers.find(({ name }) => name === dataset.mainLayer) ??
    layers.find(({ type }) => type === "image")
  );
}

/** The first address that the main image is read from. */
export function imageSource(dataset: Dataset): string | undefined {
  return firstAddress(mainImage(dataset)?.source);
}

function firstAddress(source: LayerSource | undefined): string | undefined {
  const first = Array.isArray(source) ? source[0] : source;
  return typeof first === "object" ? first.url : first;
}

/** The main image first, since later layers are drawn over it; then those that `orderedLayers` names; then the rest. */
function inOrder(dataset: Dataset): DatasetLayer[] {
  const main = mainImage(dataset);
  const { orderedLayers: order = [] } = dataset;
  const rank = (layer: DatasetLayer) => {
    if (layer === main) return -1;
    const place = order.indexOf(layer.name);
    return place < 0 ? order.length : place;
  };
  return [...dataset.neuroglancer.layers].sort((a, b) => rank(a) - rank(b));
}

/**
 * The whole state of a viewer that has just opened a dataset. Its sandbox lies on top and is the selected layer, so that what
 * a person draws with the viewer's own gestures goes there. Where segments can be merged, the person's merges of them are there as well.
 */
export function viewerState(
  id: string,
  dataset: Dataset,
  own: OwnLayers,
): StateJson {
  const sandbox = own.sandbox(id);
  const segmentation = mergeableLayer(dataset);
  const merges =
    segmentation &&
    own.merges(id, segmentationVersion(dataset), segmentation.name);
  const layers = inOrder(dataset).map((layer) =>
    layer === segmentation ? withSource(layer, merges!.source) : layer,
  );
  return {
    layout: "4panel",
    showSlices: true,
    selectedLayer: { layer: sandbox.name },
    ...dataset.neuroglancer,
    layers: [...layers, ...(merges ? [merges.layer] : []), sandbox],
    title: dataset.title,
    clio: { dataset: id },
  };
}

function withSource(layer: DatasetLayer, further: string): DatasetLayer {
  const { source = [] } = layer;
  const sources = Array.isArray(source) ? source : [source];
  return { ...layer, source: [...sources, further] };
}
