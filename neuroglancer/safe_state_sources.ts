import { LayerDataSource } from "neuroglancer/unstable/layer/layer_data_source.js";
import { isStateJson, type StateJson } from "./safe_state_text.js";

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

/**
 * The first source of a layer that lies at no host: of `zarr2://http://|` upstream would ask the host `.zarray`, as a browser takes the
 * first name behind the slashes for one, and that is the name of the file that is to be read.
 */
export function sourceWithoutHost({ source }: StateJson): string | undefined {
  const sources: unknown[] = Array.isArray(source) ? source : [source];
  return sources
    .map((one) => (isStateJson(one) ? one.url : one))
    .filter((url) => typeof url === "string")
    .find((url) =>
      // Browsers leave out tabs and line breaks wherever they stand.
      /https?:[/\\]*([|?#]|$)/i.test(url.replace(/[\t\r\n]/g, "")),
    );
}
