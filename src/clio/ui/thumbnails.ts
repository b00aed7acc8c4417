import type { Picture } from "./picture.js";
import type { ThumbnailCache } from "./thumbnail_cache.js";

/** Pictures that are cut at once: enough to keep a server busy, and few enough to leave the screen its share. */
const AT_ONCE = 6;
/** Pictures that are held in memory: some screens of them, so that scrolling back shows them at once. */
const HELD = 400;

/** Cuts the picture of a key anew. */
export type Cut = (signal: AbortSignal) => Promise<Picture>;

/** Pictures by key, from memory, from the browser's database, or cut anew: a few at a time, in the order in which they were asked for. */
export class Thumbnails {
  private readonly held = new Map<string, Picture>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(
    private readonly cache: ThumbnailCache,
    private readonly atOnce = AT_ONCE,
  ) {}

  /** A picture that is in memory. */
  peek(key: string): Picture | undefined {
    return this.held.get(key);
  }

  /**
   * @param key says all that makes the picture what it is
   * @throws what `cut` throws; the signal's reason as soon as it aborts, and then nothing more is read for it
   */
  async get(key: string, cut: Cut, signal: AbortSignal): Promise<Picture> {
    const known = this.held.get(key);
    if (known !== undefined) {
      this.hold(key, known);
      return known;
    }
    await this.turn();
    try {
      signal.throwIfAborted();
      const kept = await this.cache.find(key);
      signal.throwIfAborted();
      const picture = kept ?? (await cut(signal));
      if (kept === undefined) void this.cache.keep(key, picture);
      this.hold(key, picture);
      return picture;
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  /** Resolves when it is this caller's turn. */
  private async turn(): Promise<void> {
    if (this.running >= this.atOnce) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running += 1;
  }

  private hold(key: string, picture: Picture): void {
    this.held.delete(key);
    this.held.set(key, picture);
    const [oldest] = this.held.keys();
    if (this.held.size > HELD) this.held.delete(oldest);
  }
}
