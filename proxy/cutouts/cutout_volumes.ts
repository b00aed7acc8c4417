import type { Logger } from "pino";
import type { Dataset, DatasetLayer } from "../../src/clio/model/dataset.js";
import type { CutoutInfo, CutoutLayer } from "../../src/clio/model/cutout.js";
import { mergeableLayer } from "../../src/clio/model/mergeable_layer.js";
import { vec3 } from "../../src/clio/model/box.js";
import type { Config } from "../config.js";
import { fillTemplates } from "../datasets/expand.js";
import type { DatasetList } from "../datasets/list.js";
import { notFound, Problem } from "../problems/problem.js";
import { BoxReader } from "../signatures/build/volume/box_reader.js";
import { imageForm } from "../signatures/build/volume/chunk_codec.js";
import {
  fileStore,
  type FileStore,
} from "../signatures/build/volume/file_store.js";
import { labelForm } from "../signatures/build/volume/label_codec.js";
import { VolumeError } from "../signatures/build/volume/volume_error.js";
import {
  readLabelInfo,
  readVolumeInfo,
  type LabelInfo,
  type VolumeInfo,
} from "../signatures/build/volume/volume_info.js";
import { layerSource, type LayerSource } from "./layer_source.js";

/** How long what a volume says of itself is believed, in milliseconds: volumes are made anew under the same name. */
const believedFor = 30_000;

/** How many scales are kept open, and how many bytes of decoded chunks each remembers: neighbouring chunks of a cut-out share some. */
const openReaders = 3;
const rememberedBytes = 64 * 1024 * 1024;

/** A layer that can be cut out. */
export interface OpenLayer {
  readonly layer: CutoutLayer;
  /** Reads its voxels, counted from the first voxel of a scale. */
  reader(scale: number): BoxReader;
}

/** The layers of datasets whose voxels the server reads. */
export class CutoutVolumes {
  private readonly opened = new Map<
    string,
    { layer: Promise<OpenLayer>; until: number }
  >();
  private readonly readers = new Map<string, BoxReader>();

  constructor(
    private readonly config: Pick<Config, "data" | "buckets" | "cutouts">,
    private readonly datasets: DatasetList,
    private readonly log: Logger,
  ) {}

  /** All layers of a dataset, and which of them can be cut out. */
  async list(id: string): Promise<CutoutInfo> {
    const { dataset } = await this.find(id);
    const layers: CutoutLayer[] = [];
    const others: CutoutInfo["others"] = [];
    for (const { name } of dataset.neuroglancer.layers) {
      try {
        layers.push((await this.open(id, name)).layer);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        others.push({ name, reason: error.detail });
      }
    }
    return { layers, others, limit: this.limit };
  }

  /** The most that one layer of a cut-out may take, in bytes. */
  get limit(): number {
    return this.config.cutouts.megabytes * 2 ** 20;
  }

  /**
   * A layer of a dataset.
   * @throws Problem 404 where there is no such layer, 409 where it cannot be cut out, 502 where its volume cannot be read
   */
  async open(id: string, name: string): Promise<OpenLayer> {
    const key = JSON.stringify([id, name]);
    const known = this.opened.get(key);
    if (known !== undefined && known.until > Date.now()) return known.layer;
    const layer = this.openAnew(id, name, key);
    this.opened.set(key, { layer, until: Date.now() + believedFor });
    // What failed may be there the next time.
    layer.catch(() => this.opened.delete(key));
    return layer;
  }

  private async find(id: string): Promise<{ dataset: Dataset; home: string }> {
    const found = await this.datasets.find(id);
    if (found === undefined) throw notFound(`There is no dataset ${id}.`);
    return { ...found, dataset: fillTemplates(found.dataset) };
  }

  private async openAnew(
    id: string,
    name: string,
    key: string,
  ): Promise<OpenLayer> {
    const { dataset, home } = await this.find(id);
    const { layers } = dataset.neuroglancer;
    const described = layers.find((each) => each.name === name);
    if (described === undefined)
      throw new Problem(
        404,
        "no-layer",
        `${JSON.stringify(name)}: dataset ${id} has the layers ${layers.map((layer) => layer.name).join(", ")}.`,
      );
    const isFromFile = (await this.datasets.fromFile(home)) !== undefined;
    const source = layerSource(this.config, { home }, described, isFromFile);
    if ("reason" in source) throw new Problem(409, "no-cutout", source.reason);
    const opened = await this.guarded(name, () =>
      this.read(described, source, mergeableLayer(dataset) === described),
    );
    return { layer: opened.layer, reader: this.readersOf(key, opened) };
  }

  private async read(
    { name }: DatasetLayer,
    { place, type, address }: LayerSource,
    mergeable: boolean,
  ) {
    const store = fileStore(place);
    const form =
      type === "image"
        ? imageScales(store, await readVolumeInfo(store))
        : labelScales(store, await readLabelInfo(store));
    const layer: CutoutLayer = {
      ...{ name, type, mergeable, dtype: form.info.data_type },
      ...(address === undefined ? {} : { source: address }),
      scales: form.info.scales.map(({ resolution, voxel_offset, size }) => ({
        voxelSize: resolution,
        lower: voxel_offset,
        upper: [...vec3((axis) => voxel_offset[axis] + size[axis])],
      })),
    };
    return { layer, open: form.open };
  }

  /** Opens scales, each once as long as it is used. */
  private readersOf(
    key: string,
    { open }: { open: (scale: number) => BoxReader },
  ): OpenLayer["reader"] {
    // What was opened before is of the volume as it was.
    for (const name of this.readers.keys())
      if (name.startsWith(`${key} `)) this.readers.delete(name);
    return (scale) => {
      const name = `${key} ${scale}`;
      const reader = this.readers.get(name) ?? open(scale);
      this.readers.delete(name);
      this.readers.set(name, reader);
      if (this.readers.size > openReaders)
        this.readers.delete(this.readers.keys().next().value!);
      return reader;
    };
  }

  /** @throws Problem 502 in the place of VolumeError, whose words name places that are the server's own business */
  async guarded<T>(layer: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      this.log.warn({ err: error, layer }, "a volume could not be cut out");
      throw new Problem(
        502,
        "volume-unreadable",
        `The volume of the layer ${JSON.stringify(layer)} cannot be read. The server's log says why.`,
      );
    }
  }
}

function imageScales(store: FileStore, info: VolumeInfo) {
  const open = (index: number) => {
    const scale = info.scales[index];
    const form = imageForm(info, scale.encoding);
    return new BoxReader(store, scale, form, rememberedBytes);
  };
  return { info, open };
}

function labelScales(store: FileStore, info: LabelInfo) {
  // Found out before anybody asks for a chunk.
  const forms = info.scales.map((scale) =>
    labelForm(info, scale, store.nameOf("info")),
  );
  const open = (index: number) =>
    new BoxReader(store, info.scales[index], forms[index], rememberedBytes);
  return { info, open };
}
