/**
 * The promise as a person gets it: segments are merged and taken apart in the viewer by key, one act after the other, the browser is killed
 * at whatever moment, and what the page had acknowledged is there afterwards, each act whole. (merge_faults.spec.ts fails each call of the
 * database in turn; store/kill.e2e.ts kills a page with the store alone far more often.)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import {
  openWatched,
  origin,
  OwnBrowser,
  type WatchedPage,
} from "../../../config/stories/harness.js";
import {
  isRestored,
  loseDatabase,
} from "../../../config/stories/lost_database.js";
import type { Store } from "../store/store.js";
import {
  mergesPanel,
  mergesReady,
  openState,
  plainState,
  selected,
  selectSegments,
  wholesSeen,
} from "./testing/merge_page.js";
import type { MergeLayer } from "./merge_layer.js";

const KILLS = process.env.CLIO_NIGHTLY === "1" ? 200 : 3;

/** Milliseconds between the first act and the kill, at most. */
const LONGEST_LIFE = 2000;

/** The life before which the database is deleted. */
const LOST_BEFORE = Math.ceil(KILLS / 2);

const TIMEOUT = KILLS * 60_000 + 60_000;

/** All ids are above this, and so none is a whole number to JavaScript. */
const FIRST_ID = 2n ** 60n;

/** Of so many acts in a row the last takes apart what the first has merged. */
const ROUND = 3;

/** The segments that the n-th act merges, each act others; undefined where it takes apart. */
function mergedBy(act: number): string[] | undefined {
  if (act % ROUND === ROUND - 1) return undefined;
  return [0, 1, 2].map((i) => String(FIRST_ID + BigInt(3 * act + i)));
}

/** What is merged after so many acts: pairs of ids, the main first. */
function outcomeOf(acts: number): string {
  const pairs: string[] = [];
  for (let act = 0; act < acts; ++act) {
    const isTakenApart = act % ROUND === 0 && act + ROUND <= acts;
    const [main, ...others] = (!isTakenApart && mergedBy(act)) || [];
    pairs.push(...others.map((id) => `${main} ${id}`));
  }
  return pairs.sort().join("\n");
}

interface PageWithMerges {
  viewer: {
    layerManager: { getLayerByName(name: string): { layer: MergeLayer } };
  };
  clio: { store: Store };
  acknowledged: () => Promise<void>;
}

/** What is merged, as `outcomeOf` tells it. */
function held(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { viewer } = window as unknown as PageWithMerges;
    const { layer } = viewer.layerManager.getLayerByName("merges");
    return [...layer.graph.value!.book.decisions.values()]
      .map(({ onto, merged }) => `${onto} ${merged}`)
      .sort()
      .join("\n");
  });
}

/** Opens the demo's supervoxels in a small window. */
async function openViewer(
  browser: OwnBrowser,
  acknowledged: () => void,
): Promise<WatchedPage> {
  const watched = await openWatched(browser.context, origin());
  const { page } = watched;
  await page.setViewportSize({ width: 1000, height: 500 });
  await page.exposeFunction("acknowledged", acknowledged);
  await openState(page, {
    ...plainState,
    layers: [
      {
        type: "segmentation",
        name: "cells",
        source: `precomputed://${origin()}/volumes/demo/supervoxels`,
      },
      {
        type: "clio-merge",
        name: "merges",
        source: "clio://merges/demo",
        segmentation: "cells",
      },
    ],
    clioMerges: { visible: true },
  });
  await mergesReady(page);
  await mergesPanel(page).getByRole("status").getByText(/merge/).waitFor();
  return watched;
}

/** Has the page tell of every change that is saved. */
function listen(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { clio, acknowledged } = window as unknown as PageWithMerges;
    clio.store.changes.add(() => void acknowledged());
  });
}

/** Does one act after the other, by key, until the browser is gone. @param done says how many are acknowledged */
async function actOn(
  page: Page,
  from: number,
  done: () => number,
): Promise<void> {
  for (let act = from; ; ++act) {
    const segments = mergedBy(act);
    if (segments === undefined) {
      // What is not merged yet cannot be taken apart.
      while (done() < act) await page.waitForTimeout(2);
      await selectSegments(page, [mergedBy(act + 1 - ROUND)![0]]);
      await page.keyboard.press("Shift+M");
      // Then its parts are selected: later that would take the place of what is merged next.
      await selected(page, mergedBy(act + 1 - ROUND)!);
    } else {
      await selectSegments(page, segments);
      await page.keyboard.press("m");
    }
  }
}

describe("Merging", () => {
  let profile: string;

  beforeAll(() => {
    profile = mkdtempSync(path.join(tmpdir(), "clio-merges-kill-"));
  });

  afterAll(() => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });

  it(
    `loses no acknowledged act and tears none when its browser is killed ${KILLS} times`,
    async () => {
      /** How many acts are on disk, as far as the page has said. */
      let acts = 0;
      let restored = 0;
      for (let life = 0; life <= KILLS; ++life) {
        if (life === LOST_BEFORE) loseDatabase(profile);
        const browser = await OwnBrowser.launch(profile);
        try {
          const watched = await openViewer(browser, () => (acts += 1));
          const { page } = watched;
          const there = await held(page);
          // Those that were on their way when it died may be there, and nothing beyond.
          const last = [0, 1, 2, 3].find(
            (more) => outcomeOf(acts + more) === there,
          );
          expect(last)
            .withContext(`life ${life}, after ${acts} acts: ${there}`)
            .toBeDefined();
          acts += last!;
          const parts = there
            .split("\n")
            .filter(Boolean)
            .map((pair) => pair.split(" "));
          expect(
            await wholesSeen(
              page,
              parts.map(([, id]) => id),
            ),
          ).toEqual(parts.map(([main]) => main));
          if (await isRestored(page)) restored += 1;
          else expect(life).not.toBe(LOST_BEFORE);
          if (life === KILLS) break;

          await listen(page);
          const before = acts;
          const acting = actOn(page, acts, () => acts).catch(() => "killed");
          // Kills before the first acknowledgement alone would prove nothing.
          while (life % 2 === 0 && acts === before) await sleep(2);
          await sleep(Math.random() * LONGEST_LIFE);
          // Before the kill, which may end the page a moment earlier than the browser that says so.
          const faults = [...watched.faults];
          await browser.kill();
          await acting;
          expect(faults).withContext(`life ${life}`).toEqual([]);
        } finally {
          await browser.kill();
        }
      }
      expect(acts).toBeGreaterThan(KILLS / 2);
      console.log(
        `  ${acts} acts of merging were acknowledged in ${KILLS} kills; ${restored} databases were lost and restored`,
      );
    },
    TIMEOUT,
  );
});
