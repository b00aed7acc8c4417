import { SegmentationUserLayer } from "neuroglancer/unstable/layer/segmentation/index.js";
import { SharedDisjointUint64Sets } from "neuroglancer/unstable/shared_disjoint_sets.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { NeuprintInfo } from "../model/neuprint.js";
import { DatasetCells } from "./dataset_cells.js";

const signal = new AbortController().signal;

/** A segmentation in the view of which these are merged. */
function segmentation(name: string, merged: readonly [bigint, bigint][]) {
  const segmentEquivalences = new SharedDisjointUint64Sets();
  for (const [a, b] of merged) segmentEquivalences.link(a, b);
  const silent = { changed: new NullarySignal() };
  const group = {
    ...{ selectedSegments: silent, visibleSegments: silent },
    segmentEquivalences,
  };
  const layer = Object.assign(
    Object.create(SegmentationUserLayer.prototype) as object,
    {
      managedLayer: { name },
      displayState: {
        segmentationGroupState: { ...silent, value: group },
        ...{ segmentColorHash: silent, segmentStatedColors: silent },
      },
    },
  );
  return { managed: { layer }, segmentEquivalences };
}

describe("The cells of datasets", () => {
  const info = (dataset: string): NeuprintInfo => ({
    ...{ server: "https://neuprint.example", dataset, needsToken: false },
    ...(dataset === "a" && { segmentation: "of a" }),
  });
  const sources = {
    client: {
      info: (dataset: string) =>
        Promise.resolve(dataset === "none" ? null : info(dataset)),
    },
    catalogue: {
      findImage: (dataset: string) =>
        Promise.resolve({ segmentation: `of ${dataset}, as it is listed` }),
    },
  };

  it("are those of its own segmentation, each merged by itself, and follow one that comes later", async () => {
    const a = segmentation("of a", [[1n, 2n]]);
    const managedLayers = [a.managed];
    const layersChanged = new NullarySignal();
    const viewer = { layerManager: { managedLayers, layersChanged } };
    const datasets = new DatasetCells(viewer as unknown as Viewer, sources);
    const ofA = await datasets.of("a", signal);
    const ofB = await datasets.of("b", signal);
    expect(await datasets.of("a", signal)).toBe(ofA);
    expect(ofA.cellOf(2n)).toBe(ofA.cellOf(1n));
    expect(ofB.cellOf(2n)).not.toBe(ofB.cellOf(1n));
    const before = ofB.merged;
    const b = segmentation("of b, as it is listed", [[2n, 3n]]);
    managedLayers.push(b.managed);
    layersChanged.dispatch();
    await new Promise<void>((resolve) => ofB.changed.add(() => resolve()));
    expect(ofB.merged).toBeGreaterThan(before);
    expect(ofB.segmentsOf(ofB.cellOf(3n)).sort()).toEqual([2n, 3n]);
    expect(ofA.segmentsOf(ofA.cellOf(2n)).sort()).toEqual([1n, 2n]);
    const now = ofA.merged;
    a.segmentEquivalences.link(2n, 9n);
    expect(ofA.merged).toBe(now + 1);
    datasets.dispose();
  });

  it("that no neuPrint knows are refused in words", async () => {
    const layerManager = {
      ...{ managedLayers: [], layersChanged: new NullarySignal() },
    };
    const viewer = { layerManager } as unknown as Viewer;
    const datasets = new DatasetCells(viewer, sources);
    await expectAsync(datasets.of("none", signal)).toBeRejectedWithError(
      /^This dataset has no neuPrint\./,
    );
    datasets.dispose();
  });
});
