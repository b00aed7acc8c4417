import type { BrowserContext, Page, Request } from "playwright-core";

/** What a story expects to see on a page that otherwise counts as a fault of it. */
export interface PageOptions {
  /** Messages that are part of the story, such as the refusal of an unreachable source. */
  readonly allow?: readonly RegExp[];
}

/**
 * A page under watch. Whatever goes wrong on it that no person would see (an exception, a rejected promise, an error on the
 * console, in the page or in one of its workers) fails the story after it ends.
 */
export class WatchedPage {
  /** What went wrong so far. */
  readonly faults: string[] = [];
  /** Requests to anything but the story's own server. */
  readonly foreignRequests: string[] = [];
  /** Every line of the console. */
  readonly consoleLines: string[] = [];

  constructor(
    readonly page: Page,
    private readonly origin: string,
    private readonly allow: readonly RegExp[] = [],
  ) {
    page.on("pageerror", (error) => {
      this.addFault(`uncaught: ${error.stack ?? error.message}`);
    });
    page.on("console", (message) => {
      this.consoleLines.push(`${message.type()}: ${message.text()}`);
      if (message.type() !== "error") return;
      this.addFault(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("crash", () => this.faults.push("the page crashed"));
    page.on("request", (request) => this.noteRequest(request));
  }

  private addFault(text: string): void {
    if (!this.allow.some((pattern) => pattern.test(text)))
      this.faults.push(text);
  }

  private noteRequest(request: Request): void {
    const url = new URL(request.url());
    if (!/^(https?|wss?):$/.test(url.protocol)) return;
    if (url.origin !== this.origin) this.foreignRequests.push(url.href);
  }
}

/** Opens a page in a context and watches it from before its first script on. */
export async function openWatched(
  context: BrowserContext,
  origin: string,
  options: PageOptions = {},
): Promise<WatchedPage> {
  return new WatchedPage(await context.newPage(), origin, options.allow);
}
