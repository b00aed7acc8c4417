import fc from "fast-check";
import type { AnnotationRecord } from "../../model/annotation.js";
import { anyRecord } from "../../model/testing/records.js";
import { QueryEngine } from "./engine.js";
import { parseQuery } from "./language.js";
import type { Question } from "./messages.js";
import { packIds, unpackId } from "./packed_ids.js";
import { plainSearch } from "./testing/plain_search.js";

const VOXEL = [8, 8, 30] as const;
const FIELDS = ["confidence", "note", "done"];

/** Few words, so that searches find something and marks have the same ones. */
const word = fc.constantFrom("soma", "Soma 2", "soma 10", "glia", "é", "=x()");

function aMark(): fc.Arbitrary<AnnotationRecord> {
  const words = fc.record(
    {
      description: fc.oneof(
        word,
        fc.tuple(word, word).map((w) => w.join(" ")),
      ),
      title: word,
      type: word,
      set: word,
      user: fc.constantFrom("local", "maria@lab.org"),
      tags: fc.uniqueArray(word, { maxLength: 3 }),
      created: fc.integer({ min: 0, max: 5 }),
      fields: fc.record(
        {
          confidence: fc.oneof(fc.integer({ min: -2, max: 5 }), word),
          note: word,
          done: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
      segments: fc.record({
        source: fc.constant("precomputed://x"),
        supervoxels: fc.array(
          fc.constantFrom(null, "7", "18446744073709551615"),
          {
            maxLength: 2,
          },
        ),
      }),
    },
    { requiredKeys: ["description"] },
  );
  return fc
    .tuple(anyRecord(), words, fc.integer({ min: 0, max: 40 }))
    .map(([record, given, number]) => ({
      ...record,
      ...given,
      // Few ids, so that marks are put again; some that begin alike, and some that do not.
      id: `${"09af"[number % 4]}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    }));
}

function aText(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom("s", "so", "som", "soma", "ma 1", "10", "g", "É", "local"),
    fc.constantFrom(
      "tag:soma",
      "tag:s*",
      "type:glia",
      "set:soma*",
      "user:maria*",
    ),
    fc.constantFrom("kind:point", "kind:box", "is:checked", "is:untagged"),
    fc.constantFrom(
      "confidence:>=3",
      "confidence:..2",
      "note:soma",
      "done:yes",
    ),
    fc.constantFrom("length:>1um", "volume:<1000um3", "radius:..9mm"),
    fc.constantFrom("segment:7", "in:view", "is:titled", '"soma 2"'),
  );
  return fc
    .array(fc.tuple(fc.boolean(), piece), { maxLength: 3 })
    .map((pieces) =>
      pieces.map(([not, text]) => (not ? `-${text}` : text)).join(" "),
    );
}

function aQuestion(): fc.Arbitrary<Question> {
  const column = fc.constantFrom(
    ...["created", "modified", "description", "title", "type", "set", "user"],
    ...["tags", "kind", "checked", "x", "z", "length", "radius", "volume"],
    ...[
      "segment",
      "field:confidence",
      "field:note",
      "field:done",
      "unheard-of",
    ],
  );
  return fc.record({
    terms: fc
      .tuple(
        aText(),
        fc.option(fc.tuple(fc.subarray(["", "soma", "glia"]), fc.boolean())),
      )
      .map(([text, sets]) => {
        const { terms } = parseQuery(text, FIELDS);
        if (sets === null) return terms;
        const [names, negated] = sets;
        return [...terms, { condition: { about: "sets", names }, negated }];
      }),
    sort: fc.option(fc.record({ column, descending: fc.boolean() }), {
      nil: undefined,
    }),
    view: fc.constantFrom(undefined, {
      lower: [0, 0, 0],
      upper: [50_000, 1e9, 1e9],
    }),
    hides: fc.boolean(),
    hiddenSets: fc.constant([]),
  });
}

type Act =
  | { put: AnnotationRecord[] }
  | { delete: number }
  | { ask: Question }
  | { steps: number };

function anAct(): fc.Arbitrary<Act> {
  return fc.oneof(
    fc.record({ put: fc.array(aMark(), { maxLength: 12 }) }),
    fc.record({ delete: fc.nat(40) }),
    fc.record({ ask: aQuestion() }),
    fc.record({ steps: fc.nat(3) }),
  );
}

function finish(work: Iterator<void>): void {
  while (work.next().done !== true);
}

describe("The query engine", () => {
  it("finds what a plain search finds, in the same order, after any edits and questions", () => {
    fc.assert(
      fc.property(fc.array(anAct(), { maxLength: 25 }), (acts) => {
        const engine = new QueryEngine([...VOXEL]);
        const marks = new Map<string, AnnotationRecord>();
        let question: Question = {
          terms: [],
          sort: undefined,
          view: undefined,
          hides: true,
          hiddenSets: [],
        };
        for (const act of acts) {
          if ("put" in act) {
            for (const record of act.put) {
              marks.set(record.id, record);
              engine.put(structuredClone(record));
            }
          } else if ("delete" in act) {
            const id = [...marks.keys()][act.delete] ?? "none";
            marks.delete(id);
            engine.delete(id);
          } else if ("steps" in act) {
            // Some of the work and then the next edit.
            const work = engine.update();
            for (let i = 0; i < act.steps; ++i) work.next();
            continue;
          } else {
            ({ ask: question } = act);
            engine.ask(question);
          }
          finish(engine.update());
          const expected = plainSearch(marks.values(), question, VOXEL);
          expect(engine.rows(0, 1000)).toEqual(expected);
          expect(engine.total).toBe(marks.size);
          expect(engine.matching).toBe(expected.length);
          const middle = expected[expected.length >> 1];
          if (middle === undefined) continue;
          expect(engine.rank(middle.id)).toBe(expected.length >> 1);
          const { terms } = question;
          expect(engine.matcher(terms)(middle.id)).toBe(
            terms.every(
              ({ condition, negated }) => condition.about !== "view" || negated,
            ),
          );
        }
        const ids = [...marks.keys()];
        expect(engine.records(packIds([...ids, crypto.randomUUID()]))).toEqual([
          ...marks.values(),
          undefined,
        ]);
      }),
      { numRuns: 150 },
    );
  });

  it("goes from mark to mark through what matches, also from one that matches no longer", () => {
    fc.assert(
      fc.property(
        fc.array(aMark(), { maxLength: 30 }),
        aQuestion(),
        (given, question) => {
          const engine = new QueryEngine([...VOXEL]);
          const marks = new Map(given.map((record) => [record.id, record]));
          for (const record of marks.values()) engine.put(record);
          engine.ask(question);
          finish(engine.update());
          const found = plainSearch(marks.values(), question, VOXEL);
          const all = plainSearch(
            marks.values(),
            { ...question, terms: [] },
            VOXEL,
          );
          expect(engine.neighbour(undefined, 1, undefined)).toEqual(found[0]);
          expect(engine.neighbour(undefined, -1, undefined)).toEqual(
            found.at(-1),
          );
          all.forEach(({ id }, at) => {
            const after = (record: AnnotationRecord) =>
              all.indexOf(record) > at;
            expect(engine.neighbour(id, 1, undefined)).toEqual(
              found.find(after),
            );
            expect(engine.neighbour(id, 1, "unchecked")).toEqual(
              found.find((record) => after(record) && !record.checked),
            );
            expect(engine.neighbour(id, -1, undefined)).toEqual(
              found.findLast((record) => all.indexOf(record) < at),
            );
          });
          const packed = engine.ids();
          expect(found.map((_, i) => unpackId(packed, i))).toEqual(
            found.map(({ id }) => id),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("counts the words in use", () => {
    fc.assert(
      fc.property(fc.array(aMark()), (given) => {
        const engine = new QueryEngine([...VOXEL]);
        const marks = new Map(given.map((record) => [record.id, record]));
        for (const record of given) engine.put(structuredClone(record));
        const uses = (of: (record: AnnotationRecord) => boolean) =>
          [...marks.values()].filter(of).length;
        const facets = engine.facets();
        expect(facets.checked).toBe(uses(({ checked }) => checked));
        for (const { value, count } of facets.tags) {
          expect(count).toBe(uses(({ tags }) => tags.includes(value)));
        }
        for (const { value, count } of facets.types) {
          expect(count).toBe(uses(({ type }) => type === value));
        }
        for (const { value, count } of facets.kinds) {
          expect(count).toBe(uses(({ kind }) => kind === value));
        }
        for (const [name, values] of Object.entries(facets.fields)) {
          for (const { value, count } of values) {
            expect(count).toBe(uses(({ fields }) => fields?.[name] === value));
          }
        }
        const used = new Set([...marks.values()].flatMap(({ tags }) => tags));
        expect(new Set(facets.tags.map(({ value }) => value))).toEqual(used);
      }),
      { numRuns: 100 },
    );
  });

  it("orders some thousand marks as it does a few, texts with numbers as people count", () => {
    const engine = new QueryEngine([...VOXEL]);
    const marks = Array.from({ length: 20_000 }, (_, i): AnnotationRecord => ({
      id: crypto.randomUUID(),
      kind: "point",
      position: [i % 100, (i * 7919) % 20_000, 0],
      description: `mark ${(i * 7919) % 20_000}`,
      tags: [],
      checked: i % 3 === 0,
      user: "local",
      created: i % 500,
      modified: 0,
    }));
    for (const record of marks) engine.put(record);
    const rowsBy = (column: string, text = "") => {
      const question: Question = {
        terms: parseQuery(text, []).terms,
        sort: { column, descending: false },
        view: undefined,
        hides: true,
        hiddenSets: [],
      };
      engine.ask(question);
      finish(engine.update());
      expect(engine.rows(0, marks.length)).toEqual(
        plainSearch(marks, question, VOXEL),
      );
      return engine.rows(0, 12).map(({ description }) => description);
    };
    expect(rowsBy("description")).toEqual(
      Array.from({ length: 12 }, (_, i) => `mark ${i}`),
    );
    rowsBy("y");
    rowsBy("checked", "rk 17");
    rowsBy("checked", "rk 177");
    expect(rowsBy("description", '"mark 1999"')).toEqual([
      "mark 1999",
      ...Array.from({ length: 10 }, (_, i) => `mark ${19_990 + i}`),
    ]);
  });
});
