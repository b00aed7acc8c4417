import type { VolumeSource } from "../../../neuroglancer/volume_source.js";
import type { LabelVolume } from "../model/labels.js";
import { anyFollows } from "./any_follows.js";
import { KeptFollows } from "./kept_follows.js";
import { LabelFollows } from "./label_follows.js";
import type { LabelMarker } from "./label_marker.js";

type Progress = Parameters<LabelMarker["followLabels"]>[2];

const volumeOf = (id: string) => ({ id }) as LabelVolume;
const [cells, axons] = [volumeOf("cells"), volumeOf("axons")];

/** What follows, as the marks are asked for it. */
interface Asked {
  readonly volume: string;
  readonly field: string;
  readonly progress: Progress;
  isOver: boolean;
}

describe("The volumes of labels that marks follow", () => {
  let asked: Asked[];
  let inView: Set<string>;
  const open: LabelFollows[] = [];
  const begin = () => {
    const follows = new LabelFollows({
      marks: {
        writeLabels: () => Promise.resolve({ count: 0, seq: 0 }),
        followLabels: (volume, field, progress) => {
          const { name } = volume;
          const each = { volume: name, field, progress, isOver: false };
          asked.push(each);
          return Promise.resolve({
            get wasDisposed() {
              return each.isOver;
            },
            dispose: () => void (each.isOver = true),
          });
        },
      },
      open: ({ id }) =>
        inView.has(id)
          ? Promise.resolve({ name: id } as unknown as VolumeSource)
          : undefined,
      changed: () => undefined,
    });
    open.push(follows);
    return follows;
  };
  const kept = new KeptFollows("ada", "demo");
  /** After all that is being kept. */
  const settled = async () => {
    await navigator.locks.request(kept.key, () => undefined);
    await new Promise((done) => setTimeout(done));
  };
  const running = () =>
    asked
      .filter(({ isOver }) => !isOver)
      .map(({ volume, field }) => `${volume} in ${field}`);

  beforeEach(() => {
    asked = [];
    inView = new Set(["cells", "axons"]);
  });
  afterEach(() => {
    for (const each of open.splice(0)) each.dispose();
    localStorage.removeItem(kept.key);
  });

  it("are followed after a reload too, from the change up to which marks had their labels, by who has asked for it, and while they are in view", async () => {
    const first = begin();
    first.update("ada", "demo", [cells, axons]);
    expect(anyFollows()).toBeFalse();
    await first.start(cells, "cell", 5);
    await settled();
    expect(running()).toEqual(["cells in cell"]);
    expect(asked[0].progress.since()).toBe(5);
    asked[0].progress.reached(7);
    first.dispose();
    expect(running()).toEqual([]);

    const again = begin();
    again.update("ben", "demo", [cells, axons]);
    await settled();
    expect(running()).toEqual([]);
    again.update("ada", "demo", [cells, axons]);
    await settled();
    expect(asked.at(-1)!.progress.since()).toBe(7);
    expect(again.stateOf(cells)?.isOn).toBeTrue();

    inView.delete("cells");
    again.update("ada", "demo", [cells, axons]);
    expect(running()).toEqual([]);
    expect(again.stateOf(cells)).toEqual({
      ...{ field: "cell", isOn: false, problem: undefined },
    });
    inView.add("cells");
    again.update("ada", "demo", [cells, axons]);
    await settled();
    expect(running()).toEqual(["cells in cell"]);
  });

  it("are one a field, and none once it is stopped or gone", async () => {
    const follows = begin();
    follows.update("ada", "demo", [cells, axons]);
    await follows.start(cells, "cell", 1);
    await follows.start(axons, "cell", 2);
    await settled();
    expect(running()).toEqual(["axons in cell"]);
    await follows.start(cells, "soma", 3);
    await settled();
    asked.at(-1)!.progress.failed(new Error("away"));
    expect(follows.stateOf(cells)?.problem).toBe("away");
    asked.at(-1)!.progress.reached(4);
    expect(follows.stateOf(cells)?.problem).toBe(undefined);
    await follows.stop(cells);
    expect(running()).toEqual(["axons in cell"]);
    follows.update("ada", "demo", [cells]);
    expect(running()).toEqual([]);
    await settled();
    expect(kept.value).toEqual([]);
    expect(anyFollows()).toBeFalse();
  });

  it("are the same in all tabs: what one has stopped no other begins again, and each knows what the others have begun", async () => {
    const [one, two] = [begin(), begin()];
    for (const each of [one, two]) each.update("ada", "demo", [cells, axons]);
    // As the browser tells the other tabs of it; both of these hear it here.
    const tell = async () => {
      window.dispatchEvent(new StorageEvent("storage", { key: kept.key }));
      await settled();
    };
    await Promise.all([
      one.start(cells, "cell", 1),
      two.start(axons, "axon", 1),
    ]);
    await tell();
    expect(running().sort()).toEqual([
      ...["axons in axon", "axons in axon"],
      ...["cells in cell", "cells in cell"],
    ]);
    const ofTwo = asked.findLast(({ volume }) => volume === "cells")!;
    await one.stop(cells);
    ofTwo.progress.reached(9);
    await settled();
    expect(kept.value).toEqual([{ volume: "axons", field: "axon", seq: 1 }]);
    expect(ofTwo.progress.since()).toBe(undefined);
    await tell();
    expect(two.stateOf(cells)).toBe(undefined);
    expect(running()).toEqual(["axons in axon", "axons in axon"]);
  });
});
