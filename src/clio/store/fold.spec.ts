import fc from "fast-check";
import { mergeStep, runsToMerge } from "./compaction.js";
import type { ClioDatabase } from "./database.js";
import { readTransaction } from "./database.js";
import { foldStep } from "./fold.js";
import { appendChanges } from "./journal.js";
import { whileReadingPages } from "./locks.js";
import { maintain } from "./maintenance.js";
import { readManifest, runsOf } from "./manifest.js";
import { readRecord, readSandbox } from "./reader.js";
import { findSandbox } from "./sandboxes.js";
import { sweepPages } from "./staging.js";
import { insist } from "./testing/insist.js";
import {
  change,
  cleanUp,
  connect,
  DEMO,
  mark,
  markId,
  markNumber,
  marks,
  marksOf,
} from "./testing/marks.js";

afterEach(cleanUp);

async function home(db: ClioDatabase) {
  return (await findSandbox(db, DEMO))!;
}

async function manifestOf(db: ClioDatabase) {
  const { sid } = await home(db);
  return readManifest(readTransaction(db, ["manifests"]), sid);
}

async function mergeAll(db: ClioDatabase) {
  const { pages } = await manifestOf(db);
  return mergeStep(db, await home(db), runsOf(pages));
}

/** Does "+1 +2 | fold | +1.1 | merge": changes, folds and merges, one after the other. */
async function play(script: string): Promise<ClioDatabase> {
  const db = await connect();
  for (const step of script.split(" | ")) {
    if (step === "fold") await foldStep(db, await home(db));
    else if (step === "merge") expect(await mergeAll(db)).toBeTrue();
    else await appendChanges(db, [change(step)]);
  }
  return db;
}

describe("Folding and merging", () => {
  for (const [script, expected] of [
    ["+1 +2 +3", "1.0 2.0 3.0"],
    ["+1 | +1.1 | +1.2", "1.2"],
    ["+1 +2 | -1", "2.0"],
    ["+1 | -1 | +1.1", "1.1"],
    ["+1 +2 | fold", "1.0 2.0"],
    ["+1 +2 | fold | +2.1", "1.0 2.1"],
    ["+1 +2 | fold | -2", "1.0"],
    ["+1 +2 | fold | -2 | fold", "1.0"],
    ["+1 +2 | fold | -2 | fold | +2.5", "1.0 2.5"],
    ["+1 | fold | +1.1 | fold | +1.2 | fold | merge", "1.2"],
    ["+1 +2 | fold | -1 | fold | merge", "2.0"],
    ["+1 | fold | -1 | fold | merge", ""],
    ["+1 +2 | fold | +3 | fold | merge | -3 | fold | merge", "1.0 2.0"],
  ]) {
    it(`leaves "${expected}" of "${script}"`, async () => {
      expect(await marks(await play(script))).toBe(expected);
    });
  }

  it("keeps a deletion as long as an older page may hold what was deleted", async () => {
    const db = await play("+1 +2 | fold | -1 | fold | +3 | fold");
    const [, second, third] = runsOf((await manifestOf(db)).pages);
    await mergeStep(db, await home(db), [second, third]);
    expect(await marks(db)).toBe("2.0 3.0");
  });

  it("forgets deletions, and what they deleted, when it merges all there is", async () => {
    const db = await play("+1 +2 +3 | fold | -1 -2 | fold | merge");
    const { pages, rewrittenUpTo } = await manifestOf(db);
    expect(pages.map(({ count }) => count)).toEqual([1]);
    expect(rewrittenUpTo).toBe(2);
  });

  it("finds one record wherever its newest state lies", async () => {
    const db = await play("+1 +2 +3 +4 | fold | +2.1 -3 | fold | -4 +1.1");
    const found = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => readRecord(db, DEMO, markId(n))),
    );
    const nothing = undefined;
    expect(found).toEqual([mark(1, 1), mark(2, 1), nothing, nothing, nothing]);
  });

  it("gives every record once and says up to which change it has read", async () => {
    const db = await play("+1 +2 | fold | +2.1 | +3");
    const ids: string[] = [];
    const { seq } = await readSandbox(db, DEMO, (records) => {
      ids.push(...records.map(({ id }) => id));
    });
    expect(seq).toBe(3);
    expect(new Set(ids).size).toBe(3);
    expect(ids.length).toBe(3);
  });

  it("reads an empty sandbox, and one that is not there", async () => {
    const db = await connect();
    const nobody = () => fail("there is nothing to read");
    expect(await readSandbox(db, DEMO, nobody)).toEqual({
      seq: 0,
      damaged: [],
    });
    await appendChanges(db, [change("")]);
    expect(await readSandbox(db, DEMO, nobody)).toEqual({
      seq: 1,
      damaged: [],
    });
  });

  it("stops reading when it is told to", async () => {
    const db = await play("+1 | fold");
    const reading = readSandbox(db, DEMO, () => undefined, {
      signal: AbortSignal.abort(new Error("enough")),
    });
    await expectAsync(reading).toBeRejectedWithError("enough");
    // The lock on the pages is free again, or this would wait for ever.
    expect(await mergeAll(db)).toBeTrue();
  });

  it("does not take pages away under a reader", async () => {
    const db = await play("+1 | fold | +2 | fold");
    let merge: Promise<boolean> | undefined;
    const seen: number[] = [];
    await readSandbox(db, DEMO, async (records) => {
      merge ??= mergeAll(db);
      // Time enough for the merge to come to the point where it waits for this reader.
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push(...records.map(({ id }) => markNumber(id)));
    });
    expect(seen.sort()).toEqual([1, 2]);
    expect(await merge).toBeTrue();
    expect(await marks(db)).toBe("1.0 2.0");
  });

  it("gives up a merge whose pages have changed meanwhile, and leaves nothing of it behind", async () => {
    const db = await play("+1 | fold | +2 | fold | +3");
    const { pages } = await manifestOf(db);
    const here = await home(db);
    let merging: Promise<boolean> | undefined;
    // As long as somebody reads, the merge waits before it puts its pages in place.
    await whileReadingPages(db, async () => {
      merging = mergeStep(db, here, runsOf(pages));
      await foldStep(db, here);
    });
    expect(await merging).toBeFalse();
    expect(await marks(db)).toBe("1.0 2.0 3.0");
    expect(await sweepPages(db)).toBe(0);
  });

  it("splits what one change brings over as many pages as it takes", async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `+${n}`).join(" ");
    const db = await play(`${many} | fold`);
    const { pages } = await manifestOf(db);
    expect(pages.map(({ count }) => count)).toEqual([4096, 4096, 1808]);
    expect((await marks(db)).split(" ").length).toBe(10_000);
  });

  it("keeps the number of runs small however often it is folded", async () => {
    const db = await connect();
    for (let n = 0; n < 40; n += 1) {
      await appendChanges(db, [change(`+${n} +${n + 100}`)]);
      await maintain(db, DEMO);
      expect(runsOf((await manifestOf(db)).pages).length).toBeLessThan(4);
    }
    expect((await marks(db)).split(" ").length).toBe(80);
    expect(await sweepPages(db)).toBe(0);
  });

  it("leaves maintenance to the tab that is at it", async () => {
    const db = await play("+1");
    const reports = await Promise.all([maintain(db, DEMO), maintain(db, DEMO)]);
    expect(reports).toEqual([{ folded: 1, merges: 0 }, undefined]);
  });

  it("sweeps what was staged when a tab was killed, and nothing else", async () => {
    const db = await play("+1 | fold");
    const { sid, ...key } = await home(db);
    const row = { ...key, sid, page: "orphan", bytes: new Uint8Array(1) };
    await db.put("pages", row);
    expect(await sweepPages(db)).toBe(1);
    expect(await marks(db)).toBe("1.0");
  });
});

