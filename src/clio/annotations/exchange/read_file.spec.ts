import type { MarkGeometry } from "../../model/geometry.js";
import type { ReadContext } from "./draft.js";
import { ImportPlan } from "./plan.js";
import { openFile, readColumns } from "./read_file.js";
import { FileRefused } from "../../model/files/refusal.js";
import { PLAIN, WITH_FIELDS } from "./testing/contexts.js";
import {
  checkSize,
  decodeText,
  MAX_FILE_BYTES,
} from "../../model/files/text.js";

function read(text: string, context: ReadContext = PLAIN) {
  const opened = openFile(text, "file", context);
  return "reading" in opened
    ? opened.reading
    : readColumns(opened.table, opened.guess, context);
}

function geometries(
  text: string,
  context: ReadContext = PLAIN,
): MarkGeometry[] {
  const { drafts, refused } = read(text, context);
  expect(refused).toEqual([]);
  return drafts.map(({ geometry }) => geometry);
}

/** Each refusal as "line:column field value, expected". */
function refusals(text: string, context: ReadContext = PLAIN): string[] {
  return read(text, context).refused.flatMap((row) =>
    row.refusals.map(
      ({ line, column, field, value, expected }) =>
        `${line}:${column ?? ""} ${field} ${value}, ${expected}`,
    ),
  );
}

describe("Files of the original Clio", () => {
  it("are read as lists and as objects from key to mark, with all that they say", () => {
    const item = {
      kind: "lineseg",
      pos: [1, 2, 3, 4, 5, 6],
      tags: ["a", "b", "a"],
      description: "d",
      title: "t",
      user: "me@example.org",
      prop: {
        timestamp: "1700000000000",
        type: "Split",
        checked: "1",
        user: "other@example.org",
        confidence: 3,
      },
    };
    for (const file of [[item], { Ln1_2_3_4_5_6: item }]) {
      const [draft] = read(JSON.stringify(file)).drafts;
      expect(draft.geometry).toEqual({
        kind: "line",
        ends: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      });
      expect(draft.fields).toEqual({
        description: "d",
        title: "t",
        type: "Split",
        tags: ["a", "b"],
        checked: true,
        user: "other@example.org",
        created: 1700000000000,
        modified: 1700000000000,
        fields: { confidence: 3 },
      });
    }
  });

  it("are told apart by their keys where they have no kind", () => {
    expect(
      geometries('{"Sp1":{"pos":[1,2,3,4,5,6]},"Pt1":{"pos":[1,2,3]}}').map(
        ({ kind }) => kind,
      ),
    ).toEqual(["sphere", "point"]);
  });

  it("have their table read, with positions in one cell", () => {
    expect(
      geometries('type,comment,pos\npoint,hello,"(1,2,3)"\nMerge,,"(4, 5, 6)"'),
    ).toEqual([
      { kind: "point", position: [1, 2, 3] },
      { kind: "point", position: [4, 5, 6] },
    ]);
  });

  it("from DVID have their notes read, and other elements with their kind as type", () => {
    const { drafts, refused } = read(
      '[{"Pos":[1,2,3],"Kind":"Note","Prop":{"comment":"c","custom":"1"}},{"Pos":[4,5,6],"Kind":"PreSyn","Tags":["s"],"Rels":[{"Rel":"PreSynTo","To":[1,1,1]}]}]',
    );
    expect(refused).toEqual([]);
    expect(drafts[0].fields.description).toBe("c");
    expect(drafts[0].fields.fields).toBeUndefined();
    expect(drafts[1].fields.type).toBe("PreSyn");
    expect(drafts[1].fields.fields).toEqual({
      Rels: '[{"Rel":"PreSynTo","To":[1,1,1]}]',
    });
  });

  it("name line and key of what is wrong, and take the rest", () => {
    const text =
      '[\n{"kind":"point","pos":[1,2,3.5]},\n{"kind":"cicle","pos":[1,2,3]},\n{"kind":"point","pos":[1,2]},\n{"kind":"point","pos":[1,2,3]}\n]';
    expect(refusals(text)).toEqual([
      "2: pos.2 3.5, a whole voxel",
      "3: kind cicle, point, lineseg or sphere",
      "4: pos [1,2], 3 numbers",
    ]);
    expect(read(text).drafts.length).toBe(1);
  });

  it("keep ids of 64 bits digit by digit, and refuse longer ones", () => {
    const of = (id: string) =>
      `[{"kind":"point","pos":[1,2,3],"prop":{"body":${id}}}]`;
    const [draft] = read(of("18446744073709551615")).drafts;
    expect(draft.fields.fields).toEqual({ body: "18446744073709551615" });
    expect(refusals(of("18446744073709551616"))).toEqual([
      "1: body 18446744073709551616, a segment id of at most 64 bits",
    ]);
  });
});

