import { makeLayer } from "neuroglancer/unstable/layer/index.js";
import type { ManagedUserLayer } from "neuroglancer/unstable/layer/index.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { VolumeSource } from "../../../neuroglancer/volume_source.js";
import { bringLabels } from "../model/bring_labels.js";
import { labelFormatOf } from "../model/label_formats.js";
import {
  labelFilesPath,
  type LabelChange,
  type LabelList,
  type LabelsUpload,
  type LabelVolume,
  type NewLabels,
} from "../model/labels.js";
import { volumeOf } from "../volumes/volume_of.js";
import { type FollowState, LabelFollows } from "./label_follows.js";
import type { LabelledMarks, LabelMarker } from "./label_marker.js";
import { LabelsClient } from "./labels_client.js";

/** Which dataset is open. */
interface OpenDataset {
  readonly dataset: string | undefined;
  readonly changed: { add(handler: () => void): () => void };
}

/** What volumes of labels work with. */
export interface LabelsContext {
  readonly viewer: Viewer;
  readonly open: OpenDataset;
  readonly marks: LabelMarker;
}

/** A file that this tab is bringing. */
export interface Bringing {
  readonly file: File;
  readonly name: string;
  /** Undefined until the server knows of it. */
  upload: LabelsUpload | undefined;
  /** What is wrong, where it has ended so. */
  problem: string | undefined;
  readonly stop: AbortController;
}

/** What a person says of a file beside its name. */
export type SaidOfFile = Pick<NewLabels, "name" | "offset" | "voxelSize">;

/** The volumes of labels of the open dataset, and what is being brought. */
export class LabelsSession extends RefCounted {
  readonly changed = new NullarySignal();
  /** What the server has; undefined until it has said so. */
  list: LabelList | undefined;
  /** Why the list is not there. */
  problem: string | undefined;
  /** Not those that are done, which are volumes. */
  bringing: readonly Bringing[] = [];
  private client: LabelsClient | undefined;
  private readonly follows: LabelFollows;

  constructor(private readonly context: LabelsContext) {
    super();
    const { open, viewer, marks } = context;
    this.follows = this.registerDisposer(
      new LabelFollows({
        marks,
        open: (volume) => this.openedOf(volume),
        changed: () => this.changed.dispatch(),
      }),
    );
    this.registerDisposer(open.changed.add(() => this.begin()));
    // Which volumes are in view is a part of what the panel says.
    const { layersChanged } = viewer.layerManager;
    this.registerDisposer(
      layersChanged.add(() => {
        this.follow();
        this.changed.dispatch();
      }),
    );
    this.begin();
  }

  get dataset(): string | undefined {
    return this.client?.dataset;
  }

  /** Asks the server what there is. */
  async refresh(): Promise<void> {
    const { client } = this;
    if (client === undefined) return;
    let list: LabelList | undefined;
    let problem: string | undefined;
    try {
      list = await client.list();
    } catch (error) {
      problem = (error as Error).message;
    }
    if (client !== this.client || this.wasDisposed) return;
    this.list = list ?? this.list;
    this.problem = problem;
    this.follow();
    this.changed.dispatch();
  }

  /** Brings a file, and adds its volume to the view. */
  async bring(file: File, said: SaidOfFile): Promise<void> {
    const { client } = this;
    const format = labelFormatOf(file.name);
    if (client === undefined || format === undefined) return;
    const bringing: Bringing = {
      ...{ file, name: said.name, upload: undefined, problem: undefined },
      stop: new AbortController(),
    };
    this.bringing = [bringing, ...this.bringing];
    this.changed.dispatch();
    const bytes = {
      size: file.size,
      key: String(file.lastModified),
      read: async (from: number, count: number) =>
        new Uint8Array(await file.slice(from, from + count).arrayBuffer()),
    };
    try {
      const done = await bringLabels(
        client,
        bytes,
        { ...said, format },
        (upload) => {
          bringing.upload = upload;
          this.changed.dispatch();
        },
        bringing.stop.signal,
      );
      bringing.problem = done.problem;
    } catch (error) {
      if (bringing.stop.signal.aborted) return;
      bringing.problem = (error as Error).message;
    }
    if (bringing.problem === undefined) this.forget(bringing);
    if (client !== this.client) return;
    await this.refresh();
    const made = this.list?.volumes.find(
      ({ id }) => id === bringing.upload?.id,
    );
    if (made !== undefined && bringing.problem === undefined)
      this.show(made, true);
  }

