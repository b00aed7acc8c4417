/** The versions of a dataset, each of which is opened, marked and searched as a dataset of its own. */
import {
  type Dataset,
  datasetIdPattern,
  type DatasetVersion,
} from "./dataset.js";

/** The version of the segmentation whose segments can be merged: that of the dataset, where it says one. */
export function segmentationVersion({
  tag,
  uuid,
}: Dataset): string | undefined {
  return tag ?? uuid;
}

/** What a version is called; undefined where it has no name. */
function nameOf({ version, tag, title }: DatasetVersion): string | undefined {
  return version ?? tag ?? title;
}

/**
 * The versions of a dataset by their ids, `<id>-<version, tag or title>`: the layers of the dataset and then their own; what else they
 * say stands in the place of what the dataset says. A version whose id could not be one is left out.
 */
export function versionsOf(id: string, dataset: Dataset): Map<string, Dataset> {
  const { versions = [], ...base } = dataset;
  const found = new Map<string, Dataset>();
  for (const version of versions) {
    const name = nameOf(version);
    const versionId = `${id}-${name}`;
    if (name === undefined || !datasetIdPattern.test(versionId)) continue;
    const { neuroglancer: scene = {}, ...said } = version;
    const layers = [...base.neuroglancer.layers, ...(scene.layers ?? [])];
    found.set(versionId, {
      ...base,
      ...said,
      description: said.description ?? base.description,
      title: `${base.title}:${name}`,
      neuroglancer: { ...base.neuroglancer, ...scene, layers },
      version: name,
    });
  }
  return found;
}

/** Every dataset, each with its versions behind it. A dataset stands above a version of the same id. */
export function withVersions(
  datasets: ReadonlyMap<string, Dataset>,
): Map<string, Dataset> {
  const all = new Map<string, Dataset>();
  for (const [id, dataset] of datasets) {
    all.set(id, dataset);
    for (const [versionId, version] of versionsOf(id, dataset)) {
      if (!datasets.has(versionId)) all.set(versionId, version);
    }
  }
  return all;
}
