/** Real disks that fail: one that is full as far as the browser is concerned, and one whose files were damaged. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { PageServer } from "./testing/page_server.js";
import { servePage } from "./testing/page_server.js";
import type { StoreWindow } from "./testing/store_browser.js";
import { StoreBrowser } from "./testing/store_browser.js";

const DATASET = "demo";

/** A change of three pages, some two megabytes. */
const MANY = Array.from({ length: 9000 }, (_, n) => `+${n}`).join(" ");

describe("The store on a disk that fails", () => {
  let server: PageServer;
  let profile: string;
  let browser: StoreBrowser;

  beforeEach(async () => {
    server = await servePage();
    profile = mkdtempSync(path.join(tmpdir(), "clio-disk-"));
    browser = await StoreBrowser.open(profile, server.origin);
  });

  afterEach(async () => {
    await browser.close();
    await server.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });

  /** Files in which Chromium keeps large values: the pages, those of the database that is read, not of its second copy. */
  function pageFiles(): string[] {
    return readdirSync(profile, { recursive: true })
      .map((file) => path.join(profile, file.toString()))
      .filter((file) => /http_[^/]*\.indexeddb\.blob/.test(file))
      .filter((file) => statSync(file).isFile());
  }

  it("keeps marks in memory over the browser's quota, and saves them without a reload once there is room", async () => {
    const { page } = browser;
    const session = await page.context().newCDPSession(page);
    const { origin } = server;
    // Before the first write, for the browser remembers for a while how much room it had.
    await session.send("Storage.overrideQuotaForOrigin", {
      origin,
      quotaSize: 200_000,
    });
    expect(await browser.apply(DATASET, "+1")).toBe("saved");
    const answers = await Promise.all([
      browser.apply(DATASET, MANY),
      browser.apply(DATASET, "-0"),
    ]);
    expect(answers).toEqual(["write-over-quota", "write-over-quota"]);
    expect(await browser.held(DATASET)).toBe("1.0");
    const exported = await page.evaluate(async (dataset) => {
      const { store } = (window as unknown as StoreWindow).storePage;
      return (await store.export({ user: "local", dataset })).text();
    }, DATASET);
    expect(
      (JSON.parse(exported) as { unsaved: unknown[] }).unsaved.length,
    ).toBe(2);
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    await page.evaluate(() =>
      (window as unknown as StoreWindow).storePage.store.retry(),
    );
    expect((await browser.held(DATASET)).split(" ").length).toBe(8999);
  });

  for (const [harm, how] of [
    [
      "changed",
      (file: string) => {
        const content = readFileSync(file);
        content[content.length >> 1] ^= 1;
        writeFileSync(file, content);
      },
    ],
    ["cut short", (file: string) => writeFileSync(file, "")],
    ["deleted", (file: string) => rmSync(file)],
  ] as const) {
    it(`reads all but one page when the file of that was ${harm}`, async () => {
      expect(await browser.apply(DATASET, MANY)).toBe("saved");
      await browser.page.evaluate(
        (dataset) =>
          (window as unknown as StoreWindow).storePage.maintain(dataset),
        DATASET,
      );
      await browser.close();
      const files = pageFiles().sort(
        (a, b) => statSync(b).size - statSync(a).size,
      );
      how(files[0]);
      browser = await StoreBrowser.open(profile, server.origin);
      await expectAsync(browser.held(DATASET)).toBeRejectedWithError(/Damaged/);
      const left = (await browser.held(DATASET)).split(" ");
      expect(left.length).toBe(9000 - 4096);
      expect(await browser.apply(DATASET, "+9001")).toBe("saved");
      expect((await browser.held(DATASET)).split(" ").length).toBe(
        left.length + 1,
      );
    });
  }
});
