import type { Logger } from "pino";
import {
  DatasetError,
  parseDatasets,
  type Dataset,
} from "../../src/clio/model/dataset.js";
import { requireBodySchemas } from "../../src/clio/model/body_schema.js";
import { JsonFileError, readJsonFile } from "../files/json_file.js";
import {
  isInsideSource,
  isRelativeSource,
  layersOf,
  sourceUrls,
} from "./expand.js";
import { WatchedFile } from "./watched_file.js";

/** Thrown where the catalogue is wrong; each of `problems` is one line and names the file. */
export class CatalogueError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "CatalogueError";
  }
}

/**
 * Refuses datasets whose data lie beside a description that has no place of its own.
 * @param volumes names of those that have one: the volumes in buckets
 * @throws DatasetError naming every source that is wrong
 */
export function refuseRelativeSources(
  datasets: ReadonlyMap<string, Dataset>,
  volumes: ReadonlySet<string>,
): void {
  const problems = [...datasets].flatMap(([id, dataset]) =>
    layersOf(dataset).flatMap(({ key: at, layer }) =>
      sourceUrls(layer.source)
        .filter(
          ({ url }) =>
            isRelativeSource(url) && !(volumes.has(id) && isInsideSource(url)),
        )
        .map(
          ({ key, url }) =>
            `${id}.${at}.source${key}: ${JSON.stringify(url)}, expected an address such as "precomputed://…": only a volume's own dataset.json, and the dataset of a volume in a bucket, may say where their data lie by a relative path such as "./image"`,
        ),
    ),
  );
  if (problems.length > 0) throw new DatasetError(problems);
}

/**
 * Reads the file that lists the datasets whose data lie elsewhere.
 * @param volumes names of the volumes that lie in buckets
 * @throws CatalogueError naming the file and every key that is wrong
 */
export async function readCatalogue(
  file: string,
  volumes: ReadonlySet<string> = new Set(),
): Promise<Map<string, Dataset>> {
  try {
    const datasets = parseDatasets(await readJsonFile(file));
    refuseRelativeSources(datasets, volumes);
    requireBodySchemas(datasets);
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
  private readonly file: WatchedFile<Map<string, Dataset>>;

  private constructor(
    file: string,
    private readonly volumes: ReadonlySet<string>,
    private lastGood: Map<string, Dataset>,
    private readonly log: Logger,
  ) {
    this.file = new WatchedFile(file, () => this.readOrKeep(file));
  }

  /**
   * @param file path of the catalogue
   * @param volumes names of the volumes that lie in buckets
   * @param log told of each broken version, once
   * @throws CatalogueError where it is wrong now
   */
  static async open(
    file: string,
    volumes: ReadonlySet<string>,
    log: Logger,
  ): Promise<Catalogue> {
    const datasets = await readCatalogue(file, volumes);
    return new Catalogue(file, volumes, datasets, log);
  }

  /** The datasets of the last version of the file that could be read. */
  async list(): Promise<Map<string, Dataset>> {
    return (await this.file.get()) ?? this.lastGood;
  }

  private async readOrKeep(file: string): Promise<Map<string, Dataset>> {
    try {
      this.lastGood = await readCatalogue(file, this.volumes);
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
