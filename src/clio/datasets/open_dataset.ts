import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Dataset } from "../model/dataset.js";
import { type OwnLayers, viewerState } from "./dataset_layers.js";

/**
 * Replaces what the viewer shows by a dataset: its layers, position and scale, and what is a person's own on top.
 *
 * The browser's Back leads to the view before, where there was one.
 */
export function openDataset(
  viewer: Viewer,
  id: string,
  dataset: Dataset,
  own: OwnLayers,
): void {
  if (viewer.layerManager.managedLayers.length > 0) {
    // The viewer writes each change over the present entry of the history; without a new one the old view would be lost.
    history.pushState(null, "", location.href);
  }
  viewer.state.reset();
  viewer.state.restoreState(viewerState(id, dataset, own));
}
