import type { Logger } from "pino";
import {
  DatasetError,
  parseDatasets,
  type Dataset,
} from "../../src/clio/model/dataset.js";
import { JsonFileError, readJsonFile } from "../files/json_file.js";
import { isRelativeSource, sourceUrls } from "./expand.js";
import { WatchedFile } from "./watched_file.js";

/** Thrown where the catalogue is wrong; each of `problems` is one line and names the file. */
export class CatalogueError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "CatalogueError";
  }
}

function checkSources(datasets: ReadonlyMap<string, Dataset>): void {
  const problems = [...datasets].flatMap(([id, dataset]) =>
    dataset.neuroglancer.layers.flatMap((layer, index) =>
      sourceUrls(layer.source)
        .filter(({ url }) => isRelativeSource(url))
        .map(
          ({ key, url }) =>
            `${id}.neuroglancer.layers.${index}.source${key}: ${JSON.stringify(url)}, expected an address such as "precomputed://…": only a volume's own dataset.json may say where its data lie by a relative path`,
        ),
    ),
  );
  if (problems.length > 0) throw new DatasetError(problems);
}

/**
 * Reads the file that lists the datasets whose data lie elsewhere.
 * @throws CatalogueError naming the file and every key that is wrong
 */
export async function readCatalogue(
  file: string,
): Promise<Map<string, Dataset>> {
  try {
    const datasets = parseDatasets(await readJsonFile(file));
    checkSources(datasets);
    return datasets;
  } catch (error) {
    if (error instanceof JsonFileError) {
      throw new CatalogueError([error.message]);
    }
    if (error instanceof DatasetError) {
      throw new CatalogueError(
        error.problems.map((problem) => `${file}: ${problem}`),
      );
    }
    throw error;
  }
}

/** The catalogue while the server runs: read again when its file changes, and kept as it was while that is broken. */
export class Catalogue {
  private lastGood: Map<string, Dataset>;
  private readonly file: WatchedFile<Map<string, Dataset>>;

  /**
   * @param file path of the catalogue
   * @param datasets what it held at the start
   * @param log told of each broken version, once
   */
  constructor(
    file: string,
    datasets: Map<string, Dataset>,
    private readonly log: Logger,
  ) {
    this.lastGood = datasets;
    this.file = new WatchedFile(file, () => this.readOrKeep(file));
  }

  /** The datasets of the last version of the file that could be read. */
  async list(): Promise<Map<string, Dataset>> {
    return (await this.file.get()) ?? this.lastGood;
  }

  private async readOrKeep(file: string): Promise<Map<string, Dataset>> {
    try {
      this.lastGood = await readCatalogue(file);
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      this.log.error(
        { problems: error.problems },
        "the dataset catalogue has become wrong; its last good version stays in use",
      );
    }
    return this.lastGood;
  }
}
