import fc from "fast-check";
import type { BodyFields, BodyValue } from "../model/body.js";
import { bodySchemaOf } from "../model/body_schema.js";
import { parseDataset } from "../model/dataset.js";
import { FileRefused } from "../model/files/refusal.js";
import { readTable } from "../model/files/table.js";
import {
  bodiesCsv,
  csvColumns,
  fateOf,
  fateText,
  readBodiesTable,
} from "./bodies_csv.js";

const closed = bodySchemaOf(
  parseDataset("d", {
    neuroglancer: {
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
      layers: [{ name: "em", type: "image", source: "precomputed://x" }],
    },
    typing: {
      bodyAnnotation: {
        additionalProperties: false,
        properties: {
          type: { type: "string", title: "Cell type" },
          status: { type: "string", enum: ["Traced", "Orphan"] },
          group: { type: "integer", minimum: 0 },
          tags: { type: "array", items: { type: "string" } },
          isRight: { type: "boolean" },
          position: {
            type: "array",
            items: { type: "integer" },
            ...{ minItems: 3, maxItems: 3 },
          },
        },
      },
    },
  }),
);

function fates(
  text: string,
  known: ReadonlyMap<bigint, BodyFields>,
  schema = closed,
): string[] {
  return readBodiesTable(readTable(text), schema).rows.map((row) => {
    const fields = "id" in row ? known.get(row.id) : undefined;
    const fate = fateOf(row, fields, schema);
    return `${fate.would}: ${fateText(fate)}`;
  });
}

describe("A table of bodies", () => {
  it("is told row by row what it would do", () => {
    const known = new Map<bigint, BodyFields>([
      [5n, { type: "KC", status: "Traced", tags: ["a"] }],
      [6n, { type: "MBON", type_user: "ann@example.org" }],
    ]);
    expect(
      fates(
        [
          "bodyid,Cell type,status,group,tags,type_user",
          "5,KC,Orphan,,a;b,bob@example.org",
          "6,MBON,,,,",
          "'18446744073709551615,KC,Traced,7,,",
          "6,null,,,,",
          "18446744073709551616,KC,,,,",
          "0,KC,,,,",
          "8,KC,Maybe,-1,,",
          "9,null,,,,",
        ].join("\n"),
        known,
      ),
    ).toEqual([
      "change: status: Traced → Orphan; tags: a → a;b",
      "keep: already so",
      "add: type: KC; status: Traced; group: 7",
      "refuse: bodyid: 6, expected each body once; it is in line 3 too",
      "refuse: bodyid: 18446744073709551616, expected the id of a body: 1 or more, of at most 64 bits",
      "refuse: bodyid: 0, expected the id of a body: 1 or more, of at most 64 bits",
      "refuse: status: Maybe, expected one of Traced, Orphan; group: -1, expected a whole number, 0 or more",
      "keep: already so",
    ]);
  });

  it("takes a field away where a cell says so, and leaves it where it is empty", () => {
    const known = new Map<bigint, BodyFields>([[5n, { type: "KC", group: 1 }]]);
    expect(fates("bodyid,type,group\n5,null,", known)).toEqual([
      "change: type: KC → taken away",
    ]);
  });

  it("leaves all as it is where it is what was exported, and reads a cell as what is there", async () => {
    const open = { ...closed, isClosed: false };
    const fields: BodyFields = {
      ...{
        type: "KC",
        status: "Maybe",
        count: 7,
        size: 2n ** 63n,
        ratio: -0.5,
      },
      ...{ isLeft: true, soma: [-1, 2, 3], groups: [1, 2], also: ["b;c", "d"] },
      ...{ parts: [{ a: 1 }], word: "12", no: "null", lines: "a\nb" },
      tags: ["a", "a"],
    };
    const written = [{ id: 5n, fields }];
    const columns = csvColumns(open, written);
    const csv = await bodiesCsv(columns, written).text();
    const known = new Map([[5n, fields]]);
    expect(fates(csv.replace("\uFEFF", ""), known, open)).toEqual([
      "keep: already so",
    ]);
    const [row] = readBodiesTable(
      readTable(
        'bodyid,count,isLeft,soma,groups,also,word\n5,8,no,"4, 5, 6","[1,2,3]",e;f,13',
      ),
      open,
    ).rows;
    const fate = fateOf(row, fields, open);
    const set: BodyFields = {
      ...{ count: 8, isLeft: false, soma: [4, 5, 6] },
      ...{ groups: [1, 2, 3], also: ["e", "f"], word: "13" },
    };
    expect("set" in fate && fate.set).toEqual(set);
  });

  it("has a field once, which is known by its name before its title", () => {
    const titled = {
      ...closed,
      fields: closed.fields.map((field) =>
        field.name === "group" ? { ...field, title: "Status" } : field,
      ),
    };
    expect(fates("bodyid,Status\n5,Traced", new Map(), titled)).toEqual([
      "add: status: Traced",
    ]);
    expect(() => fates("bodyid,Cell type,type\n5,a,b", new Map())).toThrowError(
      FileRefused,
      /columns Cell type and type are both the field type/,
    );
  });

  it("is refused where it names no bodies, or fields that the dataset does not have", () => {
    expect(() => fates("name,type\nx,KC", new Map())).toThrowError(
      FileRefused,
      /must be called bodyid/,
    );
    expect(fates("bodyid,colour\n5,red", new Map())[0]).toMatch(
      /^refuse: colour: red, expected a field of the dataset/,
    );
  });

  it("reads what was written of any body, and writes no formula", async () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 8 }),
      fc.constantFrom("null", "'null", "=SUM(A1)", "'=x", "12345678901234567"),
    );
    const plain = text
      .map((each) => each.replace(/[\r\n\t\0]/g, " ").trim())
      .filter((each) => each !== "");
    const fields = fc.record<Record<string, BodyValue>>(
      {
        type: plain,
        status: fc.constantFrom("Traced", "Orphan"),
        group: fc
          .bigInt({ min: 0n, max: 2n ** 64n - 1n })
          .map((id) => (id <= 2n ** 53n - 1n ? Number(id) : id)),
        tags: fc.uniqueArray(plain, { minLength: 1, maxLength: 3 }),
        isRight: fc.boolean(),
        position: fc.tuple(fc.integer(), fc.integer(), fc.integer()),
      },
      { requiredKeys: ["status"] },
    );
    const bodies = fc.uniqueArray(
      fc.record({ id: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), fields }),
      { selector: ({ id }) => id, minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (written) => {
        const csv = await bodiesCsv(
          csvColumns(closed, written),
          written,
        ).text();
        const { header, rows } = readTable(csv.replace("\uFEFF", ""));
        for (const { cells } of rows) {
          cells.forEach((cell, i) => {
            const isNumber = ["bodyid", "group"].includes(header[i]);
            if (!isNumber) expect(cell).not.toMatch(/^[=+@-]/);
          });
        }
        const read = readBodiesTable({ header, rows }, closed).rows;
        const sets: unknown[] = read.map((row) => {
          const fate = fateOf(row, undefined, closed);
          return "set" in fate && fate.set;
        });
        const given: unknown[] = written.map(({ fields }) => fields);
        expect(sets).toEqual(given);
        expect(read.map((row) => "id" in row && row.id)).toEqual(
          written.map(({ id }) => id),
        );
      }),
    );
  });
});
