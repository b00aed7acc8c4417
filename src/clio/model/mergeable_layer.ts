import type { Dataset, DatasetLayer } from "./dataset.js";

/** The first layer, in the order written, to which the dataset or the layer itself gives the role "mergeable". */
export function mergeableLayer(dataset: Dataset): DatasetLayer | undefined {
  const { roles = {}, neuroglancer } = dataset;
  return neuroglancer.layers.find(
    // Own keys alone: a layer may be called "constructor".
    ({ name, roles: own = [] }) =>
      own.includes("mergeable") ||
      (Object.hasOwn(roles, name) && roles[name].includes("mergeable")),
  );
}
