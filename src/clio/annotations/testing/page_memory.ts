// How much memory the pages of a browser take. Where the system has no /proc (anything but Linux) there is no telling.
import { existsSync, readFileSync } from "node:fs";
import type { Browser, CDPSession } from "playwright-core";

/** Between two looks, in milliseconds. */
const INTERVAL = 20;

/** Follows the memory of a browser's page processes, workers included, from when it is made until it is asked for the peak. */
export class PageMemory {
  private peak = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  private constructor(
    private readonly processes: readonly number[],
    private readonly before: number,
  ) {
    this.timer = setInterval(() => this.look(), INTERVAL);
  }

  /** @returns undefined where the system does not tell */
  static async watch(browser: Browser): Promise<PageMemory | undefined> {
    if (!existsSync("/proc/self/statm")) return undefined;
    const session: CDPSession = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    const processes = processInfo
      .filter(({ type }) => type === "renderer")
      .map(({ id }) => id);
    return new PageMemory(processes, resident(processes));
  }

  /** Ends the watch. Megabytes that the pages had at most, over what they had at its beginning. */
  end(): number {
    clearInterval(this.timer);
    this.look();
    return (this.peak - this.before) / 1e6;
  }

  private look(): void {
    this.peak = Math.max(this.peak, resident(this.processes));
  }
}

/** Bytes of a page of memory, in which the system counts. */
const PAGE_BYTES = 4096;

/** Bytes of these processes that are in memory. */
function resident(processes: readonly number[]): number {
  let pages = 0;
  for (const id of processes) {
    const file = `/proc/${id}/statm`;
    // Chromium ends processes that it keeps in store for pages to come.
    if (!existsSync(file)) continue;
    pages += Number(readFileSync(file, "utf8").split(" ")[1]);
  }
  return pages * PAGE_BYTES;
}
