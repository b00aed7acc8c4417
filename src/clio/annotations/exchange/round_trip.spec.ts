import fc from "fast-check";
import type { AnnotationRecord } from "../../model/annotation.js";
import { anyRecord, anyText } from "../../model/testing/records.js";
import { openFile } from "./read_file.js";
import { ImportPlan } from "./plan.js";
import { decodeText } from "../../model/files/text.js";
import { PLAIN } from "./testing/contexts.js";
import { CsvWriter, type CsvWriter as Writer } from "./write_csv.js";
import { ClioJsonWriter, JsonWriter } from "./write_json.js";

const numRuns = (
  window as unknown as {
    __karma__: { config: { clio: { nightly: boolean } } };
  }
).__karma__.config.clio.nightly
  ? 10_000
  : 300;

const key = { user: "local", dataset: "demo" };

/** Records as `anyRecord` makes them, some with segments. */
function anyLookedUp(): fc.Arbitrary<AnnotationRecord> {
  const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  const segments = fc.record(
    {
      source: anyText(),
      version: anyText(),
      supervoxels: fc.array(fc.option(id), { maxLength: 3 }),
    },
    { requiredKeys: ["source", "supervoxels"] },
  );
  return fc
    .tuple(anyRecord(), fc.option(segments))
    .map(([record, found]) =>
      found === null ? record : { ...record, segments: found },
    );
}

function anyRecords(): fc.Arbitrary<AnnotationRecord[]> {
  return fc.uniqueArray(anyLookedUp(), {
    minLength: 1,
    maxLength: 8,
    selector: ({ id }) => id,
  });
}

/** Writes records and reads the file into a sandbox that has none of them. */
async function roundTrip(
  writer: Writer | JsonWriter,
  records: readonly AnnotationRecord[],
): Promise<AnnotationRecord[]> {
  writer.add(records);
  const bytes = await writer.finish().arrayBuffer();
  const text = decodeText(new Uint8Array(bytes));
  const opened = openFile(text, "marks", PLAIN);
  if (!("reading" in opened)) throw new Error("it was not known as our own");
  expect(opened.reading.refused).toEqual([]);
  const plan = new ImportPlan(opened.reading, { user: "somebody", now: 1 });
  plan.decide();
  return plan.rows.flatMap((row) => (row.would === "add" ? [row.record] : []));
}

/** Without a difference between an object with no keys and none, which no file can tell. */
function normal(record: AnnotationRecord): AnnotationRecord {
  const { fields, ...rest } = record;
  return fields === undefined || Object.keys(fields).length === 0
    ? rest
    : { ...rest, fields };
}

function byId(records: readonly AnnotationRecord[]): AnnotationRecord[] {
  return records
    .map(normal)
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

describe("Our own files", () => {
  it("bring back every field of every kind of mark as JSON", async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords(), async (records) => {
        const writer = new JsonWriter(key, { title: "Demo" });
        const back = await roundTrip(writer, records);
        expect(byId(back)).toEqual(byId(records));
      }),
      { numRuns },
    );
  });

  it("bring back every field of every kind of mark as CSV", async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords(), async (records) => {
        const writer = new CsvWriter([8, 8, 8], ["confidence"]);
        const back = await roundTrip(writer, records);
        expect(byId(back)).toEqual(byId(records));
      }),
      { numRuns },
    );
  });

  it("change nothing where the marks are there already", async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords(), async (records) => {
        const writer = new CsvWriter([8, 8, 8], []);
        writer.add(records);
        const text = decodeText(
          new Uint8Array(await writer.finish().arrayBuffer()),
        );
        const opened = openFile(text, "marks.csv", PLAIN);
        if (!("reading" in opened)) throw new Error("expected our own CSV");
        const plan = new ImportPlan(opened.reading, { user: "x", now: 1 });
        plan.addExisting(records.map(normal));
        plan.decide();
        expect(plan.rows.map(({ would }) => would)).toEqual(
          records.map(() => "keep"),
        );
      }),
      { numRuns: Math.ceil(numRuns / 10) },
    );
  });

  it("bring back as the original's JSON what the original knows, and name the kinds that it does not", async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords(), async (records) => {
        const writer = new ClioJsonWriter();
        writer.add(records);
        const known = records.filter(({ kind }) =>
          ["point", "line", "sphere"].includes(kind),
        );
        const left = [...writer.leftOut.values()].reduce((a, b) => a + b, 0);
        expect(left).toBe(records.length - known.length);
        if (known.length === 0) return;
        const text = await writer.finish().text();
        const opened = openFile(text, "marks.json", PLAIN);
        if (!("reading" in opened)) throw new Error("expected marks");
        expect(opened.reading.refused).toEqual([]);
        expect(
          opened.reading.drafts.map(({ geometry, fields }) => [
            geometry,
            fields.description ?? "",
            fields.created,
            fields.modified,
            fields.user,
            fields.checked,
          ]),
        ).toEqual(
          known.map((record) => {
            const { kind } = record;
            return [
              kind === "point"
                ? { kind, position: record.position }
                : kind === "line" || kind === "sphere"
                  ? { kind, ends: record.ends }
                  : undefined,
              record.description,
              record.created,
              record.modified,
              record.user,
              record.checked,
            ];
          }),
        );
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });
});

describe("CSV of our own", () => {
  it("has no cell that a spreadsheet takes for a formula, numbers excepted", async () => {
    await fc.assert(
      fc.asyncProperty(anyRecords(), async (records) => {
        const writer = new CsvWriter([8, 8, 8], []);
        writer.add(records);
        const text = (await writer.finish().text()).replace("\uFEFF", "");
        const { readTable } = await import("../../model/files/table.js");
        const { header, rows } = readTable(text);
        for (const cell of [header, ...rows.map(({ cells }) => cells)].flat()) {
          expect(
            /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^-\d+(\.\d+)?$/.test(cell),
          )
            .withContext(cell)
            .toBeFalse();
        }
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it("ends every line with CRLF and gives every row the same number of cells, whenever a field was first met", async () => {
    const writer = new CsvWriter([8, 8, 8], []);
    const record: AnnotationRecord = {
      id: "00000000-0000-4000-8000-000000000001",
      kind: "point",
      position: [1, -2, 3],
      description: "=HYPERLINK(1)",
      tags: ["a;b", "c"],
      checked: true,
      user: "local",
      created: 0,
      modified: 0,
    };
    writer.add([record]);
    writer.add([{ ...record, fields: { late: 1 } }]);
    const lines = (await writer.finish().text()).split("\r\n");
    expect(lines.length).toBe(4);
    expect(lines[3]).toBe("");
    expect(lines[1]).toContain(",'=HYPERLINK(1),");
    expect(lines[1]).toContain(',"""a;b"";c",');
    expect(lines[1]).toContain(",1,-2,3,");
    expect(lines[1].endsWith(",")).toBeTrue();
    expect(lines[2].endsWith(",1")).toBeTrue();
    expect(lines[0].endsWith("fields.late")).toBeTrue();
  });
});
