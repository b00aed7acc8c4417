import type { Tell } from "../../model/files/progress.js";
import { ImportDryRun } from "./import_dry_run.js";
import type { PlanSummary } from "./import_messages.js";

const summary: PlanSummary = {
  format: "table",
  counts: { add: 2, change: 0, keep: 0, refuse: 0 },
};

interface Asked {
  tell: Tell;
  answer: (summary: PlanSummary) => void;
}

describe("A dry run", () => {
  let asked: Asked[];
  let dryRun: ImportDryRun;

  beforeEach(() => {
    asked = [];
    dryRun = new ImportDryRun({
      name: "marks.csv",
      table: undefined,
      plan: (_choices, tell) =>
        new Promise((answer) => asked.push({ tell, answer })),
      rows: () => Promise.resolve([]),
      saveReport: () => undefined,
      cancel: () => undefined,
      commit: () => undefined,
      failed: (reason) => fail(reason),
    });
    document.body.append(dryRun.element);
  });

  afterEach(() => {
    dryRun.dispose();
    dryRun.element.remove();
  });

  const bar = () => dryRun.element.querySelector("progress");

  it("says how far it is whenever a file is read anew, until what comes of it is there", async () => {
    const first = dryRun.plan();
    asked[0].answer(summary);
    await first;
    expect(bar()).toBeNull();
    expect(dryRun.element.textContent).toContain("marks.csv · 2 rows");

    const second = dryRun.plan();
    expect(dryRun.first.disabled).toBeTrue();
    asked[1].tell(3_000, 100_000, "rows read");
    expect([bar()?.value, bar()?.max]).toEqual([3_000, 100_000]);
    expect(dryRun.element.textContent).toContain("3,000 of 100,000 rows read");
    asked[1].answer(summary);
    await second;
    expect(bar()).toBeNull();
    expect(dryRun.first.disabled).toBeFalse();
  });

  it("says nothing of what a later choice has taken the place of", async () => {
    const first = dryRun.plan();
    const second = dryRun.plan();
    asked[0].tell(1, 2, "rows read");
    asked[0].answer({ ...summary, format: "another" });
    await first;
    expect(bar()).toBeNull();
    expect(dryRun.element.textContent).not.toContain("another");
    asked[1].answer(summary);
    await second;
    expect(dryRun.element.textContent).toContain("marks.csv · 2 rows");
  });
});
