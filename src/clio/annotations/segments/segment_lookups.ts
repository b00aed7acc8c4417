import type { LayerManager } from "neuroglancer/unstable/layer/index.js";
import type { SandboxSource } from "../frontend.js";
import { SandboxLayer } from "../layer.js";
import { SegmentLookup } from "./segment_lookup.js";

/** Looks up segments for each sandbox that a viewer shows, from when it is loaded until it is let go. */
export function lookUpSegments(layers: LayerManager): void {
  const knownLayers = new WeakSet<SandboxLayer>();
  const knownSources = new WeakSet<SandboxSource>();
  const begin = ({ sandboxSource: source }: SandboxLayer) => {
    if (source === undefined || knownSources.has(source)) return;
    knownSources.add(source);
    source.registerDisposer(new SegmentLookup(source, layers));
  };
  const look = () => {
    for (const { layer } of layers.managedLayers) {
      if (!(layer instanceof SandboxLayer) || knownLayers.has(layer)) continue;
      knownLayers.add(layer);
      layer.registerDisposer(
        layer.annotationStates.changed.add(() => begin(layer)),
      );
      begin(layer);
    }
  };
  layers.registerDisposer(layers.layersChanged.add(look));
  look();
}
