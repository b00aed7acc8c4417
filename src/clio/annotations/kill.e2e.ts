/**
 * The promise as a person gets it: points are placed in the viewer by key and mouse as fast as it goes, the browser is killed at
 * whatever moment, and each point that the page had acknowledged is there afterwards. (store/kill.e2e.ts kills a page with the
 * store alone far more often.)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Page } from "playwright-core";
import * as v from "valibot";
import {
  hoverVoxel,
  openWatched,
  origin,
  OwnBrowser,
  type Voxel,
  type WatchedPage,
} from "../../../config/stories/harness.js";
import {
  isRestored,
  loseDatabase,
} from "../../../config/stories/lost_database.js";
import {
  type AnnotationRecord,
  annotationSchema,
} from "../model/annotation.js";
import {
  demoState,
  openState,
  PIXELS_A_VOXEL,
  type PageWithMarks,
  pixelOf,
  sandboxOf,
} from "./testing/marks_page.js";
import { centerOf } from "../model/geometry.js";

const KILLS = process.env.CLIO_NIGHTLY === "1" ? 200 : 15;

/** Milliseconds between the first point that is placed and the kill, at most. */
const LONGEST_LIFE = 1500;

/** The life before which the database is deleted, as a browser does with one whose log a kill has torn: one of some two hundred. */
const LOST_BEFORE = Math.ceil(KILLS / 2);

/** More points than can be placed in that time. */
const COLUMNS = 50;
const ROWS = 40;

/** Each life of the browser has a slice of the volume, or a part of one, to itself, so that no voxel is marked twice. */
const LIVES_A_BLOCK = 100;

const TIMEOUT = KILLS * 60_000;

/** Where the n-th point of a life is placed. */
function voxelOf(life: number, n: number): Voxel {
  const block = Math.floor(life / LIVES_A_BLOCK);
  return [
    100 + (n % COLUMNS),
    60 + block * ROWS + Math.floor(n / COLUMNS),
    10 + (life % LIVES_A_BLOCK),
  ];
}

/** What a person and the page know outside of the browser that is killed. */
class Witness {
  /** Records that were acknowledged, by id. */
  readonly acknowledged = new Map<string, AnnotationRecord>();
  /** Voxels that were pointed at when the key or the button was pressed. */
  readonly placed = new Set<string>();

  /** Expects that a sandbox holds what was acknowledged, as it was, and nothing that was never placed. */
  check(records: readonly AnnotationRecord[], life: number): void {
    const context = `life ${life}`;
    const held = new Map(records.map((record) => [record.id, record]));
    for (const [id, record] of this.acknowledged)
      expect(held.get(id)).withContext(context).toEqual(record);
    for (const record of records) {
      expect(v.is(annotationSchema, record)).withContext(context).toBeTrue();
      expect(this.placed)
        .withContext(context)
        .toContain(String(centerOf(record)));
    }
    const positions = new Set(
      records.map((record) => String(centerOf(record))),
    );
    expect(positions.size).withContext(context).toBe(records.length);
  }
}

/** Opens the demo in a small window of one slice, with the point tool in hand. */
async function openViewer(
  browser: OwnBrowser,
  life: number,
  witness: Witness,
): Promise<WatchedPage> {
  const watched = await openWatched(browser.context, origin());
  const { page } = watched;
  await page.setViewportSize({ width: 460, height: 340 });
  await page.exposeFunction("acknowledged", (record: AnnotationRecord) => {
    witness.acknowledged.set(record.id, record);
  });
  const [x, y, z] = voxelOf(life, 0);
  const position = [x + COLUMNS / 2, y + ROWS / 2, z + 0.5];
  await openState(page, { ...demoState(), position });
  await page.evaluate(() => {
    const { clio, acknowledged } = window as unknown as PageWithMarks & {
      acknowledged: (record: AnnotationRecord) => Promise<void>;
    };
    clio.store.changes.add(({ edits }) => {
      if (!("length" in edits)) throw new Error("nobody places so many");
      for (const edit of edits)
        if (edit.op === "put") {
          void acknowledged(edit.record as AnnotationRecord);
        }
    });
  });
  return watched;
}

/** Places points one after the other, by the key and by the tool in turn, until the browser is gone. */
async function placeOn(
  page: Page,
  life: number,
  witness: Witness,
): Promise<void> {
  const first = voxelOf(life, 0);
  const start = await pixelOf(page, first);
  for (let n = 0; n < COLUMNS * ROWS; ++n) {
    const voxel = voxelOf(life, n);
    const x = start.x + PIXELS_A_VOXEL * (voxel[0] - first[0]);
    const y = start.y + PIXELS_A_VOXEL * (voxel[1] - first[1]);
    await page.mouse.move(x, y);
    witness.placed.add(String(voxel));
    if (n % 2 === 0) await page.keyboard.press("p");
    else await page.mouse.click(x, y);
  }
}

describe("The viewer", () => {
  let profile: string;

  beforeAll(() => {
    profile = mkdtempSync(path.join(tmpdir(), "clio-viewer-kill-"));
  });

  afterAll(() => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });

  it(
    `loses no acknowledged point, tears none and makes none up when its browser is killed ${KILLS} times`,
    async () => {
      const witness = new Witness();
      const lives = fc.sample(
        fc.noBias(fc.integer({ min: 0, max: LONGEST_LIFE })),
        KILLS,
      );
      let restored = 0;
      for (const [life, ms] of [...lives, undefined].entries()) {
        if (life === LOST_BEFORE) loseDatabase(profile);
        const browser = await OwnBrowser.launch(profile);
        try {
          const watched = await openViewer(browser, life, witness);
          const { page } = watched;
          const { records, unsaved, quarantined } = await sandboxOf(page);
          witness.check(records, life);
          expect({ life, unsaved, quarantined }).toEqual({
            life,
            unsaved: [],
            quarantined: [],
          });
          if (ms === undefined) break;

          if (await isRestored(page)) {
            restored += 1;
            // It lies over the voxels of this small window.
            await page.getByRole("button", { name: "Dismiss" }).click();
          } else expect(life).not.toBe(LOST_BEFORE);
          await hoverVoxel(page, voxelOf(life, 0));
          await page.keyboard.press("Shift+P");
          const placing = placeOn(page, life, witness).catch(() => "killed");
          await sleep(ms);
          // Before the kill, which may end the page a moment earlier than the browser that says so.
          const faults = [...watched.faults];
          await browser.kill();
          await placing;
          expect(faults).withContext(`life ${life}`).toEqual([]);
        } finally {
          await browser.kill();
        }
      }
      // Kills before the first acknowledgement would prove nothing.
      expect(witness.acknowledged.size).toBeGreaterThan(KILLS);
      console.log(
        `  ${witness.acknowledged.size} of ${witness.placed.size} points were acknowledged in ${KILLS} kills; ${restored} databases were lost and restored`,
      );
    },
    TIMEOUT,
  );
});
