import type { HashTableBase } from "neuroglancer/unstable/gpu_hash/hash_table.js";
import type { GPUHashTable } from "neuroglancer/unstable/gpu_hash/shader.js";
import type { UserLayer } from "neuroglancer/unstable/layer/index.js";
import type { DisjointUint64Sets } from "neuroglancer/unstable/util/disjoint_sets.js";
import { changeSets, type SetsChange } from "./segment_sets.js";
import { uploadChanges } from "./table_uploads.js";

/** Of upstream's `EquivalencesHashMap`: the main of each segment that is in a set, as slices look it up on the graphics card. */
export interface EquivalenceTable {
  readonly disjointSets: DisjointUint64Sets;
  /** That of `disjointSets` when it was last made; another one has it made anew when it is next drawn. */
  generation: number;
  readonly hashMap: {
    /** Leaves a segment that is there as it is. */
    set(segment: bigint, main: bigint): boolean;
    delete(segment: bigint): boolean;
  };
}

/**
 * As `changeSets`, for sets that are drawn. The tables that slices are coloured by are changed with them: upstream makes each anew after
 * any change, which takes 9 ms at ten thousand sets and more than a second at a million.
 */
export function changeDrawnSets(
  sets: DisjointUint64Sets,
  change: SetsChange,
  tables: Iterable<EquivalenceTable>,
): void {
  const { generation } = sets;
  const { apart } = change;
  const touched = new Set(change.segments);
  for (const segment of apart ?? []) {
    for (const each of sets.setElements(segment)) touched.add(each);
  }
  changeSets(sets, change);
  // All are others: that is upstream's way.
  if (apart === undefined) return;
  for (const table of tables) {
    // What was not drawn since an earlier change lacks that too.
    if (table.generation !== generation) continue;
    for (const segment of touched) {
      table.hashMap.delete(segment);
      if (sets.has(segment)) table.hashMap.set(segment, sets.get(segment));
    }
    table.generation = sets.generation;
  }
}

/** Of upstream's layer that draws segments in slices. */
interface SlicesLayer {
  readonly equivalencesHashMap: EquivalenceTable;
  readonly gpuEquivalencesHashTable: GPUHashTable<HashTableBase>;
}

/**
 * The tables of `sets` in some layers of a view: one for each that draws segments in slices. What is changed of them from now on is alone
 * handed to the graphics card.
 */
export function* tablesOf(
  layers: Iterable<Pick<UserLayer, "renderLayers">>,
  sets: DisjointUint64Sets,
): Generator<EquivalenceTable> {
  for (const { renderLayers } of layers) {
    for (const renderLayer of renderLayers) {
      if (!("equivalencesHashMap" in renderLayer)) continue;
      const { equivalencesHashMap: table, gpuEquivalencesHashTable } =
        renderLayer as unknown as SlicesLayer;
      if (table.disjointSets !== sets) continue;
      uploadChanges(gpuEquivalencesHashTable);
      yield table;
    }
  }
}
