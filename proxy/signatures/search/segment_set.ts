import type { PublishedManifest } from "../index/manifest.js";
import { readManifest } from "../index/manifest.js";
import { CorruptSegmentError } from "../segment/layout.js";
import { SegmentFile } from "../segment/segment_file.js";
import { CancelledError } from "./effort.js";
import type { SearchPool } from "./search_pool.js";
import type {
  Corruption,
  SearchAnswer,
  SearchPart,
  SearchTask,
} from "./search_task.js";
import type { SharedTail } from "./tail.js";

/** Who searches, and until when. */
export interface Asker {
  /** Users take turns. */
  readonly user: string;
  /** Ends the search when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Another thread is not worth its while for fewer records than these. */
const shareRecords = 2 ** 14;

/** Makes the task of one thread. */
export type MakeTask = (part: SearchPart) => SearchTask;

/** The segments of a published index, open, and searched by the threads of a pool. */
export class SegmentSet {
  private readonly corruptions = new Map<string, Corruption>();
  private uses = 0;
  private closed: Promise<void> | undefined;
  private whenUnused: () => void = () => undefined;

  private constructor(
    readonly manifest: PublishedManifest,
    private readonly files: readonly SegmentFile[],
    corruptions: readonly Corruption[],
    private readonly pool: SearchPool,
    private readonly onCorruption: (corruption: Corruption) => void,
  ) {
    for (const corruption of corruptions) this.putAside(corruption);
  }

  /**
   * Opens an index: reads its manifest and the header of each segment.
   * @param onCorruption told of each segment that is not what was written, once
   * @returns undefined where the folder holds no index
   * @throws CorruptIndexError where the manifest is broken
   */
  static async open(
    folder: string,
    pool: SearchPool,
    onCorruption: (corruption: Corruption) => void,
  ): Promise<SegmentSet | undefined> {
    for (;;) {
      const manifest = await readManifest(folder);
      if (manifest === undefined) return undefined;
      const { files, corruptions } = await openFiles(folder, manifest);
      // Where the index was replaced meanwhile, its former segments may be gone.
      if (
        corruptions.length === 0 ||
        (await readManifest(folder))?.id === manifest.id
      ) {
        return new SegmentSet(manifest, files, corruptions, pool, onCorruption);
      }
      await closeAll(files);
    }
  }

  /** The segments that are not what was written, and so are not searched. */
  get quarantined(): readonly Corruption[] {
    return [...this.corruptions.values()];
  }

  /** The memory that the segments take once all of them are in use, in bytes. */
  get memory(): number {
    return this.files.reduce((sum, { memory }) => sum + memory, 0);
  }

  /**
   * Searches all segments, each in all threads, and with them what is being added. Where one turns out to be corrupt it is put aside, and the others are searched
   * again: what it has counted is not to be trusted.
   * @throws CancelledError where the asker's signal was aborted
   */
  async ask(
    { user, signal }: Asker,
    tails: readonly SharedTail[],
    makeTasks: () => MakeTask,
  ): Promise<readonly SearchAnswer[]> {
    const cancelled = new SharedArrayBuffer(4);
    const cancel = () => Atomics.store(new Int32Array(cancelled), 0, 1);
    signal?.addEventListener("abort", cancel);
    try {
      for (;;) {
        if (signal?.aborted) throw new CancelledError();
        const makeTask = makeTasks();
        const answers = await Promise.all(
          this.shares(tails).map((share) =>
            this.pool.run(user, makeTask({ ...share, cancelled })),
          ),
        );
        const corruptions = answers.flatMap((answer) => answer.corruptions);
        if (corruptions.length === 0) return answers;
        for (const corruption of corruptions) this.putAside(corruption);
      }
    } catch (error) {
      // What a thread threw has lost its class on the way.
      throw signal?.aborted ? new CancelledError() : error;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Whether the segments are closed, or about to be. */
  get isRetired(): boolean {
    return this.closed !== undefined;
  }

  /** Keeps the segments open while the work goes on. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.uses++;
    try {
      return await work();
    } finally {
      this.uses--;
      if (this.uses === 0) this.whenUnused();
    }
  }

  /** Closes the segments, when the work that uses them is done: resolves then. */
  retire(): Promise<void> {
    this.closed ??= new Promise<void>((resolve) => {
      this.whenUnused = resolve;
      if (this.uses === 0) resolve();
    }).then(() => closeAll(this.files));
    return this.closed;
  }

  /** The work on the sound segments, shared by the threads; the tails are the last one's. */
  private shares(
    tails: readonly SharedTail[],
  ): Omit<SearchPart, "cancelled">[] {
    const segments = this.files
      .map(({ shared }) => shared)
      .filter(({ name }) => !this.corruptions.has(name));
    const records = segments.reduce((sum, { count }) => sum + count, 0);
    const of = Math.min(
      this.pool.width,
      Math.max(1, Math.ceil(records / shareRecords)),
    );
    return Array.from({ length: of }, (_, index) => ({
      segments,
      part: { index, of },
      tails: index === of - 1 ? tails : [],
    }));
  }

  private putAside(corruption: Corruption): void {
    if (this.corruptions.has(corruption.segment)) return;
    this.corruptions.set(corruption.segment, corruption);
    this.onCorruption(corruption);
  }
}

async function openFiles(
  folder: string,
  { segments, encoder }: PublishedManifest,
): Promise<{ files: SegmentFile[]; corruptions: Corruption[] }> {
  const files: SegmentFile[] = [];
  const corruptions: Corruption[] = [];
  const opened = await Promise.allSettled(
    segments.map((segment) => SegmentFile.open(folder, segment, encoder.hash)),
  );
  for (const [i, outcome] of opened.entries()) {
    if (outcome.status === "fulfilled") {
      files.push(outcome.value);
    } else {
      const segment = segments[i].name;
      const error: unknown = outcome.reason;
      const reason =
        error instanceof CorruptSegmentError ? error.reason : String(error);
      corruptions.push({ segment, reason });
    }
  }
  return { files, corruptions };
}

async function closeAll(files: readonly SegmentFile[]): Promise<void> {
  await Promise.all(files.map((file) => file.close()));
}
