/** The two ways in which a stored description stands for the one that is sent: templates and relative sources. */
import type {
  Dataset,
  DatasetLayer,
  LayerSource,
} from "../../src/clio/model/dataset.js";

/** A source beside the description: `./image`, and nothing that could lead out of the folder. */
const relativeSource = /^\.(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\/?$/;

/** Whether a source leads from the description's own place and not from an address of its own. */
export function isRelativeSource(url: string): boolean {
  return url.startsWith(".");
}

/** Whether a relative source stays beside the description. */
export function isInsideSource(url: string): boolean {
  return relativeSource.test(url);
}

/** Every address in a source, with its key path below the source. */
export function sourceUrls(
  source: LayerSource | undefined,
): { key: string; url: string }[] {
  if (source === undefined) return [];
  if (typeof source === "string") return [{ key: "", url: source }];
  if (!Array.isArray(source)) return [{ key: ".url", url: source.url }];
  return source.flatMap((each, index) =>
    sourceUrls(each).map(({ key, url }) => ({ key: `.${index}${key}`, url })),
  );
}

function mapSource(
  source: LayerSource,
  change: (url: string) => string,
): LayerSource {
  if (typeof source === "string") return change(source);
  if (!Array.isArray(source)) return { ...source, url: change(source.url) };
  return source.map((each) =>
    typeof each === "string"
      ? change(each)
      : { ...each, url: change(each.url) },
  );
}

function mapSources(
  dataset: Dataset,
  change: (url: string) => string,
): Dataset {
  const layers = dataset.neuroglancer.layers.map((layer): DatasetLayer =>
    layer.source === undefined
      ? layer
      : { ...layer, source: mapSource(layer.source, change) },
  );
  return { ...dataset, neuroglancer: { ...dataset.neuroglancer, layers } };
}

/** Puts the dataset's `tag` and `uuid` where its sources say `{tag}` and `{uuid}`; without a value these stay. */
export function fillTemplates(dataset: Dataset): Dataset {
  const values = { tag: dataset.tag, uuid: dataset.uuid };
  return mapSources(dataset, (url) =>
    url.replace(
      /\{(tag|uuid)\}/g,
      (template, key: "tag" | "uuid") => values[key] ?? template,
    ),
  );
}

/**
 * Makes the relative sources of a volume's own description into addresses that a viewer anywhere can open.
 * @param folderUrl where the volume's folder is served, without a slash at its end
 */
export function resolveSources(dataset: Dataset, folderUrl: string): Dataset {
  return mapSources(dataset, (url) =>
    isRelativeSource(url) ? `precomputed://${folderUrl}${url.slice(1)}` : url,
  );
}
