import * as v from "valibot";
import { type Dataset, DatasetError, parseDatasets } from "../model/dataset.js";
import {
  segmentationVersion,
  withVersions,
} from "../model/dataset_versions.js";
import type { MarksVocabulary } from "../model/fields.js";
import { mergeableLayer } from "../model/mergeable_layer.js";
import { imageSource } from "./dataset_layers.js";
import { sameSource } from "./source_url.js";

/** Where the server lists its datasets. */
const address = "/v2/datasets";

/** After this long without an answer a person is better served by an error that offers to try again. */
const patienceMs = 20_000;

/** The part of the browser's `fetch` that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a server error says of itself (problem+json). */
const problemSchema = v.object({
  detail: v.string(),
  code: v.optional(v.string()),
});

/** Thrown where the list of datasets did not come. `what` happened and what to do `next` are for the person to read. */
export class CatalogueError extends Error {
  constructor(
    readonly what: string,
    readonly next: string,
    readonly code?: string,
  ) {
    super(`${what} ${next}`);
    this.name = "CatalogueError";
  }
}

/** What the store keeps of the dataset behind a sandbox. */
export interface DatasetImage {
  readonly title: string;
  /** The address of the image, as the dataset's description has it. */
  readonly image: string;
  /** The dataset's words and fields for marks. */
  readonly vocabulary: MarksVocabulary;
  /** Name of the segmentation whose segments can be merged. */
  readonly segmentation: string | undefined;
  /** Its version: that of the dataset, where it says one. */
  readonly segmentationVersion: string | undefined;
}

/** The datasets that the server lists and their versions, asked for once and kept until they are asked for again. */
export class Catalogue {
  private listed: Promise<ReadonlyMap<string, Dataset>> | undefined;
  /** The last answer that was good. */
  private known: Promise<ReadonlyMap<string, Dataset>> | undefined;

  constructor(
    private readonly fetchList: Fetch = (url, init) => fetch(url, init),
  ) {}

  /**
   * The datasets by id, in the server's order, as they were last heard of.
   * @throws {CatalogueError} where they could never be had; the next call asks again
   */
  datasets(): Promise<ReadonlyMap<string, Dataset>> {
    return this.listed ?? this.refresh();
  }

  /**
   * Asks the server again.
   * @throws {CatalogueError} where it cannot say: then those that it last listed stay, for what is open lies in one of them
   */
  refresh(): Promise<ReadonlyMap<string, Dataset>> {
    const asked = this.ask();
    this.listed = asked;
    asked.then(
      () => (this.known = asked),
      () => {
        if (this.listed === asked) this.listed = this.known;
      },
    );
    return asked;
  }

  /** What marks need to know of a dataset, or undefined where there is no such dataset or it has no image. */
  async findImage(id: string): Promise<DatasetImage | undefined> {
    const dataset = (await this.datasets()).get(id);
    const image = dataset && imageSource(dataset);
    if (image === undefined || dataset === undefined) return undefined;
    const { title, marks: vocabulary } = dataset;
    const segmentation = mergeableLayer(dataset)?.name;
    return {
      ...{ title, image, vocabulary, segmentation },
      segmentationVersion:
        segmentation === undefined ? undefined : segmentationVersion(dataset),
    };
  }

  /** The datasets whose main image is read from `source`, however that address is spelt. */
  async withImage(source: string): Promise<{ id: string; title: string }[]> {
    return [...(await this.datasets())]
      .filter(([, dataset]) => {
        const image = imageSource(dataset);
        return image !== undefined && sameSource(image, source);
      })
      .map(([id, { title }]) => ({ id, title }));
  }

  private async ask(): Promise<ReadonlyMap<string, Dataset>> {
    const answer = await this.answer();
    if (!answer.ok) throw await refusal(answer);
    let json: unknown;
    try {
      json = await answer.json();
    } catch {
      throw new CatalogueError(
        "The answer with the datasets cannot be read: it is not JSON, or it broke off.",
        "Try again. Where it stays so, something other than Clio's server answers at this address.",
      );
    }
    try {
      return withVersions(parseDatasets(json));
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      throw new CatalogueError(
        `The list of datasets is wrong: ${error.problems[0]}${more(error.problems.length - 1)}.`,
        "Correct the dataset's description, or reload the page where the server is newer than it.",
      );
    }
  }

  private async answer(): Promise<Response> {
    try {
      return await this.fetchList(address, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(patienceMs),
      });
    } catch (error) {
      const slow =
        error instanceof DOMException && error.name === "TimeoutError";
      throw new CatalogueError(
        slow
          ? `The server has not sent the list of datasets within ${patienceMs / 1000} s.`
          : "The server that lists the datasets does not answer.",
        "See that it runs (npm start), then try again.",
      );
    }
  }
}

function more(count: number): string {
  return count > 0 ? ` (and ${count} more)` : "";
}

async function refusal(answer: Response): Promise<CatalogueError> {
  const said = v.safeParse(
    problemSchema,
    await answer.json().catch(() => undefined),
  );
  const reason = said.success ? `: ${said.output.detail}` : ".";
  return new CatalogueError(
    `The server refused the list of datasets (HTTP ${answer.status})${reason}`,
    "Try again. Where it stays so, what the server printed says more.",
    said.success ? said.output.code : undefined,
  );
}