describe("The choice of runs to merge", () => {
  const page = (run: number, count: number) => ({
    ...{ page: `${run}`, run, count, tombstones: 0, bytes: 0, checksum: 0 },
    ...{ minId: "", maxId: "", minSeq: 0, maxSeq: 0 },
    ...{ minModified: 0, maxModified: 0 },
  });
  const chosen = (...counts: number[]) =>
    runsToMerge(counts.map((count, run) => page(run, count))).map(
      ([{ run }]) => run,
    );

  it("waits until a tier is full", () => {
    expect(chosen(10, 10, 10)).toEqual([]);
    expect(chosen(10, 10, 10, 10)).toEqual([0, 1, 2, 3]);
  });

  it("leaves large runs alone while small ones fill a tier", () => {
    expect(chosen(1e6, 10, 10, 10, 10)).toEqual([1, 2, 3, 4]);
  });

  it("takes the smaller runs along", () => {
    expect(chosen(5000, 5000, 5000, 5000, 10)).toEqual([4, 0, 1, 2, 3]);
  });

  it("takes sixteen at most, for each of them costs memory", () => {
    expect(chosen(...Array<number>(40).fill(5000)).length).toBe(16);
  });

  it("merges a record about as often as there are tiers", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1024 })), (folds) => {
        let runs: number[] = [];
        let rewritten = 0;
        for (const fold of folds) {
          runs.push(fold);
          for (let merge = chosen(...runs); merge.length > 0;) {
            const sum = merge.reduce((total, run) => total + runs[run], 0);
            rewritten += sum;
            runs = [...runs.filter((_, run) => !merge.includes(run)), sum];
            merge = chosen(...runs);
          }
        }
        const rows = folds.reduce((total, fold) => total + fold, 0);
        const tiers = 1 + Math.log(1 + rows / 1024) / Math.log(4);
        // A run of one row and one of 1024 are of the same tier, so that the small ones may ride along a few times.
        return rewritten <= rows * tiers * 4 && runs.length <= 3 * (tiers + 1);
      }),
    );
  });
});

describe("Any history of a sandbox", () => {
  it("reads the same however it was folded and merged", async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ n: fc.nat(9), put: fc.boolean() }) },
      { weight: 2, arbitrary: fc.constant("fold" as const) },
      { weight: 1, arbitrary: fc.constant("merge" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const db = await connect();
        await appendChanges(db, [change("")]);
        const model = new Map<number, number>();
        for (const [version, step] of steps.entries()) {
          if (step === "fold") await foldStep(db, await home(db));
          else if (step === "merge") await mergeAll(db);
          else {
            const edit = step.put ? `+${step.n}.${version}` : `-${step.n}`;
            await appendChanges(db, [change(edit)]);
            if (step.put) model.set(step.n, version);
            else model.delete(step.n);
          }
          insist(await marks(db), marksOf(model));
        }
      }),
      { numRuns: 20 },
    );
  });
});
