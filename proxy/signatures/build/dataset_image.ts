import type { Logger } from "pino";
import { volumesFolder, type Config } from "../../config.js";
import { readCatalogue } from "../../datasets/catalogue.js";
import { fillTemplates, sourceUrls } from "../../datasets/expand.js";
import { VolumeDatasets } from "../../datasets/volume_datasets.js";
import { BuildPlanError } from "./build_index.js";
import type { Place } from "./volume/file_store.js";
import { placeOfSource } from "./volume/source_place.js";

/**
 * Finds where the image of a dataset lies, of all datasets that the server lists.
 * @param log told of descriptions that cannot be read
 * @throws BuildPlanError where there is no such dataset, or its image is in a format that signatures are not made from
 * @throws CatalogueError where the catalogue is wrong
 */
export async function imageOf(
  config: Config,
  id: string,
  log: Logger,
): Promise<Place> {
  const folder = volumesFolder(config);
  const inBuckets = new Set(Object.keys(config.buckets));
  const listed = await readCatalogue(config.datasets, inBuckets);
  const found = await new VolumeDatasets(folder, log).list();
  const dataset = listed.get(id) ?? found.get(id);
  if (dataset === undefined)
    throw new BuildPlanError(
      `dataset ${JSON.stringify(id)}: expected one of ${[...listed.keys(), ...found.keys()].join(", ")}`,
    );
  const { mainLayer, neuroglancer } = fillTemplates(dataset);
  const layer =
    neuroglancer.layers.find(({ name }) => name === mainLayer) ??
    neuroglancer.layers.find(({ type }) => type === "image");
  const url = layer && sourceUrls(layer.source)[0]?.url;
  if (layer === undefined || url === undefined)
    throw new BuildPlanError(`dataset ${id}: has no image`);
  const place = placeOfSource(config, id, url);
  if (place !== undefined) return place;
  throw new BuildPlanError(
    `dataset ${id}, layer ${layer.name}: ${url}, expected an image in the precomputed format (precomputed://…) at http, https, gs or s3`,
  );
}
