import type { ManagedUserLayer } from "neuroglancer/unstable/layer/index.js";
import {
  type ChunkTransformParameters,
  getChunkPositionFromCombinedGlobalLocalPositions,
  getChunkTransformParameters,
  type RenderLayerTransformOrError,
} from "neuroglancer/unstable/render_coordinate_transform.js";
import { SliceViewVolumeRenderLayer } from "neuroglancer/unstable/sliceview/volume/renderlayer.js";
import * as matrix from "neuroglancer/unstable/util/matrix.js";
import type { VolumeSource } from "../../../neuroglancer/volume_source.js";
import { type Box, type Vec3, vec3 } from "../model/box.js";
import { volumeOf } from "./volume_of.js";

/** A length that stands for a voxel's where the image has no unit. */
const UNKNOWN_NANOMETRES: Vec3 = [1, 1, 1];

/**
 * The voxels of the image in view: of its finest scale, the volume's offset included, which is what signatures' places are in. It follows
 * the layer's transform.
 */
export class ImageSpace {
  private known:
    | {
        of: RenderLayerTransformOrError;
        parameters: ChunkTransformParameters | undefined;
      }
    | undefined;

  private constructor(
    readonly managed: ManagedUserLayer,
    readonly volume: VolumeSource,
    private readonly layer: SliceViewVolumeRenderLayer,
    /** Dimensions of the source that are x, y and z. */
    private readonly dimensions: Vec3,
  ) {}

  /**
   * Of an image layer, as soon as it is loaded.
   * @throws Error where it shows no volume, or is removed before it does; the signal's reason
   */
  static async of(
    managed: ManagedUserLayer,
    signal: AbortSignal,
  ): Promise<ImageSpace> {
    const volume = await volumeOf(managed, { signal });
    const layer = managed.layer?.renderLayers.find(
      (shown) => shown instanceof SliceViewVolumeRenderLayer,
    );
    const loadState = managed.layer?.dataSources[0]?.loadState;
    if (
      layer === undefined ||
      loadState === undefined ||
      loadState.error !== undefined
    ) {
      throw new Error(`The layer ${managed.name} draws no image.`);
    }
    const { names } = loadState.transform.value.inputSpace;
    const found = ["x", "y", "z"].map((name) => names.indexOf(name));
    // As when voxels are read: a source that names its axes otherwise has them in the order of the display.
    const dimensions = found.includes(-1) ? [0, 1, 2] : found;
    return new ImageSpace(
      managed,
      volume,
      layer,
      vec3((axis) => dimensions[axis]),
    );
  }

  /** Whether the layer shows another source by now, or none. */
  get isStale(): boolean {
    return (
      this.managed.wasDisposed ||
      this.managed.layer?.renderLayers.includes(this.layer) !== true
    );
  }

  /** Address of the image. */
  get url(): string {
    return this.managed.layer?.dataSources[0]?.spec.url ?? "";
  }

  /** Edges of a voxel in nm. */
  get nanometres(): Vec3 {
    return this.volume.scales[0].voxelSize ?? UNKNOWN_NANOMETRES;
  }

  /** What of the volume there is. */
  get bounds(): Box {
    const [{ bounds, factor, origin }] = this.volume.scales;
    const corner = (of: Vec3) =>
      vec3((axis) => of[axis] * factor[axis] + origin[axis]);
    return { lower: corner(bounds.lower), upper: corner(bounds.upper) };
  }

  /** A position of the viewer; undefined where the layer's transform has no such position. x.5 is the middle of a voxel. */
  toVoxels(position: Float32Array): Vec3 | undefined {
    const { parameters } = this;
    if (parameters === undefined) return undefined;
    const result = new Float32Array(parameters.modelTransform.unpaddedRank);
    const found = getChunkPositionFromCombinedGlobalLocalPositions(
      result,
      position,
      this.layer.localPosition.value,
      parameters.layerRank,
      parameters.combinedGlobalLocalToChunkTransform,
    );
    return found ? vec3((axis) => result[this.dimensions[axis]]) : undefined;
  }

  /**
   * The inverse of {@link toVoxels}.
   * @param around a position of the viewer, which says where the place is in dimensions that the image does not have
   */
  toGlobal(place: Vec3, around: Float32Array): Float32Array | undefined {
    const { parameters } = this;
    if (parameters === undefined) return undefined;
    const { layerRank, chunkToLayerTransform, modelTransform } = parameters;
    const model = new Float32Array(layerRank);
    this.dimensions.forEach((dimension, axis) => {
      model[dimension] = place[axis];
    });
    const inLayer = new Float32Array(layerRank);
    matrix.transformPoint(
      inLayer,
      chunkToLayerTransform,
      layerRank + 1,
      model,
      layerRank,
    );
    return Float32Array.from(around, (value, dimension) => {
      const own = modelTransform.globalToRenderLayerDimensions[dimension];
      return own < 0 ? value : inLayer[own];
    });
  }

  private get parameters(): ChunkTransformParameters | undefined {
    const { value } = this.layer.transform;
    if (this.known?.of !== value) {
      const parameters =
        value.error === undefined
          ? getChunkTransformParameters(value)
          : undefined;
      this.known = { of: value, parameters };
    }
    return this.known.parameters;
  }
}
