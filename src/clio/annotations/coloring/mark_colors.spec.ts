import fc from "fast-check";
import type { AnnotationRecord } from "../../model/annotation.js";
import { marksSchema } from "../../model/fields.js";
import { anyRecord } from "../../model/testing/records.js";
import { EVERYTHING, QueryEngine } from "../query/engine.js";
import { parseQuery } from "../query/language.js";
import * as v from "valibot";
import {
  type ColorBy,
  colorByOf,
  type ColorScheme,
  schemeOf,
} from "./color_scheme.js";
import { CATEGORY_COLORS, NEUTRAL_COLOR, rampColor } from "./palette.js";

const vocabulary = v.parse(marksSchema, {
  types: { point: ["synapse", "vesicle"] },
  fields: [
    { name: "confidence", type: "number", min: 1, max: 5, integer: true },
    { name: "done", type: "boolean" },
    { name: "grade", type: "choice", options: ["good", "bad"] },
  ],
});
const FIELDS = ["confidence", "done", "grade", "depth", "note"];

/** More words than there are colours, some of which differ by case alone. */
const WORDS = [
  ...["synapse", "Synapse", "soma", "soma 2", 'a "quoted" one', "é", "-x"],
  ...["b:c", "=x()", "glia", "axon", "spine", "back\\slash"],
];
const word = fc.constantFrom(...WORDS);
const number = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
);

