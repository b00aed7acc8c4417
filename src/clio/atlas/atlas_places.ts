import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { VoxelPosition } from "../model/annotation.js";
import type { Vec3 } from "../model/box.js";

/** What the atlas needs of the marks beside it: they know how the image lies in the view. */
export interface MarkedPlaces {
  /** In which dataset the marks in view lie. */
  readonly dataset: string | undefined;
  /** Edges of a voxel in nm; undefined where that is not known. */
  readonly nanometres: Vec3 | undefined;
  /** The voxel at a position of the viewer's global space; undefined outside of the image. */
  voxelAt(position: Float32Array): VoxelPosition | undefined;
  positionOf(
    voxel: VoxelPosition,
    around: Float32Array,
  ): Float32Array | undefined;
  /** Brings a voxel into the middle of the view. */
  goTo(voxel: VoxelPosition): void;
  /** Names an act that is a step of the history, and offers to take it back. */
  acted(label: string): void;
}

/** Where places of the dataset in view are. */
export class AtlasPlaces {
  constructor(
    private readonly viewer: Viewer,
    private readonly marks: MarkedPlaces,
    private readonly open: { readonly dataset: string | undefined },
  ) {}

  /** The dataset in view; undefined where there is none. */
  get dataset(): string | undefined {
    return this.open.dataset ?? this.marks.dataset;
  }

  /** The longest edge of a voxel in nm. */
  get voxel(): number {
    return Math.max(...(this.marks.nanometres ?? [1]));
  }

  /** The voxel at the cross-hair; undefined outside of the image. */
  get crossHair(): VoxelPosition | undefined {
    return this.marks.voxelAt(this.viewer.navigationState.position.value);
  }

  voxelAt(position: Float32Array): VoxelPosition | undefined {
    return this.marks.voxelAt(position);
  }

  positionOf(
    voxel: VoxelPosition,
    around: Float32Array,
  ): Float32Array | undefined {
    return this.marks.positionOf(voxel, around);
  }

  goTo(voxel: VoxelPosition): void {
    this.marks.goTo(voxel);
  }

  acted(label: string): void {
    this.marks.acted(label);
  }

  /** Tells how far voxels of the dataset in view are from one of them in nm; undefined where that is not known. */
  measure(
    from: VoxelPosition | undefined,
  ): (voxel: VoxelPosition) => number | undefined {
    const { nanometres } = this.marks;
    if (from === undefined || nanometres === undefined) return () => undefined;
    return (voxel) => {
      const x = (voxel[0] - from[0]) * nanometres[0];
      const y = (voxel[1] - from[1]) * nanometres[1];
      const z = (voxel[2] - from[2]) * nanometres[2];
      // Math.hypot takes ten times as long, and an album may have a hundred thousand places.
      return Math.sqrt(x * x + y * y + z * z);
    };
  }
}
