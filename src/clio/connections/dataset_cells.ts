import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { ViewerCells } from "../ui/viewer_cells.js";
import { problemOf } from "./connections_problem.js";
import { neuprintOf, type NeuprintSources } from "./dataset_neuprint.js";

/**
 * The cells of datasets, whichever of them is open. A link can show synapses of another dataset than the one that the panel is about:
 * each has its own segmentation, and none of them changes which one the panel has.
 */
export class DatasetCells extends RefCounted {
  /** By the name of the layer that shows them. */
  private readonly cells = new Map<string | undefined, ViewerCells>();

  constructor(
    private readonly viewer: Viewer,
    private readonly sources: NeuprintSources,
  ) {
    super();
  }

  /**
   * The cells of a dataset.
   * @throws ConnectionsProblem, and the signal's reason
   */
  async of(dataset: string, signal: AbortSignal): Promise<ViewerCells> {
    const found = await neuprintOf(dataset, this.sources, signal);
    if (found === undefined) throw problemOf("no-neuprint");
    const { layerName } = found;
    const known = this.cells.get(layerName);
    if (known !== undefined) return known;
    const cells = this.registerDisposer(new ViewerCells(this.viewer));
    cells.layerName = layerName;
    this.cells.set(layerName, cells);
    return cells;
  }
}