  /** Ends what is being brought, and has the server forget what came. */
  async cancel(bringing: Bringing): Promise<void> {
    const { client } = this;
    bringing.stop.abort();
    this.forget(bringing);
    const { upload } = bringing;
    if (upload === undefined || client === undefined) return;
    // Where the server is away, what came is listed when it is back, and can be given up then.
    await client.cancel(upload.id).catch(() => undefined);
    await this.refresh();
  }

  /** Gives up an upload that another tab, or a script, has begun. */
  async giveUp({ id }: LabelsUpload): Promise<void> {
    await this.client?.cancel(id);
    await this.refresh();
  }

  /** @throws LabelsProblem */
  async change(volume: LabelVolume, change: LabelChange): Promise<void> {
    await this.client?.change(volume.id, change);
    await this.refresh();
  }

  /** Deletes a volume, and takes it out of the view. @throws LabelsProblem */
  async remove(volume: LabelVolume): Promise<void> {
    await this.client?.remove(volume.id);
    this.show(volume, false);
    await this.refresh();
  }

  isShown(volume: LabelVolume): boolean {
    return this.layerOf(volume) !== undefined;
  }

  /** Adds a volume to the view as a segmentation, or takes it out. */
  show(volume: LabelVolume, isShown: boolean): void {
    const { layerManager, layerSpecification } = this.context.viewer;
    const layer = this.layerOf(volume);
    if (!isShown) {
      if (layer !== undefined) layerManager.removeManagedLayer(layer);
      return;
    }
    if (layer !== undefined) return;
    const name = layerManager.getUniqueLayerName(volume.name);
    layerSpecification.add(
      makeLayer(layerSpecification, name, {
        ...{ type: "segmentation", source: sourceOf(volume) },
        selectedAlpha: 0.4,
      }),
    );
  }

  /** Brings the middle of a volume into the middle of the view. */
  goTo({ shape, offset, voxelSize }: LabelVolume): void {
    const { position } = this.context.viewer.navigationState;
    const { names, scales } = position.coordinateSpace.value;
    const moved = Float32Array.from(position.value);
    for (const [axis, name] of ["x", "y", "z"].entries()) {
      const dimension = names.indexOf(name);
      if (dimension < 0) continue;
      const nm = (offset[axis] + shape[axis] / 2) * voxelSize[axis];
      moved[dimension] = (nm * 1e-9) / scales[dimension];
    }
    position.value = moved;
  }

  /**
   * Writes the label that each mark lies in into a field of the marks; the volume is added to the view for that.
   * @throws Error with a reason that a person can read
   */
  async writeLabels(
    volume: LabelVolume,
    field: string,
  ): Promise<LabelledMarks> {
    this.show(volume, true);
    const { signal } = new AbortController();
    const source = await this.openedOf(volume)!;
    const label = `Write ${field} of marks`;
    return this.context.marks.writeLabels(source, field, label, signal);
  }

  /** How it stands with marks that follow a volume; undefined where none do. */
  followOf(volume: LabelVolume): FollowState | undefined {
    return this.follows.stateOf(volume);
  }

  /**
   * Has marks that are placed or moved in this browser get their labels too, while the volume is in view.
   * @param seq the change up to which they have them
   */
  followMarks(volume: LabelVolume, field: string, seq: number): Promise<void> {
    this.show(volume, true);
    return this.follows.start(volume, field, seq);
  }

  stopFollowing(volume: LabelVolume): Promise<void> {
    return this.follows.stop(volume);
  }

  /** A volume as the view reads it; undefined where it is not in view. */
  private openedOf(volume: LabelVolume): Promise<VolumeSource> | undefined {
    const layer = this.layerOf(volume);
    return layer && volumeOf(layer);
  }

  private follow(): void {
    const { list, dataset } = this;
    if (list === undefined || dataset === undefined) return;
    this.follows.update(list.user, dataset, list.volumes);
  }

  private layerOf(volume: LabelVolume): ManagedUserLayer | undefined {
    const source = sourceOf(volume);
    return this.context.viewer.layerManager.managedLayers.find(
      ({ layer }) =>
        layer?.dataSources[0]?.spec.url.startsWith(source) === true,
    );
  }

  private forget(bringing: Bringing): void {
    this.bringing = this.bringing.filter((each) => each !== bringing);
    this.changed.dispatch();
  }

  private begin(): void {
    const { dataset } = this.context.open;
    if (dataset === this.client?.dataset) return;
    this.client = dataset === undefined ? undefined : new LabelsClient(dataset);
    this.list = undefined;
    this.problem = undefined;
    this.changed.dispatch();
    void this.refresh();
  }
}

/** The address that a layer reads a volume from. */
function sourceOf(volume: LabelVolume): string {
  return `precomputed://${location.origin}${labelFilesPath(volume)}`;
}
