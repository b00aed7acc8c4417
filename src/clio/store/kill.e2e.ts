/**
 * The promise: what was acknowledged survives the death of the browser, at whatever moment it comes, and nothing that it leaves is
 * torn. Here on a page with the store alone, which can be killed more often than the viewer. One of some two hundred kills tears the
 * browser's own log, and everything is to come back from the second copy: see torn_log.e2e.ts.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lastOf, outcomeOf } from "./testing/history.js";
import type { PageServer } from "./testing/page_server.js";
import { servePage } from "./testing/page_server.js";
import { StoreBrowser } from "./testing/store_browser.js";

const nightly = process.env.CLIO_NIGHTLY === "1";
const KILLS = nightly ? 2000 : 15;

/** Profiles that are worked on side by side: a browser that starts leaves a machine half idle. */
const LANES = nightly ? 4 : 1;

/** Kills after which the history begins anew in another sandbox, so that the database grows and reading all of one stays quick. */
const KILLS_A_SANDBOX = 50;

/** A browser lives at most so many milliseconds after it has begun to write. */
const LONGEST_LIFE = 1500;

const TIMEOUT = 6 * 60 * 60_000;

/** What became of one profile's kills. */
interface Toll {
  acknowledged: number;
  /** How often the whole database was gone and came back. */
  restored: number;
}

describe("The store alone", () => {
  let server: PageServer;
  let folder: string;
  let keepsFolder = false;

  beforeAll(async () => {
    server = await servePage();
    folder = mkdtempSync(path.join(tmpdir(), "clio-kill-"));
  });

  afterAll(async () => {
    await server.stop();
    if (!keepsFolder)
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  /**
   * Writes in one profile and kills, over and over.
   * @throws with what is wrong, the first time that something is; the profile is then kept as the kill left it
   */
  async function killOver(lane: number, kills: number): Promise<Toll> {
    const profile = path.join(folder, `profile-${lane}`);
    const asKilled = path.join(folder, `profile-${lane}-as-killed`);
    const toll: Toll = { acknowledged: 0, restored: 0 };
    const newest = new Map<string, number>();
    for (let kill = 0; kill <= kills; kill += 1) {
      const dataset = `history-${Math.floor(kill / KILLS_A_SANDBOX)}`;
      // So that of a loop that is ended from outside, or by a machine that has no time for it, it is known how far it came.
      if (kill > 0 && kill % KILLS_A_SANDBOX === 0)
        console.log(
          `  profile ${lane}: ${kill} kills, ${toll.acknowledged} changes acknowledged and found, ${toll.restored} databases restored`,
        );
      // What a browser has said before it died may arrive after that, and be of the dataset before this one.
      const onAcknowledged = (number: number) => {
        newest.set(dataset, Math.max(newest.get(dataset) ?? -1, number));
        toll.acknowledged += 1;
      };
      const browser = await StoreBrowser.open(
        profile,
        server.origin,
        onAcknowledged,
      );
      try {
        const last = newest.get(dataset) ?? -1;
        const wrong = await wrongIn(browser, dataset, last);
        if (wrong !== undefined) {
          keepsFolder = true;
          throw new Error(
            `kill ${kill} of profile ${lane}: ${wrong} (its files as they were before and are now: ${asKilled}, ${profile})`,
          );
        }
        if ((await browser.problems()).includes("database-restored"))
          toll.restored += 1;
        await browser.write(dataset, lastOf(await browser.held(dataset)) + 1);
        await sleep(Math.random() * LONGEST_LIFE);
      } finally {
        await browser.kill();
      }
      rmSync(asKilled, { recursive: true, force: true });
      cpSync(profile, asKilled, { recursive: true });
    }
    return toll;
  }

  it(
    `loses no acknowledged change and tears none when its browser is killed ${KILLS} times`,
    async () => {
      const tolls = await Promise.all(
        Array.from({ length: LANES }, (_, lane) =>
          killOver(lane, KILLS / LANES),
        ),
      );
      const sum = (of: (toll: Toll) => number) =>
        tolls.map(of).reduce((a, b) => a + b, 0);
      const acknowledged = sum((toll) => toll.acknowledged);
      // Kills before the first change would prove nothing.
      expect(acknowledged).toBeGreaterThan(KILLS);
      console.log(
        `  ${acknowledged} changes were acknowledged in ${KILLS} kills; ${sum((toll) => toll.restored)} databases were lost and restored`,
      );
    },
    TIMEOUT,
  );
});

/**
 * @param acknowledged the newest change that the page had said was saved; -1 where there was none
 * @returns what is wrong with what the browser found of a history when it was opened, where something is
 */
async function wrongIn(
  browser: StoreBrowser,
  dataset: string,
  acknowledged: number,
): Promise<string | undefined> {
  const names = await browser.held(dataset);
  const last = lastOf(names);
  if (last < acknowledged)
    return `change ${acknowledged} was acknowledged, and ${last} is the last that is there`;
  if (names !== outcomeOf(last))
    return `the first ${last + 1} changes are not whole`;
  if (last < 0) return undefined;
  // The step that is taken back is that of the last change that is there, for both were written in one go.
  await browser.turn(dataset, "undo");
  if ((await browser.held(dataset)) !== outcomeOf(last - 1))
    return `change ${last} was not taken back whole`;
  await browser.turn(dataset, "redo");
  if ((await browser.held(dataset)) !== names)
    return `change ${last} was not done again whole`;
  return undefined;
}
