import { LayerDataSource } from "neuroglancer/unstable/layer/layer_data_source.js";

/**
 * Keeps upstream from loading a source for a layer that is gone.
 *
 * A layer without a type becomes one with a type as soon as its source is there, and its own copy of the source is disposed. Upstream
 * then goes on with that copy: it puts the canonical address of the source in the place of the one that the link has, which loads the
 * source once more, for nobody. What it is bound to is never released: the units and the scale of its axes would hold in every view
 * that is opened afterwards, whatever link it comes from.
 * @throws {Error} where upstream's class is not as it was
 */
export function leaveDisposedSources(): void {
  const { prototype } = LayerDataSource;
  const property = Object.getOwnPropertyDescriptor(prototype, "spec");
  if (property?.set === undefined) {
    throw new Error("LayerDataSource.spec can no longer be set");
  }
  Object.defineProperty(prototype, "spec", {
    ...property,
    set(this: LayerDataSource, spec: LayerDataSource["spec"]) {
      if (!this.wasDisposed) property.set?.call(this, spec);
    },
  });
}