function aMark(): fc.Arbitrary<AnnotationRecord> {
  const words = fc.record(
    {
      type: word,
      set: word,
      user: fc.constantFrom("local", "maria@lab.org"),
      tags: fc.uniqueArray(word, { maxLength: 3 }),
      fields: fc.record(
        {
          confidence: number,
          done: fc.boolean(),
          grade: word,
          depth: number,
          note: fc.oneof(word, fc.boolean()),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["user", "tags"] },
  );
  return fc.tuple(anyRecord(), words).map(([record, given]) => {
    const bare: AnnotationRecord = { ...record };
    delete bare.type;
    delete bare.set;
    delete bare.fields;
    return { ...bare, ...given };
  });
}

const colorBy = fc.constantFrom<ColorBy>(
  ...(["kind", "type", "tag", "checked", "user", "set"] as const),
  ...FIELDS.map((name): ColorBy => `field:${name}`),
);

function engineOf(records: readonly AnnotationRecord[]): QueryEngine {
  const engine = new QueryEngine([8, 8, 8]);
  for (const record of records) engine.put(structuredClone(record));
  return engine;
}

/** Ids of the marks that a search finds. */
function found(engine: QueryEngine, words: readonly string[]): Set<string> {
  const { terms, problem } = parseQuery(words.join(" "), FIELDS);
  expect(problem).toBeUndefined();
  engine.ask({ ...EVERYTHING, terms });
  for (const work = engine.update(); work.next().done !== true;);
  return new Set(engine.rows(0, engine.total).map(({ id }) => id));
}

function colorsBy(
  by: ColorBy,
  records: readonly AnnotationRecord[],
  kept: ColorScheme["kept"] = [],
) {
  const engine = engineOf(records);
  return { engine, colors: engine.colors(schemeOf(by, vocabulary, kept)) };
}

function typed(...types: (string | undefined)[]): AnnotationRecord[] {
  return types.map((type, i) => ({
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    kind: "point",
    position: [0, 0, 0],
    description: "",
    ...(type !== undefined && { type }),
    tags: [],
    checked: false,
    user: "local",
    created: i,
    modified: i,
  }));
}

describe("The colours of marks", () => {
  it("are those of the legend, whose every line finds by its words just the marks that it counts", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(aMark(), { selector: ({ id }) => id, maxLength: 30 }),
        fc.nat(30),
        colorBy,
        (records, later, by) => {
          const { engine, colors } = colorsBy(by, records.slice(later));
          for (const record of records.slice(0, later)) {
            engine.put(structuredClone(record));
            colors.see(record);
          }
          const lines = colors.legend().map((entry) => ({
            ...entry,
            found: found(engine, entry.terms),
          }));
          for (const { label, count, found } of lines) {
            expect(found.size).withContext(label).toBe(count);
          }
          for (const record of records) {
            const own = lines.filter(({ found }) => found.has(record.id));
            expect(own.map(({ color }) => color)).toContain(
              colors.colorOf(record),
            );
            if (by !== "tag") expect(own.length).toBe(1);
          }
        },
      ),
    );
  });

  it("stay what they are when a mark of a new value comes", () => {
    const records = typed("soma", "soma", "glia");
    const { engine, colors } = colorsBy("type", records);
    const before = records.map((record) => colors.colorOf(record));
    const [axon] = typed("axon").map((record) => ({
      ...record,
      id: "00000000-0000-4000-8000-00000000000a",
    }));
    engine.put(axon);
    expect(colors.see(axon)).toBeFalse();
    expect(records.map((record) => colors.colorOf(record))).toEqual(before);
    expect(before).not.toContain(colors.colorOf(axon));
    expect(colors.colorOf(axon)).not.toBe(NEUTRAL_COLOR);
  });

  it("are the same when the page is opened again, whatever has come and gone meanwhile", () => {
    const spread = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 });
    fc.assert(
      fc.property(spread, spread, (before, after) => {
        const { engine, colors } = colorsBy("type", typed(...before));
        const later = typed(...before, ...after).slice(before.length);
        for (const record of later) {
          engine.put(record);
          colors.see(record);
        }
        const all = [...typed(...before), ...later];
        const again = colorsBy("type", all.reverse(), colors.places).colors;
        for (const record of all) {
          // What was grey for want of a colour may have that of a word that nobody uses any more.
          const color = colors.colorOf(record);
          if (color !== NEUTRAL_COLOR) {
            expect(again.colorOf(record)).toBe(color);
          }
        }
      }),
    );
  });

  it("do not go by how many marks a word has, and one that is not used any more makes way", () => {
    const [a, b] = ["alpha", "beta"].map((word) => typed(word)[0]);
    for (const types of [
      ["alpha", "beta", "beta"],
      ["alpha", "alpha", "beta"],
    ]) {
      const { colors } = colorsBy("type", typed(...types));
      expect([a, b].map((record) => colors.colorOf(record))).toEqual([
        CATEGORY_COLORS[2],
        CATEGORY_COLORS[3],
      ]);
    }
    const kept = [null, null, "gone", "beta"];
    const { colors } = colorsBy("type", typed("alpha", "beta"), kept);
    expect(colors.places?.slice(2, 5)).toEqual(["alpha", "beta", null]);
  });

  it("go to the words of the dataset first, whether any mark has them or not", () => {
    const [vesicle] = typed("vesicle");
    const { colors } = colorsBy("type", [vesicle]);
    expect(colors.colorOf(vesicle)).toBe(CATEGORY_COLORS[1]);
  });

  it("are neutral for marks without a value and for values beyond the palette", () => {
    const names = Array.from({ length: 9 }, (_, i) => `type ${i}`);
    const records = typed(...names, ...names.slice(0, 4), undefined);
    // Of nine types with the two of the dataset, four have more marks than the rest.
    const { colors } = colorsBy("type", records);
    const labels = colors.legend().map(({ label, count }) => [label, count]);
    expect(labels.slice(-2)).toEqual([
      ["Others", 4],
      ["No type", 1],
    ]);
    expect(colors.colorOf(records.at(-1)!)).toBe(NEUTRAL_COLOR);
    expect(colors.colorOf(records[0])).not.toBe(NEUTRAL_COLOR);
    expect(colors.colorOf(records[8])).toBe(NEUTRAL_COLOR);
  });

  it("are lighter for greater numbers, each of a few whole numbers with its own", () => {
    const [one] = typed(undefined);
    const records = [1, 2, 3, 4, 5].map((confidence) => ({
      ...one,
      id: one.id.slice(0, -1) + String(confidence),
      fields: { confidence },
    }));
    const { colors } = colorsBy("field:confidence", records);
    expect(colors.legend().map(({ label }) => label)).toEqual([
      ...["1", "2", "3", "4", "5"],
    ]);
    const drawn = records.map((record) => colors.colorOf(record));
    expect(drawn[0]).toBe(rampColor(0));
    expect(drawn[4]).toBe(rampColor(1));
    expect(new Set(drawn).size).toBe(5);
  });

  it("change for all marks when a number comes that is beyond those there were", () => {
    const [one, two] = typed(undefined, undefined).map((record, i) => ({
      ...record,
      fields: { depth: i },
    }));
    const { engine, colors } = colorsBy("field:depth", [one, two]);
    const far = { ...two, fields: { depth: 100 } };
    engine.put(far);
    expect(colors.see(far)).toBeTrue();
    expect(colors.colorOf(far)).toBe(rampColor(1));
    expect(colors.see(far)).toBeFalse();
  });
});

describe("What a link says to colour by", () => {
  it("is one of the columns or a field, and anything else is nothing", () => {
    fc.assert(
      fc.property(fc.anything(), (json) => {
        expect(colorByOf(json)).toBeUndefined();
      }),
    );
    expect(colorByOf("tag")).toBe("tag");
    expect(colorByOf("field:confidence")).toBe("field:confidence");
    expect(colorByOf("field:")).toBeUndefined();
  });
});
