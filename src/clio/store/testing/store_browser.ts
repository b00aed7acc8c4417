/** A browser of one's own on the page with the store alone, for the stories. */
import type { Page } from "playwright-core";
import { OwnBrowser } from "../../../../config/stories/browser.js";
import type { StorePage } from "./store_page.js";

export type StoreWindow = Window & { storePage: StorePage };

export class StoreBrowser {
  private constructor(
    private readonly browser: OwnBrowser,
    readonly page: Page,
  ) {}

  /**
   * @param profile folder that keeps the browser's data between its lives
   * @param origin where the page is served
   * @param onAcknowledged hears of each change of the history that the page says is saved
   */
  static async open(
    profile: string,
    origin: string,
    onAcknowledged: (number: number) => void = () => undefined,
  ): Promise<StoreBrowser> {
    const browser = await OwnBrowser.launch(profile);
    const page = await browser.context.newPage();
    await page.exposeFunction("acknowledged", onAcknowledged);
    await page.goto(origin);
    return new StoreBrowser(browser, page);
  }

  /** See `StorePage.held`. */
  held(dataset: string): Promise<string> {
    return this.page.evaluate(
      (dataset) => (window as unknown as StoreWindow).storePage.held(dataset),
      dataset,
    );
  }

  /** See `StorePage.write`. */
  async write(dataset: string, first: number): Promise<void> {
    await this.page.evaluate(
      ([dataset, first]) =>
        (window as unknown as StoreWindow).storePage.write(dataset, first),
      [dataset, first] as const,
    );
  }

  /** Whether one change with the edits of `script` was saved; else the code of the problem. */
  apply(dataset: string, script: string): Promise<string> {
    return this.page.evaluate(
      ([dataset, script]) =>
        (window as unknown as StoreWindow).storePage.apply(dataset, script),
      [dataset, script] as const,
    );
  }

  /** Codes of all that the page has to say of its storage. */
  problems(): Promise<string[]> {
    return this.page.evaluate(() => {
      const { store } = (window as unknown as StoreWindow).storePage;
      return store.problems.value.map(({ code }) => code);
    });
  }

  /** See `StorePage.turn`. */
  turn(dataset: string, direction: "undo" | "redo"): Promise<boolean> {
    return this.page.evaluate(
      ([dataset, direction]) =>
        (window as unknown as StoreWindow).storePage.turn(dataset, direction),
      [dataset, direction] as const,
    );
  }

  kill(): Promise<void> {
    return this.browser.kill();
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
