import type { DatasetLayer } from "../../src/clio/model/dataset.js";
import type { CutoutLayer } from "../../src/clio/model/cutout.js";
import type { Config } from "../config.js";
import { isRelativeSource } from "../datasets/expand.js";
import type { FoundDataset } from "../permissions/permissions.js";
import type { Place } from "../signatures/build/volume/file_store.js";
import { placeOfSource } from "../signatures/build/volume/source_place.js";

/** Where the voxels of a layer are read from. */
export interface LayerSource {
  readonly place: Place;
  readonly type: CutoutLayer["type"];
  /** The address, where everybody can read it. */
  readonly address?: string;
}

/** Why a layer cannot be cut out, as a sentence. */
export interface NoSource {
  readonly reason: string;
}

/**
 * Finds where the voxels of a layer lie.
 * @param home in which dataset's folder a relative source is
 * @param isFromFile whether a file of this server describes the dataset: no address that came over HTTP is ever asked by the server
 */
export function layerSource(
  config: Pick<Config, "data" | "buckets">,
  { home }: Pick<FoundDataset, "home">,
  layer: DatasetLayer,
  isFromFile: boolean,
): LayerSource | NoSource {
  const { type } = layer;
  if (type !== "image" && type !== "segmentation")
    return { reason: "It is neither an image nor a segmentation." };
  const [first] = Array.isArray(layer.source) ? layer.source : [layer.source];
  if (first === undefined) return { reason: "It has no source." };
  const url = typeof first === "object" ? first.url : first;
  if (typeof first === "object" && first.transform !== undefined)
    return { reason: "Its source is moved or turned by a transform." };
  if (!isFromFile)
    return {
      reason:
        "Its dataset was described over HTTP, and this server asks no address that came that way.",
    };
  const place = placeOfSource(config, home, url);
  if (place === undefined)
    return { reason: "Its source is in no format that this server reads." };
  return isRelativeSource(url)
    ? { place, type }
    : { place, type, address: url };
}
