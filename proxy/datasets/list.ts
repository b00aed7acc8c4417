import type { Logger } from "pino";
import type { Dataset } from "../../src/clio/model/dataset.js";
import type { Catalogue } from "./catalogue.js";
import { versionsOf } from "../../src/clio/model/dataset_versions.js";
import type { FoundDataset } from "../permissions/permissions.js";
import { resolveSources } from "./expand.js";
import type { StoredDatasets } from "./stored_datasets.js";
import type { VolumeDatasets } from "./volume_datasets.js";

/** All kinds of dataset as one list, the volumes' sources leading to where this server shows them. */
export class DatasetList {
  private readonly hidden = new Set<string>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly volumes: VolumeDatasets,
    private readonly stored: StoredDatasets,
    /** Names of the volumes that lie in buckets, and are described in the catalogue. */
    private readonly inBuckets: ReadonlySet<string>,
    private readonly log: Logger,
  ) {}

  /**
   * The datasets by id, the volumes first. A volume that has the id of a catalogue entry is left out and logged, and so is what was
   * described over HTTP under the id of either.
   */
  async at(origin: string): Promise<Map<string, Dataset>> {
    const [listed, found, stored] = await Promise.all([
      this.catalogue.list(),
      this.volumes.list(),
      this.stored.list(),
    ]);
    const datasets = new Map<string, Dataset>();
    for (const [name, dataset] of found) {
      if (listed.has(name)) {
        this.reportHidden(name);
      } else {
        datasets.set(name, resolveSources(dataset, folderUrl(origin, name)));
      }
    }
    for (const [id, dataset] of listed) {
      datasets.set(
        id,
        this.inBuckets.has(id)
          ? resolveSources(dataset, folderUrl(origin, id))
          : dataset,
      );
    }
    for (const [id, dataset] of stored) {
      if (!datasets.has(id)) datasets.set(id, dataset);
    }
    return datasets;
  }

  /** The ids of all datasets. Versions of a dataset are not among them. */
  async ids(): Promise<string[]> {
    const kinds = [this.catalogue, this.volumes, this.stored];
    const lists = await Promise.all(kinds.map((kind) => kind.list()));
    return [...new Set(lists.flatMap((list) => [...list.keys()]))].sort();
  }

  /** One dataset or version of one, wherever it comes from; its sources are as they were written. */
  async find(id: string): Promise<FoundDataset | undefined> {
    const own = (await this.fromFile(id)) ?? (await this.stored.list()).get(id);
    if (own !== undefined) return { dataset: own, home: id };
    for (const lists of [this.catalogue, this.volumes, this.stored]) {
      for (const [home, dataset] of await lists.list()) {
        if (!id.startsWith(`${home}-`)) continue;
        const version = versionsOf(home, dataset).get(id);
        if (version !== undefined) return { dataset: version, home };
      }
    }
    return undefined;
  }

  /** A dataset that a file describes, which nobody changes over HTTP. */
  async fromFile(id: string): Promise<Dataset | undefined> {
    const listed = (await this.catalogue.list()).get(id);
    return listed ?? this.volumes.find(id);
  }

  private reportHidden(name: string): void {
    if (this.hidden.has(name)) return;
    this.hidden.add(name);
    this.log.warn(
      { volume: name },
      "a volume is not listed because the dataset catalogue has an entry of the same id: rename its folder",
    );
  }
}

/** Where the files of a volume are served. */
function folderUrl(origin: string, name: string): string {
  return `${origin}/volumes/${name}`;
}
