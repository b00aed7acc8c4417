import { stat } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "pino";
import { manifestFile } from "./index/manifest.js";
import { CorruptIndexError } from "./index/sealed_file.js";
import type { EngineShelf } from "./search/search_engine.js";
import type { SearchPool } from "./search/search_pool.js";
import { SignatureIndex } from "./search/signature_index.js";

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

  /** Closes all, when the searches under way are done: resolves then. */
  async close(): Promise<void> {
    await Promise.allSettled(this.opening.values());
    const all = [...this.open.values()];
    this.open.clear();
    await Promise.all(all.map(({ index }) => index.retire()));
  }

  private async current(dataset: string): Promise<SignatureIndex | undefined> {
    const stamp = await stampOf(path.join(this.folder, dataset));
    const known = this.open.get(dataset);
    if (known !== undefined && known.stamp === stamp) {
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
        path.join(this.folder, dataset),
        this.pool,
        ({ segment, reason }) =>
          this.log.error(
            { dataset, segment, reason },
            "a segment of a signature index is corrupt: searches go on without it",
          ),
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

  private closeUnused(dataset: string): void {
    for (const [other, { index }] of this.open) {
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
