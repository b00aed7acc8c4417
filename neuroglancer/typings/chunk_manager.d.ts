// Declarations of upstream modules that ship none, as far as the project uses them. Read off release 2.41.2.

declare module "neuroglancer/unstable/chunk_manager/frontend.js" {
  import type { ChunkState } from "neuroglancer/unstable/chunk_manager/base.js";
  import type { StringMemoize } from "neuroglancer/unstable/util/memoize.js";
  import type { NullarySignal } from "neuroglancer/unstable/util/signal.js";
  import type { GL } from "neuroglancer/unstable/webgl/context.js";
  import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
  import { SharedObject } from "neuroglancer/unstable/worker_rpc.js";

  export class Chunk {
    constructor(source: ChunkSource);
    source: ChunkSource;
    state: ChunkState;
    readonly gl: GL;
    copyToGPU(gl: GL): void;
    freeGPUMemory(gl: GL): void;
  }

  export class ChunkQueueManager extends SharedObject {
    visibleChunksChanged: NullarySignal;
  }

  export class ChunkManager extends SharedObject {
    readonly memoize: StringMemoize;
    chunkQueueManager: ChunkQueueManager;
    readonly gl: GL;
    getChunkSource<T extends SharedObject & { OPTIONS: object }>(
      constructor: {
        new (chunkManager: ChunkManager, options: T["OPTIONS"]): T;
        encodeOptions(options: T["OPTIONS"]): object;
      },
      options: T["OPTIONS"],
    ): T;
  }

  export class ChunkSource extends SharedObject {
    OPTIONS: object;
    chunks: Map<string, Chunk>;
    chunkManager: ChunkManager;
    key: object;
    immediateChunkUpdates: boolean;
    readonly gl: GL;
    constructor(chunkManager: ChunkManager, options?: object);
    addChunk(key: string, chunk: Chunk): void;
    deleteChunk(key: string): void;
    initializeCounterpart(rpc: RPC, options: object): void;
    fetchChunk<T>(
      chunkGridPosition: Float32Array,
      transform: (chunk: Chunk) => T,
      progressOptions: { signal?: AbortSignal },
    ): Promise<T>;
    static encodeOptions(options: object): Record<string, unknown>;
  }

  /** Upstream's mixin: a shared object whose counterpart is constructed with `parameters`. */
  export function WithParameters<
    Parameters,
    // Upstream's mixins take any constructor; TypeScript demands this form of a mixin's base.
    Base extends {
      new (...args: any[]): SharedObject;
      encodeOptions(options: object): Record<string, unknown>;
    },
  >(
    base: Base,
    parametersConstructor: { new (): Parameters; RPC_ID: string },
  ): Base & {
    new (
      ...args: any[]
    ): InstanceType<Base> & { readonly parameters: Parameters };
  };
}

declare module "neuroglancer/unstable/chunk_manager/backend.js" {
  import type {
    ChunkPriorityTier,
    ChunkState,
  } from "neuroglancer/unstable/chunk_manager/base.js";
  import type { NullarySignal } from "neuroglancer/unstable/util/signal.js";
  import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
  import { SharedObjectCounterpart } from "neuroglancer/unstable/worker_rpc.js";

  export class Chunk {
    key: string | null;
    state: ChunkState;
    /** Why it is in state FAILED. */
    error: unknown;
    systemMemoryBytes: number;
    gpuMemoryBytes: number;
    initialize(key: string): void;
  }

  export class ChunkQueueManager extends SharedObjectCounterpart {
    /** Sends a chunk with its data; its state is to be changed to SYSTEM_MEMORY then. */
    moveChunkToFrontend(chunk: Chunk): void;
    updateChunkState(chunk: Chunk, state: ChunkState): void;
  }

  export class ChunkManager extends SharedObjectCounterpart {
    queueManager: ChunkQueueManager;
    /** Whoever wants chunks requests them then, each time. */
    recomputeChunkPriorities: NullarySignal;
    scheduleUpdateChunkPriorities(): void;
    requestChunk(
      chunk: Chunk,
      tier: ChunkPriorityTier,
      priority: number,
      state: ChunkState,
    ): void;
  }

  export class ChunkSource extends SharedObjectCounterpart {
    chunks: Map<string, Chunk>;
    chunkManager: ChunkManager;
    constructor(rpc: RPC, options: object);
    invalidateCache(): void;
    /** Told of each change of the state of the chunk of a key. */
    registerChunkListener(key: string, listener: () => void): boolean;
    unregisterChunkListener(key: string, listener: () => void): boolean;
  }

  export function WithParameters<
    Parameters,
    Base extends { new (...args: any[]): SharedObjectCounterpart },
  >(
    base: Base,
    parametersConstructor: { new (): Parameters; RPC_ID: string },
  ): Base & {
    new (
      ...args: any[]
    ): InstanceType<Base> & { readonly parameters: Parameters };
  };
}

declare module "neuroglancer/unstable/sliceview/frontend.js" {
  import {
    Chunk,
    type ChunkManager,
    ChunkSource,
  } from "neuroglancer/unstable/chunk_manager/frontend.js";
  import type {
    SliceViewChunkSpecification,
    SliceViewSourceOptions,
  } from "neuroglancer/unstable/sliceview/base.js";

  export class SliceViewChunk extends Chunk {
    chunkGridPosition: Float32Array;
    constructor(source: SliceViewChunkSource, message: object);
  }

  export interface SliceViewChunkSourceOptions<
    Spec extends SliceViewChunkSpecification = SliceViewChunkSpecification,
  > {
    spec: Spec;
  }

  export class SliceViewChunkSource<
    Spec extends SliceViewChunkSpecification = SliceViewChunkSpecification,
    ChunkType extends SliceViewChunk = SliceViewChunk,
  > extends ChunkSource {
    chunks: Map<string, ChunkType>;
    spec: Spec;
    OPTIONS: { spec: Spec };
    constructor(chunkManager: ChunkManager, options: { spec: Spec });
  }

  export interface SliceViewSingleResolutionSource<
    Source extends SliceViewChunkSource = SliceViewChunkSource,
  > {
    chunkSource: Source;
    /** Homogeneous, column-major, of rank + 1: from this scale's voxels to those of the finest. */
    chunkToMultiscaleTransform: Float32Array;
    lowerClipBound?: Float32Array;
    upperClipBound?: Float32Array;
  }

  export abstract class MultiscaleSliceViewChunkSource<
    Source extends SliceViewChunkSource = SliceViewChunkSource,
    Options extends SliceViewSourceOptions = SliceViewSourceOptions,
  > {
    abstract get rank(): number;
    chunkManager: ChunkManager;
    constructor(chunkManager: ChunkManager);
    abstract getSources(
      options: Options,
    ): SliceViewSingleResolutionSource<Source>[][];
  }
}

declare module "neuroglancer/unstable/sliceview/backend.js" {
  import {
    Chunk,
    ChunkSource,
  } from "neuroglancer/unstable/chunk_manager/backend.js";
  import type { SliceViewChunkSpecification } from "neuroglancer/unstable/sliceview/base.js";

  export class SliceViewChunk extends Chunk {
    chunkGridPosition: Float32Array;
  }

  export class SliceViewChunkSourceBackend<
    Spec extends SliceViewChunkSpecification = SliceViewChunkSpecification,
    ChunkType extends SliceViewChunk = SliceViewChunk,
  > extends ChunkSource {
    spec: Spec;
    chunks: Map<string, ChunkType>;
    /** Makes it where there is none. */
    getChunk(chunkGridPosition: Float32Array): ChunkType;
  }
}