describe("States of a viewer", () => {
  const layer = {
    type: "annotation",
    name: "mine",
    source: {
      url: "local://annotations",
      transform: {
        outputDimensions: { z: [40e-9, "m"], y: [16e-9, "m"], x: [16, "nm"] },
      },
    },
    annotationProperties: [
      {
        id: "class",
        type: "uint8",
        enum_values: [0, 1],
        enum_labels: ["no", "yes"],
      },
    ],
    annotations: [
      { type: "point", point: [3.5, 20.5, 10], description: "d", props: [1] },
      { type: "line", pointA: [0, 0, 0], pointB: [1, 1, 1] },
      {
        type: "polyline",
        points: [
          [0, 0, 0],
          [1, 1, 1],
          [2, 2, 2],
        ],
      },
      {
        type: "axis_aligned_bounding_box",
        pointA: [2, 2, 2],
        pointB: [0, 0, 0],
      },
      { type: "ellipsoid", center: [1, 1, 1], radii: [1, 2, 0] },
    ],
  };

  it("have all five kinds of annotations read, scaled from their own dimensions to the dataset's voxels", () => {
    expect(
      geometries(JSON.stringify({ layers: [layer] }), WITH_FIELDS),
    ).toEqual([
      { kind: "point", position: [20, 41, 3] },
      {
        kind: "line",
        ends: [
          [0, 0, 0],
          [2, 2, 1],
        ],
      },
      {
        kind: "polyline",
        vertices: [
          [0, 0, 0],
          [2, 2, 1],
          [4, 4, 2],
        ],
      },
      {
        kind: "box",
        corners: [
          [0, 0, 0],
          [3, 3, 1],
        ],
      },
      { kind: "ellipsoid", center: [2, 2, 1], radii: [1, 4, 1] },
    ]);
    const [{ fields }] = read(
      JSON.stringify({ layers: [layer] }),
      WITH_FIELDS,
    ).drafts;
    expect(fields.set).toBe("mine");
    expect(fields.fields).toEqual({ class: "yes" });
  });

  it("of older viewers are scaled by their voxel size, and have the labels of their tags", () => {
    const state = {
      layers: [
        {
          name: "synapses",
          voxelSize: [4, 4, 40],
          annotationTags: [{ id: 1, label: "ChC" }],
          annotations: [
            {
              type: "point",
              point: [100, 50, 7],
              tagIds: [1],
              segments: ["648518346349538689"],
            },
          ],
        },
      ],
    };
    const { drafts, refused } = read(JSON.stringify(state), {
      ...PLAIN,
      voxel: [8, 8, 40],
    });
    expect(refused).toEqual([]);
    expect(drafts[0].geometry).toEqual({
      kind: "point",
      position: [50, 25, 7],
    });
    expect(drafts[0].fields.tags).toEqual(["ChC"]);
    expect(drafts[0].fields.fields).toEqual({ segments: "648518346349538689" });
  });

  it("are read out of links, one a line, also in the older form with single quotes", () => {
    const state = {
      layers: [
        { name: "a", annotations: [{ type: "point", point: [1, 2, 3] }] },
      ],
    };
    const json = JSON.stringify(state);
    const older = json.replaceAll(",", "_").replaceAll('"', "'");
    const { drafts } = read(
      `https://a.org/#!${encodeURIComponent(json)}\n\nhttps://b.org/v/#!${older}\n`,
    );
    expect(drafts.map(({ geometry }) => geometry)).toEqual([
      { kind: "point", position: [1, 2, 3] },
      { kind: "point", position: [1, 2, 3] },
    ]);
    expect(drafts.map(({ line }) => line)).toEqual([1, 3]);
  });

  it("that are moved or turned are refused layer by layer", () => {
    const turned = structuredClone(layer) as unknown as {
      source: { transform: object };
    };
    turned.source.transform = {
      matrix: [
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 0],
      ],
    };
    const found = refusals(JSON.stringify({ layers: [turned] }));
    expect(found.length).toBe(5);
    expect(found[0]).toContain("neither moved nor turned");
  });
});

