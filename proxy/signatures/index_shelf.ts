import { stat } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "pino";
import { appendSegment } from "./index/append_segment.js";
import { manifestFile, readManifest } from "./index/manifest.js";
import { IndexPlanError } from "./index/index_writer.js";
import { CorruptIndexError } from "./index/sealed_file.js";
import type { EngineShelf } from "./search/search_engine.js";
import type { SearchPool } from "./search/search_pool.js";
import type { Records } from "./record.js";
import { SignatureIndex } from "./search/signature_index.js";
import { tailRecords, type Tail } from "./search/tail.js";

/** How long added records stay in memory alone, in milliseconds: what is lost where the process is killed. */
const publishedAfter = 10_000;

/** An open index, and which version of the manifest it was opened for. */
interface OpenIndex {
  readonly stamp: string;
  readonly index: SignatureIndex;
}

/**
 * The indexes of all datasets. Each is opened when it is first searched, and again when it has been replaced, while the searches
 * under way finish in the one that they began in. Those that were not used for longest are closed where all together take more
 * memory than they may.
 */
export class IndexShelf implements EngineShelf {
  /** By dataset; that which was used last is the last. */
  private readonly open = new Map<string, OpenIndex>();
  /** What is being opened, by dataset. */
  private readonly opening = new Map<string, Promise<OpenIndex | undefined>>();
  /** The end of what is being added to a dataset, and the datasets whose tail is being published. */
  private readonly adding = new Map<string, Promise<void>>();
  private readonly publishing = new Set<string>();
  private readonly published = new WeakSet<Tail>();

  /**
   * @param folder that holds a folder a dataset
   * @param largestMemory what the indexes may take together, in bytes; one alone may take more
   * @param log told of what is corrupt
   */
  constructor(
    private readonly folder: string,
    private readonly pool: SearchPool,
    private readonly largestMemory: number,
    private readonly log: Logger,
  ) {}

  /**
   * Works with the index of a dataset, which stays as it is meanwhile.
   * @returns undefined where the dataset has none
   * @throws CorruptIndexError where its manifest is broken, and none was open before
   */
  async use<T>(
    dataset: string,
    work: (index: SignatureIndex) => Promise<T>,
  ): Promise<T | undefined> {
    for (;;) {
      const index = await this.current(dataset);
      if (index === undefined) return undefined;
      // Replaced or closed since: nothing was awaited between the question and the use.
      if (!index.isRetired) return index.use(() => work(index));
    }
  }

  /**
   * The hash of a dataset's encoder. An index that is not open stays closed: of many datasets few share an encoder.
   * @returns undefined where the dataset has no index
   * @throws CorruptIndexError where its manifest is broken
   */
  async encoder(dataset: string): Promise<string | undefined> {
    const folder = this.folderOf(dataset);
    const known = this.open.get(dataset);
    const isAsKnown = known?.stamp === (await stampOf(folder));
    const description = isAsKnown
      ? known?.index.description
      : await readManifest(folder);
    return description?.encoder.hash;
  }

  /**
   * Adds records to the index of a dataset, where there is one. Searches that begin later find them. They become a segment when the
   * tail is full, some seconds later, or when the shelf is closed.
   * @param encoder the hash of the encoder that made them
   * @returns how many the index has in memory alone; undefined where there is no index
   * @throws IndexPlanError where there are more than a tail takes, or they are of another encoder than the index
   * @throws IndexBusyError, IndexWriteError where the tail is full and cannot be published now: they were not added
   */
  add(
    dataset: string,
    records: Records,
    encoder: string,
  ): Promise<number | undefined> {
    return this.inTurn(dataset, async () => {
      const count = records.signatures.length;
      const index = await this.current(dataset);
      if (index === undefined) return undefined;
      if (index.tail.encoder !== encoder) {
        throw new IndexPlanError(
          `encoder ${encoder}: the index holds signatures of ${index.tail.encoder}`,
        );
      }
      if (count > tailRecords) {
        throw new IndexPlanError(
          `${count} records, expected at most ${tailRecords} at once`,
        );
      }
      if (!index.tail.takes(count)) await this.publishTail(dataset);
      const open = await this.current(dataset);
      if (open === undefined) return undefined;
      open.tail.add(records);
      setTimeout(() => {
        this.publish(dataset).catch((error: unknown) =>
          this.log.error(
            { dataset, err: error },
            "what was added to a signature index cannot be published yet: it is in memory",
          ),
        );
      }, publishedAfter).unref();
      return open.tail.count;
    });
  }

  /**
   * Makes a segment of what was added to the index of a dataset.
   * @throws IndexBusyError, IndexPlanError, IndexWriteError where that cannot be: it stays in memory, and is searched
   */
  publish(dataset: string): Promise<void> {
    return this.inTurn(dataset, () => this.publishTail(dataset));
  }

