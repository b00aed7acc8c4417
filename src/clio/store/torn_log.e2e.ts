/**
 * The way in which a killed browser loses what was on disk. Chromium keeps a database in LevelDB, which writes each record of its log as a
 * header of seven bytes and then the rest. A kill in between leaves a header alone at the end of the log; that is ignored when the log is
 * opened again, and then written behind. When it is opened once more the header stands in the middle: the log counts as damaged, and
 * Chromium deletes everything; or, where the log is still shorter than the header announces, all that was written behind it is passed over
 * without a word. One kill in some two hundred of kill.e2e.ts does it; here it is done on purpose.
 */
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { outcomeOf, scriptOf } from "./testing/history.js";
import type { PageServer } from "./testing/page_server.js";
import { servePage } from "./testing/page_server.js";
import { StoreBrowser } from "./testing/store_browser.js";

/** Lives of the browser after the log was torn. The database is lost at the beginning of the second. */
const ROUNDS = 3;

/** Changes in each. All are acknowledged before the browser is killed, so that this kill tears nothing by itself. */
const CHANGES = 20;
/** So few that they are shorter than what a torn header announces. */
const FEW_CHANGES = 2;

/** Bytes of a block of LevelDB's log, and of the header of a record in it. */
const BLOCK = 32 * 1024;
const HEADER = 7;

/** Bytes that a block must have left for a header that announces more than a few changes take. */
const MUCH_ROOM = 20_000;

const DATASET = "torn";

/** How a file of the second copy begins. */
const ROW_FILE = Buffer.from("ClRL");

/** A frame of the second copy that was cut short: what it is, and that so many bytes of head would follow. */
const TORN_FRAME = Uint8Array.of(0x43, 0x6c, 0x52, 0x46, 200, 0);

/** Checksum, length and kind of a record whose other bytes never came. */
const TORN_RECORD = Uint8Array.of(1, 2, 3, 4, 0x90, 1, 1);

/** What was found at the beginning of a life of the browser, and the changes that are written at its end. */
interface Life {
  written: number;
  /** Whether the store said that it came back from its second copy. */
  restored: boolean;
  /** Whether the browser had deleted all that the origin kept in databases, or this is its first life. */
  isNew: boolean;
}

describe("A log that a kill has torn", () => {
  let server: PageServer;
  let profile: string;

  beforeEach(async () => {
    server = await servePage();
    profile = mkdtempSync(path.join(tmpdir(), "clio-torn-"));
  });

  afterEach(async () => {
    await server.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });

  /** The newest log of the browser's database. */
  function newestLog(): string {
    const place = /IndexedDB.http_[^/]*\.indexeddb\.leveldb.[0-9]+\.log$/;
    const logs = filesOf(profile).filter((file) => place.test(file));
    return logs.sort()[logs.length - 1];
  }

  /** The file that the second copy is in; the browser gives it a name of its own. */
  function secondCopy(): string {
    const files = filesOf(profile).filter((file) =>
      ROW_FILE.equals(beginningOf(file)),
    );
    expect(files.length).toBe(1);
    return files[0];
  }

  /** Bytes that the newest log's last block has left behind one more header. */
  function roomInLog(): number {
    return BLOCK - (statSync(newestLog()).size % BLOCK) - HEADER;
  }

  const first = () => appendFileSync(newestLog(), TORN_RECORD);
  const second = () => appendFileSync(secondCopy(), TORN_FRAME);

  /** Writes changes in one life of the browser, after a look at what is there. */
  async function live(
    written: number,
    isEnough: (changes: number) => boolean,
  ): Promise<Life> {
    const browser = await StoreBrowser.open(profile, server.origin);
    try {
      const isNew = await isWitnessNew(browser.page);
      const names = await browser.held(DATASET);
      expect(names === outcomeOf(written - 1))
        .withContext(`the first ${written} changes, whole`)
        .toBeTrue();
      const problems = await browser.problems();
      for (let changes = 0; !isEnough(changes); changes += 1) {
        const answer = await browser.apply(DATASET, scriptOf(written));
        expect(answer).withContext(`change ${written}`).toBe("saved");
        written += 1;
      }
      return {
        written,
        restored: problems.includes("database-restored"),
        isNew,
      };
    } finally {
      await browser.kill();
    }
  }

  for (const [name, ...torn] of [
    ["the database", first],
    ["its second copy", second],
    ["both at once", first, second],
  ] as const) {
    it(`takes nothing that was acknowledged with it, where it is that of ${name}`, async () => {
      const lives: Life[] = [];
      let { written } = await live(0, (changes) => changes === CHANGES);
      torn.forEach((tear) => tear());
      for (let round = 1; round <= ROUNDS; round += 1) {
        const life = await live(written, (changes) => changes === CHANGES);
        written = life.written;
        lives.push(life);
      }
      // Without a loss nothing would have been shown.
      const losses = torn[0] === first ? 1 : 0;
      expect(lives.filter(({ restored }) => restored).length).toBe(losses);
      expect(lives.filter(({ isNew }) => isNew).length).toBe(losses);
    }, 120_000);
  }

  it("takes nothing with it either where the browser does not notice", async () => {
    let { written } = await live(
      0,
      (changes) => changes >= CHANGES && roomInLog() > MUCH_ROOM,
    );
    const room = roomInLog();
    const record = Uint8Array.of(1, 2, 3, 4, room & 255, room >> 8, 1);
    appendFileSync(newestLog(), record);
    const lives: Life[] = [];
    for (let round = 1; round <= 2; round += 1) {
      const life = await live(written, (changes) => changes === FEW_CHANGES);
      written = life.written;
      lives.push(life);
    }
    expect(lives.map(({ restored }) => restored)).toEqual([false, true]);
    // What stood before the torn record was there all the time.
    expect(lives.map(({ isNew }) => isNew)).toEqual([false, false]);
  }, 120_000);
});

/** Whether a database that no store knows, beside the store's in the same log, had to be made anew. */
function isWitnessNew(page: Page): Promise<boolean> {
  return page.evaluate(
    () =>
      new Promise<boolean>((resolve, reject) => {
        let isNew = false;
        const request = indexedDB.open("witness");
        request.onupgradeneeded = () => {
          isNew = true;
        };
        request.onsuccess = () => {
          request.result.close();
          resolve(isNew);
        };
        request.onerror = () => {
          reject(new Error("The witness does not open"));
        };
      }),
  );
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((file) => path.join(folder, String(file)))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

function beginningOf(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(ROW_FILE.length);
    readSync(descriptor, bytes);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}
