import { LOCAL_USER } from "../../model/sandbox.js";
import { ImportPlan } from "./plan.js";
import { Preparation } from "./prepare.js";
import { type Progress, seldom } from "../../model/files/progress.js";
import { openFile, readColumns } from "./read_file.js";
import { PLAIN } from "./testing/contexts.js";

describe("What a person is told of an import's progress", () => {
  it("says of each part of the work how much there is and how much is done", () => {
    const rows = Array.from({ length: 9000 }, (_, i) => `${i},${i % 7},3`);
    const told: Progress[] = [];
    const tell = (done: number, of: number, unit: string) =>
      void told.push({ done, of, unit });

    const text = `x,y,z\n${rows.join("\n")}\n`;
    const opened = openFile(text, "marks.csv", PLAIN, tell);
    if ("reading" in opened) return fail("it is a foreign table");
    const { table, guess } = opened;
    const reading = readColumns(table, guess, PLAIN, tell);
    const plan = new ImportPlan(reading, { user: LOCAL_USER, now: 1 });
    plan.decide(tell);
    new Preparation(plan.rows).finish(tell);

    const kilobytes = Math.ceil(text.length / 1000);
    const parts = new Map(told.map(({ of, unit }) => [unit, of]));
    expect([...parts]).toEqual([
      ["kB read", kilobytes],
      ["rows read", rows.length],
      ["rows compared", rows.length],
      ["marks ready", rows.length],
    ]);
    for (const part of parts.keys()) {
      const done = told.flatMap((one) => (one.unit === part ? one.done : []));
      expect(done)
        .withContext(part)
        .toEqual([...done].sort((a, b) => a - b));
      expect(new Set(done).size).withContext(part).toBeGreaterThan(1);
    }
    expect(told.at(-1)).toEqual({
      done: rows.length,
      of: rows.length,
      unit: "marks ready",
    });
  });

  it("comes no oftener than it can be read", () => {
    const now = spyOn(performance, "now").and.returnValue(0);
    const told: number[] = [];
    const tell = seldom((done) => void told.push(done));
    for (let at = 0; at < 1000; at += 10) {
      now.and.returnValue(at);
      tell(at, 1000, "rows read");
    }
    expect(told).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });
});