  /** Closes all, when the searches under way are done and what was added is published: resolves then. */
  async close(): Promise<void> {
    for (const dataset of this.open.keys()) {
      await this.publish(dataset).catch((error: unknown) =>
        this.log.error(
          { dataset, err: error },
          "what was added to a signature index last is lost: it cannot be published",
        ),
      );
    }
    await Promise.allSettled(this.opening.values());
    const all = [...this.open.values()];
    this.open.clear();
    await Promise.all(all.map(({ index }) => index.retire()));
  }

  private folderOf(dataset: string): string {
    return path.join(this.folder, dataset);
  }

  /** Does what is added to a dataset one after the other. */
  private inTurn<T>(dataset: string, work: () => Promise<T>): Promise<T> {
    const before = this.adding.get(dataset) ?? Promise.resolve();
    const mine = before.then(work);
    const end = mine.then(
      () => undefined,
      () => undefined,
    );
    this.adding.set(dataset, end);
    return mine;
  }

  /** Until it is done, searches go on in the index as it is: the next one has the segment, and no tail. */
  private async publishTail(dataset: string): Promise<void> {
    // What is being opened now may have the segment or not.
    while (this.opening.has(dataset)) {
      await this.opening.get(dataset)?.catch(() => undefined);
    }
    const tail = this.unpublished(this.open.get(dataset));
    if (tail === undefined || tail.count === 0) return;
    this.publishing.add(dataset);
    try {
      await appendSegment(this.folderOf(dataset), tail.records, tail.encoder);
      this.published.add(tail);
    } finally {
      this.publishing.delete(dataset);
    }
  }

  private async current(dataset: string): Promise<SignatureIndex | undefined> {
    const stamp = await stampOf(this.folderOf(dataset));
    const known = this.open.get(dataset);
    const isAsKnown = known?.stamp === stamp || this.publishing.has(dataset);
    if (known !== undefined && isAsKnown) {
      this.open.delete(dataset);
      this.open.set(dataset, known);
      return known.index;
    }
    let opening = this.opening.get(dataset);
    if (opening === undefined) {
      opening = this.replace(dataset, stamp).finally(() =>
        this.opening.delete(dataset),
      );
      this.opening.set(dataset, opening);
    }
    return (await opening)?.index;
  }

  private async replace(
    dataset: string,
    stamp: string | undefined,
  ): Promise<OpenIndex | undefined> {
    const former = this.open.get(dataset);
    const index = await this.openIndex(dataset, former);
    this.open.delete(dataset);
    if (index !== undefined && stamp !== undefined) {
      this.open.set(dataset, { stamp, index });
    }
    const lost = this.unpublished(former)?.count ?? 0;
    if (lost > 0 && former?.index.tail !== index?.tail) {
      this.log.error(
        { dataset, records: lost },
        "what was added to a signature index last is lost: the index was replaced by one of another encoder, or removed",
      );
    }
    if (former !== undefined && former.index !== index) {
      void former.index.retire();
    }
    this.closeUnused(dataset);
    return this.open.get(dataset);
  }

  private async openIndex(
    dataset: string,
    former: OpenIndex | undefined,
  ): Promise<SignatureIndex | undefined> {
    try {
      return await SignatureIndex.open(
        this.folderOf(dataset),
        this.pool,
        ({ segment, reason }) =>
          this.log.error(
            { dataset, segment, reason },
            "a segment of a signature index is corrupt: searches go on without it",
          ),
        this.unpublished(former),
      );
    } catch (error) {
      if (!(error instanceof CorruptIndexError)) throw error;
      this.log.error(
        { dataset, err: error },
        "the manifest of a signature index is corrupt",
      );
      if (former === undefined) throw error;
      return former.index;
    }
  }

  /** What was added to an index and is in no segment. */
  private unpublished(open: OpenIndex | undefined): Tail | undefined {
    const tail = open?.index.tail;
    return tail && !this.published.has(tail) ? tail : undefined;
  }

  private closeUnused(dataset: string): void {
    for (const [other, known] of this.open) {
      const { index } = known;
      // What is in memory alone must not be lost.
      if ((this.unpublished(known)?.count ?? 0) > 0) continue;
      const memory = [...this.open.values()].reduce(
        (sum, each) => sum + each.index.memory,
        0,
      );
      if (memory <= this.largestMemory) return;
      if (other === dataset) continue;
      this.open.delete(other);
      void index.retire();
    }
  }
}

/** Another for each version of an index's manifest; undefined where there is none. */
async function stampOf(folder: string): Promise<string | undefined> {
  try {
    const { mtimeNs, ino, size } = await stat(manifestFile(folder), {
      bigint: true,
    });
    return [mtimeNs, ino, size].join(" ");
  } catch {
    return undefined;
  }
}
