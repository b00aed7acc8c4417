import { readdir } from "node:fs/promises";
import type { Logger } from "pino";
import {
  DatasetError,
  parseDataset,
  type Dataset,
} from "../../src/clio/model/dataset.js";
import { bodySchemaOf } from "../../src/clio/model/body_schema.js";
import { JsonFileError, readJsonFile } from "../files/json_file.js";
import { resolveInside, volumeName } from "../volumes/path.js";
import {
  isInsideSource,
  isRelativeSource,
  layersOf,
  sourceUrls,
} from "./expand.js";
import { WatchedFile } from "./watched_file.js";

/** What describes a volume, in the volume's own folder. A folder without it is not finished and is not listed. */
const descriptionName = "dataset.json";

function checkSources(dataset: Dataset): void {
  const problems = layersOf(dataset).flatMap(({ key: at, layer }) =>
    sourceUrls(layer.source)
      .filter(({ url }) => isRelativeSource(url) && !isInsideSource(url))
      .map(
        ({ key, url }) =>
          `${at}.source${key}: ${JSON.stringify(url)}, expected a folder of this volume such as "./image"`,
      ),
  );
  if (problems.length > 0) throw new DatasetError(problems);
}

/** The datasets that lie in the data folder, each described by the `dataset.json` of its own folder. */
export class VolumeDatasets {
  private readonly descriptions = new Map<
    string,
    WatchedFile<Dataset | undefined>
  >();

  /**
   * @param folder the real path of the folder that holds the volumes
   * @param log told of each description that cannot be read, once for each version of it
   */
  constructor(
    private readonly folder: string,
    private readonly log: Logger,
  ) {}

  /** The datasets as the folder is now, by name, their sources still relative. A broken one is left out and logged. */
  async list(): Promise<Map<string, Dataset>> {
    const datasets = new Map<string, Dataset>();
    for (const name of (await readdir(this.folder)).sort()) {
      const dataset = await this.find(name);
      if (dataset !== undefined) datasets.set(name, dataset);
    }
    return datasets;
  }

  /** The dataset of a name, its sources still relative. */
  async find(name: string): Promise<Dataset | undefined> {
    if (!volumeName.test(name)) return undefined;
    const file = await resolveInside(this.folder, [name, descriptionName]);
    if (file === undefined) return undefined;
    let description = this.descriptions.get(file);
    if (description === undefined) {
      description = new WatchedFile(file, () => this.read(name, file));
      this.descriptions.set(file, description);
    }
    return description.get();
  }

  private async read(name: string, file: string): Promise<Dataset | undefined> {
    try {
      const dataset = parseDataset(name, await readJsonFile(file));
      checkSources(dataset);
      bodySchemaOf(dataset);
      return dataset;
    } catch (error) {
      if (!(error instanceof DatasetError || error instanceof JsonFileError)) {
        throw error;
      }
      const problems =
        error instanceof DatasetError ? error.problems : [error.message];
      this.log.warn(
        { volume: name, file, problems },
        "a volume is not listed because its description is wrong",
      );
      return undefined;
    }
  }
}
