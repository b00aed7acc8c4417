import { parseDataset } from "../model/dataset.js";
import { imageSource, viewerState } from "./dataset_layers.js";
import { exampleJson } from "./example.fixture.js";

const dimensions = { x: [8e-9, "m"], y: [8e-9, "m"], z: [4e-8, "m"] };
const bodies = { name: "bodies", type: "segmentation", source: "n5://bodies" };
const roi = { name: "roi", type: "segmentation", source: ["n5://a", "n5://b"] };
const raw = { name: "raw", type: "image", source: "n5://raw" };
const em = {
  name: "em",
  type: "image",
  source: { url: "n5://em" },
  shader: "void main() {}",
};

function example(changes: object, scene: object = {}) {
  const neuroglancer = { dimensions, layers: [bodies, roi, raw, em], ...scene };
  return parseDataset("demo", {
    ...exampleJson({ neuroglancer }),
    ...changes,
  });
}

const own = {
  sandbox: (id: string) => ({ name: "marks", source: `marks of ${id}` }),
  merges: (id: string, version: string | undefined, segmentation: string) => ({
    source: `merges of ${id}`,
    layer: { name: "merges", version, segmentation },
  }),
};

function opened(changes: object, scene: object = {}) {
  return viewerState("demo", example(changes, scene), own);
}

describe("the state that opens a dataset", () => {
  it("has the first image first, then the layers as they were written, and the sandbox on top", () => {
    expect(opened({}).layers).toEqual([
      raw,
      bodies,
      roi,
      em,
      { name: "marks", source: "marks of demo" },
    ]);
  });

  it("has the main layer first, then those that orderedLayers names in its order, then the rest", () => {
    const { layers } = opened({
      mainLayer: "em",
      orderedLayers: ["roi", "gone", "em"],
    });
    expect(layers).toEqual([
      em,
      roi,
      bodies,
      raw,
      { name: "marks", source: "marks of demo" },
    ]);
  });

  it("has the merges where segments can be merged, and as a second source of that layer", () => {
    const roles = { roi: ["mergeable"] };
    expect(opened({ roles, tag: "v2" }).layers).toEqual([
      raw,
      bodies,
      { ...roi, source: ["n5://a", "n5://b", "merges of demo"] },
      em,
      { name: "merges", version: "v2", segmentation: "roi" },
      { name: "marks", source: "marks of demo" },
    ]);
  });

  it("says which dataset is open and takes its title", () => {
    const state = opened({ title: "Medulla" }, { title: "x", clio: "y" });
    expect(state.title).toBe("Medulla");
    expect(state.clio).toEqual({ dataset: "demo" });
  });

  it("shows four panels with the sandbox selected, unless the dataset says otherwise", () => {
    const plain = opened({});
    expect(plain.layout).toBe("4panel");
    expect(plain.selectedLayer).toEqual({ layer: "marks" });
    const own = opened({}, { layout: "xy", showSlices: false });
    expect(own.layout).toBe("xy");
    expect(own.showSlices).toBeFalse();
  });

  it("begins at the dataset's own position and scale, in its voxels", () => {
    const state = opened({}, { position: [1, 2, 3.5], crossSectionScale: 2 });
    expect(state.position).toEqual([1, 2, 3.5]);
    expect(state.crossSectionScale).toBe(2);
    expect(state.dimensions).toEqual(dimensions);
  });
});

describe("the image of a dataset", () => {
  it("is the first address of its main layer, in whatever form that stands", () => {
    expect(imageSource(example({}))).toBe("n5://raw");
    expect(imageSource(example({ mainLayer: "em" }))).toBe("n5://em");
    expect(imageSource(example({ mainLayer: "roi" }))).toBe("n5://a");
  });

  it("is missing where no layer shows one", () => {
    expect(imageSource(example({}, { layers: [bodies] }))).toBeUndefined();
  });
});
