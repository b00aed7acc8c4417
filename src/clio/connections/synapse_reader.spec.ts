import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Edge, Side, Synapse } from "../model/neuprint.js";
import { SynapseReader } from "./synapse_reader.js";
import { type MergedCells, SynapseSource } from "./synapse_source.js";

const synapse = (from: string, to: string, z: number): Synapse => ({
  ...{ from, to, pre: [1, 2, z], post: [1, 2, z + 1] },
});

const edge = (of: string, body: string, weight: number): Edge => ({
  ...{ of, body, weight, type: "", instance: "", status: "", regions: [] },
});

/** Cells of which some are merged, each onto the one that is named behind it. */
class Cells implements MergedCells {
  readonly changed = new NullarySignal();
  merged = 0;

  constructor(private readonly onto: Map<bigint, bigint>) {}

  cellOf(id: bigint): bigint {
    return this.onto.get(id) ?? id;
  }

  segmentsOf(cell: bigint): bigint[] {
    const parts = [...this.onto].filter(([, of]) => of === cell);
    return [cell, ...parts.map(([id]) => id)];
  }

  merge(id: bigint, onto: bigint): void {
    this.onto.set(id, onto);
    this.merged += 1;
  }
}

let cells: Cells;
beforeEach(() => {
  cells = new Cells(
    new Map([
      [11n, 1n],
      [17n, 7n],
    ]),
  );
});

const signal = new AbortController().signal;

/** A reader whose neuPrint has these connections and synapses, and what was asked of it. */
function readerOf(edges: readonly Edge[], synapses: readonly Synapse[]) {
  const asked: unknown[] = [];
  const reader = new SynapseReader({
    cellsOf: (dataset) =>
      Promise.resolve(dataset === "demo" ? cells : new Cells(new Map())),
    client: {
      connections: (_, ids, side) => {
        asked.push({ ids, side });
        return Promise.resolve({ edges: [...edges], complete: true });
      },
      synapses: (_, request) => {
        asked.push(request);
        return Promise.resolve({ synapses: [...synapses], complete: true });
      },
    },
  });
  return { reader, asked };
}

const set = {
  ...{ dataset: "demo", side: "inputs" satisfies Side as Side, least: 1 },
  ...{ cells: [11n, 2n], partner: 7n as bigint | undefined },
};

describe("The synapses of a layer", () => {
  it("are asked for by all segments of its cells as they are merged, whichever of them a link names", async () => {
    const found = [synapse("7", "1", 4), synapse("17", "2", 3)];
    const { reader, asked } = readerOf([], found);
    const read = await reader.read(set, signal);
    expect([read.synapses, read.complete]).toEqual([found, true]);
    expect(asked).toEqual([
      { ids: ["1", "11", "2"], partners: ["7", "17"], side: "inputs" },
    ]);
  });

  it("with all partners leave out those that have too few connections, merged ones as one cell", async () => {
    const edges = [edge("1", "7", 2), edge("11", "17", 1), edge("2", "9", 2)];
    const { reader, asked } = readerOf(edges, []);
    const all = { ...set, partner: undefined, least: 3 };
    await reader.read(all, signal);
    expect(asked).toEqual([
      { ids: ["1", "11", "2"], side: "inputs" },
      { ids: ["1", "11", "2"], partners: ["7", "17"], side: "inputs" },
    ]);
  });

  it("are others where merges change whose they are, of the layer's own cells or of the partner", async () => {
    const { reader } = readerOf([], []);
    const read = await reader.read(set, signal);
    expect(read.cells).toBe(cells);
    expect(await read.isStale()).toBeFalse();
    cells.merge(30n, 31n);
    expect(await read.isStale()).toBeFalse();
    cells.merge(27n, 7n);
    expect(await read.isStale()).toBeTrue();
    const again = await reader.read(set, signal);
    expect(await again.isStale()).toBeFalse();
    cells.merge(12n, 2n);
    expect(await again.isStale()).toBeTrue();
  });

  it("with partners that have enough connections are others where merged ones have enough together, and with all of them the same", async () => {
    const edges = [edge("1", "7", 2), edge("2", "9", 2), edge("2", "10", 3)];
    const { reader, asked } = readerOf(edges, []);
    const all = { ...set, partner: undefined };
    const whole = await reader.read(all, signal);
    const strong = await reader.read({ ...all, least: 3 }, signal);
    expect(asked.at(-1)).toEqual({
      ...{ ids: ["1", "11", "2"], partners: ["10"], side: "inputs" },
    });
    cells.merge(8n, 9n);
    expect(await strong.isStale()).toBeFalse();
    cells.merge(9n, 7n);
    expect(await strong.isStale()).toBeTrue();
    expect(await whole.isStale()).toBeFalse();
    await reader.read({ ...all, least: 3 }, signal);
    expect(asked.at(-1)).toEqual({
      ...{ ids: ["1", "11", "2"], partners: ["7", "9", "10"], side: "inputs" },
    });
  });

  it("of another dataset are asked for by its own cells, which are merged otherwise", async () => {
    const { reader, asked } = readerOf([], []);
    const other = { ...set, dataset: "other" };
    const read = await reader.read(other, signal);
    expect(read.cells).not.toBe(cells);
    expect(asked).toEqual([
      { ids: ["11", "2"], partners: ["7"], side: "inputs" },
    ]);
  });

  it("are walked section by section, each under an id that stays, and say from whom and to whom", () => {
    const synapses = [5, 3, 3].map((z) => synapse("7", "1", z));
    const source = new SynapseSource(
      {
        ...{ synapses, complete: true, cells },
        isStale: () => Promise.resolve(false),
      },
      (body) => `cell ${body}`,
    );
    expect(source.synapses.map(({ pre }) => pre[2])).toEqual([3, 3, 5]);
    const ids = [0, 1, 2].map((index) => source.idAt(index));
    expect(ids).toEqual(["1_2_3_1_2_4", "1_2_3_1_2_4_2", "1_2_5_1_2_6"]);
    expect(ids.map((id) => source.indexOf(id))).toEqual([0, 1, 2]);
    expect(source.wordsAt(2)).toBe("Synapse 3 of 3\nfrom cell 7\nto cell 1");
    expect(source.readonly).toBeTrue();
    source.dispose();
  });
});
