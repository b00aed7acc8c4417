/** The two ways in which a stored description stands for the one that is sent: templates and relative sources. */
import type {
  Dataset,
  DatasetLayer,
  DatasetVersion,
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
  const mapLayer = (layer: DatasetLayer): DatasetLayer =>
    layer.source === undefined
      ? layer
      : { ...layer, source: mapSource(layer.source, change) };
  const { neuroglancer, versions } = dataset;
  const layers = neuroglancer.layers.map(mapLayer);
  return {
    ...dataset,
    neuroglancer: { ...neuroglancer, layers },
    ...(versions && {
      versions: versions.map((version) => mapVersion(version, mapLayer)),
    }),
  };
}

function mapVersion(
  version: DatasetVersion,
  mapLayer: (layer: DatasetLayer) => DatasetLayer,
): DatasetVersion {
  const { neuroglancer } = version;
  if (neuroglancer?.layers === undefined) return version;
  const layers = neuroglancer.layers.map(mapLayer);
  return { ...version, neuroglancer: { ...neuroglancer, layers } };
}

/** Every layer of a dataset and of its versions, with its key path. */
export function layersOf(
  dataset: Dataset,
): { key: string; layer: DatasetLayer }[] {
  const scenes: [string, readonly DatasetLayer[]][] = [
    ["", dataset.neuroglancer.layers],
    ...(dataset.versions ?? []).map(
      ({ neuroglancer }, i): [string, readonly DatasetLayer[]] => [
        `versions.${i}.`,
        neuroglancer?.layers ?? [],
      ],
    ),
  ];
  return scenes.flatMap(([key, layers]) =>
    layers.map((layer, i) => ({
      key: `${key}neuroglancer.layers.${i}`,
      layer,
    })),
  );
}

interface TemplateValues {
  readonly tag?: string | undefined;
  readonly uuid?: string | undefined;
}

/**
 * Puts the dataset's `tag` and `uuid` wherever a text or a key of it says `{tag}` and `{uuid}`, as the original does; without a value
 * these stay. In a version that has values of its own, those.
 */
export function fillTemplates(dataset: Dataset): Dataset {
  const { versions, ...rest } = dataset;
  const filled = fill(rest, dataset) as Dataset;
  if (versions === undefined) return filled;
  return {
    ...filled,
    versions: versions.map((version) => {
      const { tag = dataset.tag, uuid = dataset.uuid } = version;
      return fill(version, { tag, uuid }) as DatasetVersion;
    }),
  };
}

function fill(json: unknown, values: TemplateValues): unknown {
  if (typeof json === "string") return fillText(json, values);
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((each) => fill(each, values));
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      fillText(key, values),
      fill(value, values),
    ]),
  );
}

function fillText(text: string, values: TemplateValues): string {
  return text.replace(
    /\{(tag|uuid)\}/g,
    (template, key: keyof TemplateValues) => values[key] ?? template,
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