describe("Tables", () => {
  it("have the meaning of their columns guessed, whatever parts them, and keep what they do not know as fields", () => {
    const text = "X;Y;Z;Note;Labels;score;seen by\n1;2;3;a, b;p,q;0.5;me\n";
    const [draft] = read(text).drafts;
    expect(draft.geometry).toEqual({ kind: "point", position: [1, 2, 3] });
    expect(draft.fields.description).toBe("a, b");
    expect(draft.fields.tags).toEqual(["p", "q"]);
    expect(draft.fields.fields).toEqual({ score: 0.5, "seen by": "me" });
  });

  it("without a header have their first columns taken for a position", () => {
    expect(geometries("1\t2\t3\n4\t5\t6\n")).toEqual([
      { kind: "point", position: [1, 2, 3] },
      { kind: "point", position: [4, 5, 6] },
    ]);
  });

  it("in nm are in the voxel that holds the place", () => {
    expect(geometries("x_nm,y_nm,z_nm\n80,87.9,88\n")).toEqual([
      { kind: "point", position: [10, 10, 11] },
    ]);
  });

  it("name the line, also after cells with newlines in them, the column and what was expected", () => {
    const text =
      'x,y,z,confidence,note\n1,2,3,4,"two\nlines"\n1,2,3,9,x\n1,,3,1,x\n1,2,3\n';
    expect(refusals(text, WITH_FIELDS)).toEqual([
      "4:4 confidence 9, a whole number from 1 to 5",
      "5:2 y (missing), a whole voxel",
      "6:3 the row 3 cells, 5 cells, as in the first line",
    ]);
  });

  it("without a position in any column are refused until it is said which has one", () => {
    expect(() => read("a,b,c\n1,2,3\n")).toThrowError(
      FileRefused,
      /None of the columns is a position/,
    );
  });
});

describe("Text of a file", () => {
  it("is read as UTF-8 with and without a mark, and as UTF-16 with one", () => {
    const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0, 0xe9, 0]);
    expect(decodeText(utf16)).toBe("aé");
    expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe("a");
  });

  it("in any other encoding is refused with the byte and the line", () => {
    const latin = new Uint8Array([0x61, 0x0a, 0x62, 0xe9, 0x63]);
    expect(() => decodeText(latin)).toThrowError(
      FileRefused,
      /Byte 4 \(e9\), in line 2, is not UTF-8/,
    );
    expect(() => decodeText(new Uint8Array([0x50, 0x4b, 3, 4]))).toThrowError(
      FileRefused,
      /workbook/,
    );
    expect(() => decodeText(new Uint8Array([0x61, 0, 0x62, 0]))).toThrowError(
      FileRefused,
      /UTF-16 without a mark/,
    );
  });

  it("that is too large is refused before it is read, with the limit and where that is in it", async () => {
    // Characters of two bytes count as one, and the limit is within the 101st one of its line.
    const line = `${"é".repeat(511)}\n`;
    const lines = line.repeat(1024);
    const most = new Blob(new Array<string>(256).fill(lines));
    expect(most.size).toBe(MAX_FILE_BYTES - 256 * 1024);
    const rest = ["x\n".repeat(128 * 1024 - 50), "é".repeat(200)];
    await expectAsync(
      checkSize(new Blob([most, ...rest])),
    ).toBeRejectedWithError(
      FileRefused,
      /257 MB, and at most 256 MB .* end in line 393167, column 51\. Split it before that line/,
    );
    await expectAsync(checkSize(most)).toBeResolved();
  });
});

describe("A dry run", () => {
  const existing = {
    id: "00000000-0000-4000-8000-000000000001",
    kind: "point" as const,
    position: [1, 2, 3] as [number, number, number],
    description: "old",
    tags: ["a"],
    checked: true,
    user: "local",
    created: 1,
    modified: 1,
  };
  function plan(text: string) {
    const made = new ImportPlan(read(text), {
      user: "local",
      now: 5,
      within: { lower: [0, 0, 0], upper: [10, 10, 10] },
    });
    made.addExisting([existing]);
    made.decide();
    return made.rows;
  }

  it("says of every row, in order, whether it is added, is there already, or is refused", () => {
    const rows = plan(
      "x,y,z,note,tags\n1,2,3,new,b\n4,4,4,,\n10,4,4,,\nx,1,1,,\n1,2,3,,a\n",
    );
    expect(rows.map(({ line, would }) => `${line} ${would}`)).toEqual([
      // The mark at that place is the one of the last line, which says the same of it.
      "2 add",
      "3 add",
      "4 refuse",
      "5 refuse",
      "6 keep",
    ]);
  });

  it("changes only what a table says, and joins tags", () => {
    const [row] = plan("x,y,z,note,tags\n1,2,3,new,b\n");
    if (row.would !== "change") throw new Error("expected a change");
    expect(row.differs).toEqual(["description: new", "tags: + b"]);
    expect(row.record).toEqual({
      ...existing,
      description: "new",
      tags: ["a", "b"],
      modified: 5,
    });
  });
});
