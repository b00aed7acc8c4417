import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { VolumeSource } from "../../../neuroglancer/volume_source.js";
import type { VoxelPosition } from "../model/annotation.js";
import { type Vec3, vec3 } from "../model/box.js";
import { boundsOf, centerOf } from "../model/geometry.js";
import { readSandbox } from "../store/reader.js";
import type { SandboxSource } from "./frontend.js";
import type { SandboxLayer } from "./layer.js";
import type { SandboxContext } from "./sandbox_context.js";
import type { FollowProgress, LabelFollow } from "./segments/label_follow.js";
import type { LabelledMarks } from "./segments/label_marks.js";

/** What a point that another plugin places is to say. */
interface PlacedWords {
  /** Name of its set; undefined for the one that new marks go to. */
  readonly set: string | undefined;
  readonly tags: readonly string[];
  readonly description: string;
  /** What the history calls it; a match where it is not said. */
  readonly label?: string;
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

  /** Told when another mark is selected, or none. */
  get selected(): Pick<SandboxContext["selected"], "changed"> {
    return this.context.selected;
  }

  /** The box mark that is selected, in voxels, its upper end outside; undefined where none is. */
  selectedBox(): Promise<{ lower: Vec3; upper: Vec3 } | undefined> {
    return this.boxOf(this.context.selected.value);
  }

  /** The same of the mark that was drawn last; undefined where that was no box, or is gone. */
  drawnBox(): Promise<{ lower: Vec3; upper: Vec3 } | undefined> {
    return this.boxOf(this.context.layer?.lastPlaced);
  }

  /**
   * Places a point at each voxel: one change, one step of undo. In a marks layer that is added where there is none.
   * @throws {Error} with a reason that a person can read; then none is placed
   */
  async keep(
    places: readonly Vec3[],
    { set, tags, description, label = matchesText(places) }: PlacedWords,
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
    await editor.add(records, label);
    showSetOf(layer, records);
  }

  /**
   * Writes into a field of every mark the label of a volume that its first vertex lies in, and takes the field from those that lie in
   * none: one step of undo. By the field marks are then found and coloured, as by any other.
   * @throws {Error} with a reason that a person can read; then nothing is written
   */
  async writeLabels(
    volume: VolumeSource,
    field: string,
    label: string,
    signal: AbortSignal,
  ): Promise<LabelledMarks> {
    const { layer, store } = this.context;
    const source = layer?.sandboxSource;
    if (source === undefined || store.db === undefined) {
      throw new Error("there are no marks in view");
    }
    const { labelMarks } = await import(
      /* webpackChunkName: "marks" */ "./segments/label_marks.js"
    );
    return labelMarks(source, store.db, volume, field, label, signal);
  }

  /**
   * As `writeLabels`, of each mark that is placed or moved in this browser, and not by a step of undo, until what it returns is disposed
   * of: at the latest by the sandbox in view. Undefined where none is.
   */
  async followLabels(
    volume: VolumeSource,
    field: string,
    progress: FollowProgress,
  ): Promise<LabelFollow | undefined> {
    const { layer, store } = this.context;
    await layer?.loaded();
    const source = layer?.sandboxSource;
    if (source === undefined) return undefined;
    const { followLabels } = await import(
      /* webpackChunkName: "marks" */ "./segments/label_marks.js"
    );
    return followLabels(source, store, volume, field, progress);
  }

  /** The voxel at a position of the viewer's global space; undefined outside of the image, and without a marks layer that knows how it lies. */
  voxelAt(position: Float32Array): VoxelPosition | undefined {
    return this.context.layer?.voxelHolding(position);
  }

  /** In which dataset the marks in view lie; undefined where there are none. */
  get dataset(): string | undefined {
    return this.context.layer?.sandboxSource?.parameters.key.dataset;
  }

  /** Edges of a voxel in nm; undefined without a marks layer that knows how the image lies. */
  get nanometres(): Vec3 | undefined {
    const space = this.context.layer?.sandboxSource?.parameters.space;
    return space && vec3((axis) => space.scales[axis] * 1e9);
  }

  /** The inverse of `voxelAt`: the middle of a voxel, beside `around` in dimensions that the image does not have. */
  positionOf(
    voxel: VoxelPosition,
    around: Float32Array,
  ): Float32Array | undefined {
    return this.context.layer?.positionOf(voxel, around);
  }

  /** The mark that is selected: its middle, and its words; undefined where none is. */
  async selectedPlace(): Promise<
    | {
        position: VoxelPosition;
        title: string;
        description: string;
        tags: readonly string[];
      }
    | undefined
  > {
    const { layer, selected } = this.context;
    const source = layer?.sandboxSource;
    if (selected.value === undefined || source === undefined) return undefined;
    const [record] = await source.query.records([selected.value]);
    if (record === undefined) return undefined;
    const [x, y, z] = centerOf(record).map(Math.floor);
    const { title = "", description, tags } = record;
    return { position: [x, y, z], title, description, tags };
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

  private async boxOf(id: string | undefined) {
    const source = this.context.layer?.sandboxSource;
    if (id === undefined || source === undefined) return undefined;
    const [record] = await source.query.records([id]);
    if (record?.kind !== "box") return undefined;
    const { lower, upper } = boundsOf(record);
    const end: Vec3 = [upper[0] + 1, upper[1] + 1, upper[2] + 1];
    return { lower, upper: end };
  }

  private follow(): void {
    const source = this.context.layer?.sandboxSource;
    if (source === this.followed) return;
    this.unfollow?.();
    this.followed = source;
    this.unfollow = source?.marksChanged.add(() => this.changed.dispatch());
  }
}

function matchesText({ length }: readonly Vec3[]): string {
  return length === 1
    ? "Keep a match"
    : `Keep ${length.toLocaleString("en")} matches`;
}

/** What a person places should be seen. */
function showSetOf(
  { hiddenSets }: SandboxLayer,
  [record]: readonly { readonly set?: string }[],
): void {
  hiddenSets.put(record.set ?? "", false);
}
