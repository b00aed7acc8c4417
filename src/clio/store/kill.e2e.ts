/**
 * The promise: what was acknowledged survives the death of the browser, at whatever moment it comes, and nothing that it leaves is
 * torn. Here on a page with the store alone, which can be killed more often than the viewer. One of some two hundred kills tears the
 * browser's own log, and everything is to come back from the second copy: see torn_log.e2e.ts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lastOf, outcomeOf } from "./testing/history.js";
import type { PageServer } from "./testing/page_server.js";
import { servePage } from "./testing/page_server.js";
import { StoreBrowser } from "./testing/store_browser.js";

const KILLS = process.env.CLIO_NIGHTLY === "1" ? 2000 : 15;

/** Kills after which the history begins anew in another sandbox, so that the database grows and reading all of one stays quick. */
const KILLS_A_SANDBOX = 50;

/** A browser lives at most so many milliseconds after it has begun to write. */
const LONGEST_LIFE = 1500;

const TIMEOUT = 6 * 60 * 60_000;

describe("The store alone", () => {
  let server: PageServer;
  let profile: string;

  beforeAll(async () => {
    server = await servePage();
    profile = mkdtempSync(path.join(tmpdir(), "clio-kill-"));
  });

  afterAll(async () => {
    await server.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });

  it(
    `loses no acknowledged change and tears none when its browser is killed ${KILLS} times`,
    async () => {
      const newest = new Map<string, number>();
      let total = 0;
      for (let kill = 0; kill <= KILLS; kill += 1) {
        const dataset = `history-${Math.floor(kill / KILLS_A_SANDBOX)}`;
        // What a browser has said before it died may arrive after that, and be of the dataset before this one.
        const onAcknowledged = (number: number) => {
          newest.set(dataset, Math.max(newest.get(dataset) ?? -1, number));
          total += 1;
        };
        const browser = await StoreBrowser.open(
          profile,
          server.origin,
          onAcknowledged,
        );
        try {
          const names = await browser.held(dataset);
          const last = lastOf(names);
          expect(last)
            .withContext(`kill ${kill}: the last change that is there`)
            .toBeGreaterThanOrEqual(newest.get(dataset) ?? -1);
          expect(names === outcomeOf(last))
            .withContext(`kill ${kill}: the first ${last + 1} changes, whole`)
            .toBeTrue();
          if (last >= 0) {
            // The step that is taken back is that of the last change that is there, for both were written in one go.
            await browser.turn(dataset, "undo");
            expect((await browser.held(dataset)) === outcomeOf(last - 1))
              .withContext(`kill ${kill}: change ${last} taken back`)
              .toBeTrue();
            await browser.turn(dataset, "redo");
            expect((await browser.held(dataset)) === names)
              .withContext(`kill ${kill}: change ${last} done again`)
              .toBeTrue();
          }
          await browser.write(dataset, last + 1);
          await sleep(Math.random() * LONGEST_LIFE);
        } finally {
          await browser.kill();
        }
      }
      // Kills before the first change would prove nothing.
      expect(total).toBeGreaterThan(KILLS);
      console.log(`  ${total} changes were acknowledged in ${KILLS} kills`);
    },
    TIMEOUT,
  );
});
