import {
  DatasetError,
  parseDatasets,
  type Dataset,
} from "../../src/clio/model/dataset.js";
import { requireBodySchemas } from "../../src/clio/model/body_schema.js";
import { badRequest, notFound } from "../problems/problem.js";
import type { DatasetRow, Storage } from "../storage/storage.js";
import { refuseRelativeSources } from "./catalogue.js";

/** What is described over HTTP has no data at the server. */
const noVolumes: ReadonlySet<string> = new Set();

/** `v0.9` is earlier than `v0.10`. */
const tagOrder = new Intl.Collator("en", { numeric: true });

/** The datasets that were described over HTTP. */
export class StoredDatasets {
  /** What was made of each row, as long as it is the same. */
  private readonly parsed = new Map<string, { text: string; made: Dataset }>();

  constructor(private readonly storage: Storage) {}

  /** The datasets by id. */
  async list(): Promise<Map<string, Dataset>> {
    const rows = await this.storage.read.datasets();
    return new Map(rows.map((row) => [row.id, this.parse(row)]));
  }

  /**
   * Describes datasets, all of them or none. What a description has beside what Clio reads of it is kept.
   * @param json object from id to description
   * @throws Problem 400 naming every key that is wrong, and a tag that is earlier than the one that is there
   */
  async put(actor: string, json: Record<string, unknown>): Promise<void> {
    let datasets: Map<string, Dataset>;
    try {
      datasets = parseDatasets(json);
      refuseRelativeSources(datasets, noVolumes);
      requireBodySchemas(datasets);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      throw badRequest(error.problems.slice(0, 10).join("; "), "bad-body");
    }
    const modified = Date.now();
    await this.storage.write(async (writer) => {
      const present = await writer.datasets();
      for (const [id, { tag }] of datasets) {
        const row = present.find((each) => each.id === id);
        refuseEarlierTag(id, tag, row && this.parse(row).tag);
        const description = JSON.stringify(json[id]);
        await writer.putDataset({ id, description, modified });
        const detail = row === undefined ? "added" : "changed";
        const action = "dataset-described";
        const at = modified;
        await writer.addAudit({ at, actor, action, subject: id, detail });
      }
    });
  }

  /** Takes descriptions away, all of them or none. @throws Problem 404 where one is not there */
  async remove(actor: string, ids: readonly string[]): Promise<void> {
    await this.storage.write(async (writer) => {
      const present = new Set((await writer.datasets()).map(({ id }) => id));
      for (const id of new Set(ids)) {
        if (!present.has(id)) {
          throw notFound(
            `No dataset ${JSON.stringify(id)} was described over HTTP.`,
          );
        }
        await writer.removeDataset(id);
        await writer.addAudit({
          at: Date.now(),
          actor,
          action: "dataset-removed",
          subject: id,
          detail: "",
        });
      }
    });
  }

  private parse({ id, description }: DatasetRow): Dataset {
    const known = this.parsed.get(id);
    if (known?.text === description) return known.made;
    const text = `{${JSON.stringify(id)}:${description}}`;
    const made = parseDatasets(JSON.parse(text)).get(id)!;
    this.parsed.set(id, { text: description, made });
    return made;
  }
}

function refuseEarlierTag(
  id: string,
  tag: string | undefined,
  present: string | undefined,
): void {
  if (tag === undefined || present === undefined) return;
  if (tagOrder.compare(tag, present) >= 0) return;
  throw badRequest(
    `${id}.tag: ${JSON.stringify(tag)}, expected a tag that is not earlier than ${JSON.stringify(present)}`,
    "bad-body",
  );
}
