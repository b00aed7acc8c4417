import { LOCAL_USER } from "../../model/sandbox.js";
import { countEdits, unpackEdits } from "../../store/packed_edits.js";
import { ImportPlan } from "./plan.js";
import { Preparation } from "./prepare.js";
import { nextTurn } from "../../model/slices.js";
import { openFile, readColumns } from "./read_file.js";
import { PLAIN } from "./testing/contexts.js";

/** What a table of marks comes to in a sandbox that has none. */
function prepare(text: string, set?: string) {
  const opened = openFile(text, "marks.csv", PLAIN);
  const reading =
    "reading" in opened
      ? opened.reading
      : readColumns(opened.table, opened.guess, PLAIN);
  const plan = new ImportPlan(reading, { user: LOCAL_USER, now: 1, set });
  plan.decide();
  return { rows: plan.rows, marks: new Preparation(plan.rows).finish() };
}

describe("Marks of a file", () => {
  it("are made ready as what puts them and what takes them away", () => {
    const { rows, marks } = prepare("x,y,z\n1,2,3\n4,5,6\nseven,8,9\n", "mine");
    const records = rows.flatMap((row) =>
      row.would === "add" ? [row.record] : [],
    );
    expect(records.map(({ kind }) => kind)).toEqual(["point", "point"]);
    expect(unpackEdits(marks.added.edits)).toEqual(
      records.map((record) => ({ op: "put", record })),
    );
    expect(unpackEdits(marks.added.undo)).toEqual(
      records.map(({ id }) => ({ op: "delete", id })),
    );
    expect(marks.sets).toEqual(["mine"]);
    expect(marks.records).toEqual([]);
  });

  it("are looked for once more where the file names their ids", () => {
    const id = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
    const { marks } = prepare(`id,x,y,z\n${id},1,2,3\n`);
    expect(marks.records.map((record) => record.id)).toEqual([id]);
    expect(countEdits(marks.added.edits)).toBe(0);
  });

  it("say what making them ready failed of, though nobody waited for it then", async () => {
    const { rows } = prepare("x,y,z\n1,2,3\n");
    // JSON has no such number.
    const description = 1n as unknown as string;
    const torn = rows.map((row) =>
      row.would === "add"
        ? { ...row, record: { ...row.record, description } }
        : row,
    );
    const preparation = new Preparation(torn);
    // It begins in the next turn, and has failed by the one after.
    for (let i = 0; i < 2; i++) {
      await new Promise<void>((resolve) => nextTurn(resolve));
    }
    expect(() => preparation.finish()).toThrowError(TypeError, /BigInt/);
  });
});
