import { DatasetError, parseDataset, parseDatasets } from "./dataset.js";

const scene = {
  dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [4e-8, "m"] },
  position: [1, 2, 3.5],
  layers: [
    { name: "em", type: "image", source: "precomputed://gs://b/em" },
    {
      name: "bodies",
      type: "segmentation",
      source: [{ url: "precomputed://gs://b/seg", subsources: { mesh: true } }],
      segmentColors: { "18446744073709551615": "#ff0000" },
    },
  ],
};

function problems(json: unknown): readonly string[] {
  try {
    parseDataset("a", json);
  } catch (error) {
    if (error instanceof DatasetError) return error.problems;
    throw error;
  }
  return [];
}

describe("A dataset's description", () => {
  it("is kept as it was written, with the keys that Clio does not know", () => {
    const written = {
      title: "Title",
      description: "Text",
      tag: "v1",
      mainLayer: "em",
      roles: { bodies: ["mergeable"] },
      neuprintHTTP: { server: "s", dataset: "d" },
      neuroglancer: { ...scene, layout: { type: "xy" }, showSlices: false },
    };
    expect(parseDataset("a", written)).toEqual(
      jasmine.objectContaining(written),
    );
  });

  it("has its id for a title where none is written", () => {
    const dataset = parseDataset("hemibrain", { neuroglancer: scene });
    expect(dataset.title).toBe("hemibrain");
    expect(dataset.description).toBe("");
  });

  it("is refused with the key path, the value and what was expected", () => {
    const withScene = (change: object) => ({
      neuroglancer: { ...scene, ...change },
    });
    const withSource = (source: unknown) =>
      withScene({ layers: [{ name: "em", source }] });
    for (const [json, problem] of [
      [7, /^\(the whole\): 7, expected /],
      [{}, /^neuroglancer: missing$/],
      [{ title: 3, neuroglancer: scene }, /^title: 3, expected text$/],
      [
        withScene({ dimensions: { x: [8e-9, "m"], y: [8e-9, "m"] } }),
        /^neuroglancer\.dimensions\.z: missing$/,
      ],
      [
        withScene({ dimensions: { ...scene.dimensions, z: [0, "m"] } }),
        /^neuroglancer\.dimensions\.z\.0: 0, expected a number above 0$/,
      ],
      [
        withScene({ dimensions: { ...scene.dimensions, z: [1, "s"] } }),
        /^neuroglancer\.dimensions\.z\.1: "s", expected a unit of length/,
      ],
      [
        withScene({ position: [1, 2] }),
        /^neuroglancer\.position: \[1,2\], expected at least 3 numbers/,
      ],
      [withScene({ layers: [] }), /^neuroglancer\.layers: \[\], expected /],
      [
        withScene({ layers: [{ type: "image" }] }),
        /^neuroglancer\.layers\.0\.name: missing$/,
      ],
      [withSource(7), /^neuroglancer\.layers\.0\.source: 7, expected /],
      [
        withSource({ url: 7 }),
        /^neuroglancer\.layers\.0\.source\.url: 7, expected the address/,
      ],
      [
        withSource(["a", { url: "" }]),
        /^neuroglancer\.layers\.0\.source\.1\.url: "", expected the address/,
      ],
      [
        withScene({ layers: [{ name: "em" }, { name: "em" }] }),
        /^neuroglancer\.layers\.1\.name: "em", expected a name that no other/,
      ],
      [
        { mainLayer: "grey", neuroglancer: scene },
        /^mainLayer: "grey", expected the name of a layer \(em, bodies\)$/,
      ],
      [
        { roles: { seg: ["mergeable"] }, neuroglancer: scene },
        /^roles\.seg: expected the name of a layer/,
      ],
    ] as [unknown, RegExp][]) {
      const found = problems(json);
      expect(found.length).withContext(String(problem)).toBe(1);
      expect(found[0]).toMatch(problem);
    }
  });

  it("shows no more of a long wrong value than a person reads", () => {
    const [problem] = problems({ neuroglancer: "x".repeat(100_000) });
    expect(problem.length).toBeLessThan(200);
  });
});

describe("A dictionary of datasets", () => {
  it("keeps the order in which it was written", () => {
    const datasets = parseDatasets({
      b: { neuroglancer: scene },
      a: { neuroglancer: scene },
    });
    expect([...datasets.keys()]).toEqual(["b", "a"]);
  });

  it("names the dataset before each wrong key, all of them at once", () => {
    const json = { a: { title: 1 }, b: { neuroglancer: scene }, "c d": {} };
    expect(() => parseDatasets(json)).toThrowMatching(
      (error: DatasetError) =>
        error instanceof DatasetError &&
        error.problems[0].startsWith("a.title: 1") &&
        error.problems[1] === "a.neuroglancer: missing" &&
        error.problems[2].includes('"c d"'),
    );
  });

  it("takes prototype keys for no datasets", () => {
    for (const id of ["__proto__", "../x", "", "a/b"]) {
      const json: unknown = JSON.parse(`{${JSON.stringify(id)}: {}}`);
      expect(() => parseDatasets(json)).toThrowError(DatasetError);
    }
    expect(() => parseDatasets([])).toThrowError(DatasetError);
    expect(() => parseDatasets(null)).toThrowError(DatasetError);
  });
});
