import type { Logger } from "pino";
import type { Dataset } from "../../src/clio/model/dataset.js";
import type { Catalogue } from "./catalogue.js";
import { resolveSources } from "./expand.js";
import type { VolumeDatasets } from "./volume_datasets.js";

/** Both kinds of dataset as one list, the volumes' sources leading to where this server shows them. */
export class DatasetList {
  private readonly hidden = new Set<string>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly volumes: VolumeDatasets,
    private readonly log: Logger,
  ) {}

  /** The datasets by id, the volumes first. A volume that has the id of a catalogue entry is left out and logged. */
  async at(origin: string): Promise<Map<string, Dataset>> {
    const [listed, found] = await Promise.all([
      this.catalogue.list(),
      this.volumes.list(),
    ]);
    const datasets = new Map<string, Dataset>();
    for (const [name, dataset] of found) {
      if (listed.has(name)) {
        this.reportHidden(name);
      } else {
        const folderUrl = `${origin}/volumes/${name}`;
        datasets.set(name, resolveSources(dataset, folderUrl));
      }
    }
    for (const [id, dataset] of listed) datasets.set(id, dataset);
    return datasets;
  }

  /** One dataset, wherever it comes from; its sources are as they were written. */
  async find(id: string): Promise<Dataset | undefined> {
    const listed = (await this.catalogue.list()).get(id);
    return listed ?? (await this.volumes.list()).get(id);
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
