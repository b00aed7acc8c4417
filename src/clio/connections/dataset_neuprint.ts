import type { NeuprintInfo } from "../model/neuprint.js";
import type { NeuprintClient } from "./neuprint_client.js";

/** What the connections need to know of the dataset catalogue. */
export interface ConnectionsCatalogue {
  /** Name of the segmentation whose segments can be merged. */
  findImage(
    id: string,
  ): Promise<{ readonly segmentation: string | undefined } | undefined>;
}

/** Who says it. */
export interface NeuprintSources {
  readonly client: Pick<NeuprintClient, "info">;
  readonly catalogue: ConnectionsCatalogue;
}

/** The neuPrint of a dataset, and the name of the layer that shows its cells: undefined for the first segmentation in view. */
export interface DatasetNeuprint {
  readonly info: NeuprintInfo;
  readonly layerName: string | undefined;
}

/**
 * The neuPrint of a dataset; undefined where it has none.
 * @throws ConnectionsProblem, and the signal's reason
 */
export async function neuprintOf(
  dataset: string,
  { client, catalogue }: NeuprintSources,
  signal: AbortSignal,
): Promise<DatasetNeuprint | undefined> {
  const info = await client.info(dataset, signal);
  if (info === null) return undefined;
  const image = await catalogue.findImage(dataset);
  signal.throwIfAborted();
  return { info, layerName: info.segmentation ?? image?.segmentation };
}
