import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { VoxelPosition } from "../model/annotation.js";
import type { Vec3 } from "../model/box.js";
import { boundsOf, centerOf } from "../model/geometry.js";
import { readSandbox } from "../store/reader.js";
import type { SandboxSource } from "./frontend.js";
import type { SandboxLayer } from "./layer.js";
import type { SandboxContext } from "./sandbox_context.js";

/** What a point that another plugin places is to say. */
interface PlacedWords {
  /** Name of its set; undefined for the one that new marks go to. */
  readonly set: string | undefined;
  readonly tags: readonly string[];
  readonly description: string;
}

/** What other plugins may do with the marks in view. */
export class MarksDesk {
  /** Told when marks came, went or moved. */
  readonly changed = new NullarySignal();
  private unfollow: (() => void) | undefined;
  private followed: SandboxSource | undefined;

  constructor(private readonly context: SandboxContext) {
    const { layerManager } = context.viewer;
    layerManager.layersChanged.add(() => this.follow());
  }

  /** Names of the sets and tags that are in use. */
  async words(): Promise<{ sets: string[]; tags: string[] }> {
    const source = this.context.layer?.sandboxSource;
    if (source === undefined) return { sets: [], tags: [] };
    const { sets, tags } = await source.query.facets();
    return {
      sets: sets.map(({ value }) => value).filter((name) => name !== ""),
      tags: tags.map(({ value }) => value),
    };
  }

  /** The middles of all marks, in voxels. */
  async places(): Promise<Vec3[]> {
    this.follow();
    const { layer, store } = this.context;
    const key = layer?.sandboxSource?.parameters.key;
    const places: Vec3[] = [];
    if (key === undefined || store.db === undefined) return places;
    await readSandbox(store.db, key, (records) => {
      places.push(...records.map(centerOf));
    });
    return places;
  }

  /** The box mark that is selected, in voxels, its upper end outside; undefined where none is. */
  async selectedBox(): Promise<{ lower: Vec3; upper: Vec3 } | undefined> {
    const { layer, selected } = this.context;
    const source = layer?.sandboxSource;
    if (selected.value === undefined || source === undefined) return undefined;
    const [record] = await source.query.records([selected.value]);
    if (record?.kind !== "box") return undefined;
    const { lower, upper } = boundsOf(record);
    return { lower, upper: [upper[0] + 1, upper[1] + 1, upper[2] + 1] };
  }

  /**
   * Places a point at each voxel: one change, one step of undo. In a marks layer that is added where there is none.
   * @throws {Error} with a reason that a person can read; then none is placed
   */
  async keep(
    places: readonly Vec3[],
    { set, tags, description }: PlacedWords,
  ): Promise<void> {
    const { context } = this;
    const layer = context.layer ?? context.addLayer();
    await layer?.loaded();
    const editor = layer?.sandboxSource?.editor;
    if (layer === undefined || editor === undefined) {
      throw new Error("there is no image here to mark");
    }
    const records = places.map(([x, y, z]) => ({
      ...editor.newRecord({ kind: "point", position: [x, y, z] }),
      ...(set !== undefined && { set }),
      tags: [...tags],
      description,
    }));
    await editor.add(
      records,
      records.length === 1
        ? "Keep a match"
        : `Keep ${records.length.toLocaleString("en")} matches`,
    );
    showSetOf(layer, records);
  }

  /** The voxel at a position of the viewer's global space; undefined outside of the image, and without a marks layer that knows how it lies. */
  voxelAt(position: Float32Array): VoxelPosition | undefined {
    return this.context.layer?.voxelHolding(position);
  }

  /** Brings a voxel into the middle of the view. */
  goTo(voxel: VoxelPosition): void {
    this.context.layer?.centerOnVoxel(voxel);
  }

  /** Names an act that is a step of the dataset's history, and offers to take it back. */
  acted(label: string): void {
    const act = { how: "done", label, left: undefined } as const;
    this.context.history.acts.dispatch(act);
  }

  private follow(): void {
    const source = this.context.layer?.sandboxSource;
    if (source === this.followed) return;
    this.unfollow?.();
    this.followed = source;
    this.unfollow = source?.marksChanged.add(() => this.changed.dispatch());
  }
}

/** What a person places should be seen. */
function showSetOf(
  { hiddenSets }: SandboxLayer,
  [record]: readonly { readonly set?: string }[],
): void {
  hiddenSets.put(record.set ?? "", false);
}
