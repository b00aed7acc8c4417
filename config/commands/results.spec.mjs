/* global afterEach, beforeEach, describe, expect, it */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  isGreen,
  lastLine,
  mergeOutcomes,
  readOutcome,
  ResultsFile,
} from "./results.mjs";

describe("The results of a test run", () => {
  let folder;
  let file;
  let results;
  const wentWell = { code: 0, timedOut: false };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-results-"));
    file = path.join(folder, "results.jsonl");
    results = new ResultsFile(file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const pass = (name, ms = 1) => results.add({ kind: "passed", name, ms });
  const end = () => results.add({ kind: "end" });

  it("count what passed, what failed and what was skipped with its reason", () => {
    pass("a");
    pass("b");
    results.add({ kind: "failed", name: "c", message: "1 is not 2" });
    results.add({ kind: "skipped", name: "d", reason: "no shared data" });
    end();
    const outcome = readOutcome("unit", file, { ...wentWell, code: 1 }, false);
    expect(outcome.passed).toBe(2);
    expect(outcome.failed.map(({ name }) => name)).toEqual(["c"]);
    expect(outcome.skipped.map(({ reason }) => reason)).toEqual([
      "no shared data",
    ]);
    expect(lastLine([outcome])).toBe("2 passed, 1 failed, 1 skipped");
  });

  it("leave the skipped out of the last line where there are none", () => {
    pass("a");
    end();
    expect(lastLine([readOutcome("unit", file, wentWell, false)])).toBe(
      "1 passed, 0 failed",
    );
  });

  it("name the ten specs that took longest, failed ones too", () => {
    for (let i = 1; i <= 12; i += 1) pass(`spec ${i}`, i);
    results.add({ kind: "failed", name: "slow", message: "late", ms: 100 });
    results.add({ kind: "failed", name: "of a hook", message: "no" });
    const { slowest } = readOutcome("unit", file, wentWell, false);
    expect(slowest.map(({ ms }) => ms)).toEqual([
      100, 12, 11, 10, 9, 8, 7, 6, 5, 4,
    ]);
    expect(slowest[0].name).toBe("slow");
  });

  it("are a failure where the process stopped before its last spec, and keep what passed before", () => {
    pass("a");
    const outcome = readOutcome(
      "unit",
      file,
      { ...wentWell, code: 139 },
      false,
    );
    expect(outcome.passed).toBe(1);
    expect(outcome.failed.length).toBe(1);
    expect(outcome.failed[0].message).toContain("139");
  });

  it("are a failure where the process wrote nothing at all", () => {
    expect(readOutcome("unit", file, wentWell, false).failed.length).toBe(1);
  });

  it("are a failure where no spec ran, but not where a filter left none", () => {
    end();
    expect(readOutcome("unit", file, wentWell, false).failed.length).toBe(1);
    expect(readOutcome("unit", file, wentWell, true).failed.length).toBe(0);
  });

  it("are a failure where all specs were skipped", () => {
    results.add({ kind: "skipped", name: "a", reason: "later" });
    end();
    expect(readOutcome("unit", file, wentWell, false).failed.length).toBe(1);
  });

  it("are a failure where the process ends with a code that no spec explains", () => {
    pass("a");
    end();
    const outcome = readOutcome("unit", file, { ...wentWell, code: 3 }, false);
    expect(outcome.failed.length).toBe(1);
  });

  it("are a failure where the time ran out", () => {
    pass("a");
    end();
    const outcome = readOutcome(
      "unit",
      file,
      { code: 143, timedOut: true },
      false,
    );
    expect(outcome.failed.length).toBe(1);
  });

  it("survive the torn last line of a process that was killed", () => {
    pass("a");
    appendFileSync(file, '{"kind":"passed","na');
    const outcome = readOutcome(
      "unit",
      file,
      { ...wentWell, code: 137 },
      false,
    );
    expect(outcome.passed).toBe(1);
    expect(outcome.failed.length).toBe(1);
  });

  it("of several processes are those of one stage", () => {
    pass("a", 3);
    results.add({ kind: "failed", name: "b", message: "no", ms: 5 });
    results.add({ kind: "skipped", name: "c", reason: "later" });
    end();
    const one = readOutcome("stories", file, wentWell, false);
    const cut = readOutcome("stories", `${file}-2`, wentWell, false);
    const both = mergeOutcomes([one, cut]);
    expect(lastLine([both])).toBe("1 passed, 2 failed, 1 skipped");
    expect(both.slowest.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(both.failed[1].message).toContain("stopped before its last spec");
  });

  it("are green only where something passed and nothing failed", () => {
    const failed = [{ name: "a", message: "no" }];
    expect(isGreen([{ passed: 1, failed: [] }])).toBeTrue();
    expect(
      isGreen([
        { passed: 1, failed: [] },
        { passed: 1, failed },
      ]),
    ).toBeFalse();
    expect(isGreen([{ passed: 0, failed: [] }])).toBeFalse();
    expect(isGreen([])).toBeFalse();
  });
});
