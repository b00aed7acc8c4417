// Declarations of upstream's annotation modules that ship none, as far as the project uses them. Read off release 2.41.2.

declare module "neuroglancer/unstable/annotation/backend.js" {
  import type { AnnotationGeometryChunkSpecification } from "neuroglancer/unstable/annotation/base.js";
  import type {
    Annotation,
    SerializedAnnotations,
  } from "neuroglancer/unstable/annotation/index.js";
  import {
    Chunk,
    type ChunkManager,
    type ChunkSource,
  } from "neuroglancer/unstable/chunk_manager/backend.js";
  import {
    SliceViewChunk,
    SliceViewChunkSourceBackend,
  } from "neuroglancer/unstable/sliceview/backend.js";
  import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
  import { SharedObjectCounterpart } from "neuroglancer/unstable/worker_rpc.js";

  export class AnnotationMetadataChunk extends Chunk {
    annotation: Annotation | undefined | null;
  }

  export class AnnotationGeometryData implements SerializedAnnotations {
    data: Uint8Array<ArrayBuffer>;
    typeToIds: string[][];
    typeToOffset: number[];
    typeToIdMaps: Map<string, number>[];
    typeToInstanceCounts: number[][];
    typeToSize: number[];
    readonly numBytes: number;
    serialize(message: object, transfers: Transferable[]): void;
  }

  export class AnnotationGeometryChunk extends SliceViewChunk {
    data: AnnotationGeometryData | undefined;
  }

  export class AnnotationSubsetGeometryChunk extends Chunk {
    data: AnnotationGeometryData | undefined;
    objectId: bigint;
  }

  export class AnnotationGeometryChunkSourceBackend extends SliceViewChunkSourceBackend<
    AnnotationGeometryChunkSpecification,
    AnnotationGeometryChunk
  > {
    parent: AnnotationSource;
    constructor(rpc: RPC, options: object);
    download(
      chunk: AnnotationGeometryChunk,
      signal: AbortSignal,
    ): Promise<void>;
  }

  export class AnnotationSource extends SharedObjectCounterpart {
    references: Set<string>;
    chunkManager: ChunkManager;
    metadataChunkSource: ChunkSource;
    constructor(rpc: RPC, options: object);
    downloadMetadata(
      chunk: AnnotationMetadataChunk,
      signal: AbortSignal,
    ): Promise<void>;
    downloadSegmentFilteredGeometry(
      chunk: AnnotationSubsetGeometryChunk,
      relationshipIndex: number,
      signal: AbortSignal,
    ): Promise<void>;
  }
}

declare module "neuroglancer/unstable/annotation/renderlayer.js" {
  import type { AnnotationGeometryData } from "neuroglancer/unstable/annotation/frontend_source.js";
  import type { Disposable } from "neuroglancer/unstable/util/disposable.js";
  import type { mat4 } from "neuroglancer/unstable/util/geom.js";
  import type { GL } from "neuroglancer/unstable/webgl/context.js";

  export interface DrawContext {
    readonly projectionParameters: { readonly viewProjectionMat: mat4 };
  }

  export interface ChunkRenderParameters {
    readonly chunkDisplayTransform: {
      readonly numChunkDisplayDims: number;
      readonly displaySubspaceModelMatrix: mat4;
    };
    /** Three numbers for each dimension of the chunk: where in the subspace that is drawn one voxel along it leads. */
    readonly renderSubspaceTransform: Float32Array;
  }

  /** What the two below have in common; the methods of their prototypes, which ours are put over. */
  export interface SpatiallyIndexedAnnotationLayer {
    readonly gl: GL;
    registerDisposer<T extends Disposable>(disposer: T): T;
    draw: (
      this: SpatiallyIndexedAnnotationLayer,
      renderContext: DrawContext,
      attachment: unknown,
    ) => void;
    drawGeometryChunkData: (
      this: SpatiallyIndexedAnnotationLayer,
      chunk: AnnotationGeometryData,
      renderContext: DrawContext,
      state: ChunkRenderParameters,
      drawFraction?: number,
    ) => void;
  }

  export const SpatiallyIndexedSliceViewAnnotationLayer: {
    readonly prototype: SpatiallyIndexedAnnotationLayer;
  };
  export const SpatiallyIndexedPerspectiveViewAnnotationLayer: {
    readonly prototype: SpatiallyIndexedAnnotationLayer;
  };
}

declare module "neuroglancer/unstable/annotation/annotation_layer_state.js" {
  import type { MultiscaleAnnotationSource } from "neuroglancer/unstable/annotation/frontend_source.js";
  import type {
    AnnotationPropertySpec,
    AnnotationSource,
  } from "neuroglancer/unstable/annotation/index.js";
  import type {
    ChunkTransformParameters,
    RenderLayerTransformOrError,
  } from "neuroglancer/unstable/render_coordinate_transform.js";
  import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
  import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
  import type { vec3 } from "neuroglancer/unstable/util/geom.js";
  import type { ValueOrError } from "neuroglancer/unstable/util/error.js";
  import type { ShaderControlState } from "neuroglancer/unstable/webgl/shader_ui_controls.js";

  export class AnnotationDisplayState extends RefCounted {
    annotationProperties: WatchableValueInterface<
      readonly AnnotationPropertySpec[] | undefined
    >;
    shader: WatchableValueInterface<string> & {
      defaultValue: string;
      reset(): void;
      restoreState(value: unknown): void;
    };
    shaderControls: ShaderControlState;
    color: WatchableValueInterface<vec3>;
  }

  export class AnnotationLayerState extends RefCounted {
    source: AnnotationSource | MultiscaleAnnotationSource;
    transform: WatchableValueInterface<RenderLayerTransformOrError>;
    chunkTransform: WatchableValueInterface<
      ValueOrError<ChunkTransformParameters>
    >;
    localPosition: WatchableValueInterface<Float32Array>;
    readonly sourceIndex: number;
    readonly subsourceId: string | undefined;
    readonly subsubsourceId: string | undefined;
  }
}

declare module "neuroglancer/unstable/layer/annotation/index.js" {
  import type {
    AnnotationDisplayState,
    AnnotationLayerState,
  } from "neuroglancer/unstable/annotation/annotation_layer_state.js";
  import {
    type ManagedUserLayer,
    UserLayer,
    type UserLayerSelectionState,
  } from "neuroglancer/unstable/layer/index.js";
  import type { TrackableValue } from "neuroglancer/unstable/trackable_value.js";
  import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
  import type { NullarySignal } from "neuroglancer/unstable/util/signal.js";

  export class AnnotationUserLayer extends UserLayer {
    annotationStates: {
      readonly states: readonly AnnotationLayerState[];
      readonly changed: NullarySignal;
    };
    annotationDisplayState: AnnotationDisplayState;
    annotationCrossSectionRenderScaleTarget: TrackableValue<number>;
    annotationProjectionRenderScaleTarget: TrackableValue<number>;
    constructor(managedLayer: ManagedUserLayer);
    selectAnnotation(
      annotationLayer: AnnotationLayerState,
      id: string,
      pin: boolean | "toggle",
    ): void;
    /** Returns whether there was anything to display. */
    displayAnnotationState(
      state: UserLayerSelectionState,
      parent: HTMLElement,
      context: RefCounted,
    ): boolean;
  }
}
