/** Has a view draw the points of all its chunks of annotations in one call. */
import { AnnotationGeometryData } from "neuroglancer/unstable/annotation/frontend_source.js";
import {
  AnnotationType,
  annotationTypes,
} from "neuroglancer/unstable/annotation/index.js";
import {
  type ChunkRenderParameters,
  type DrawContext,
  type SpatiallyIndexedAnnotationLayer,
  SpatiallyIndexedPerspectiveViewAnnotationLayer,
  SpatiallyIndexedSliceViewAnnotationLayer,
} from "neuroglancer/unstable/annotation/renderlayer.js";
import { GLBuffer } from "neuroglancer/unstable/webgl/buffer.js";
import { type Slab, slabOf } from "./slice_slabs.js";
import { registerSpreadPoints, SpreadBuffer } from "./spread_points.js";

const POINT: number = AnnotationType.POINT;

/** Points one after another, as upstream serializes them. */
export interface PointRun {
  readonly ids: readonly string[];
  /** As many bytes for each point. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Geometry whose points are drawn together with those of others, and that knows which of them lie where. */
export abstract class BatchedGeometryData extends AnnotationGeometryData {
  /** All that are no points; undefined where there are none. */
  abstract readonly others: AnnotationGeometryData | undefined;

  /**
   * All points that may be seen, and the fewer others the better.
   * @param slab what a slice draws; undefined where all of space may be seen
   * @param fraction the part of all points that is wanted, from the first on
   */
  abstract points(slab: Slab | undefined, fraction: number): PointRun;
}

/** What is drawn together: the points of one view in one frame. */
interface Batch {
  readonly context: DrawContext;
  readonly state: ChunkRenderParameters;
  readonly slab: Slab | undefined;
  readonly runs: PointRun[];
}

/** Those of a layer, filled anew with every frame. */
interface Buffers {
  readonly spread: SpreadBuffer;
  /** For space of which a view does not show all dimensions, where a point is a line. */
  readonly plain: GLBuffer;
}

/**
 * To be called once, before a viewer is made. Upstream draws all annotations of each chunk in view with a call of its own, which costs more
 * than the few points that are in it; and in slices its shader then drops those that are too far away, of a dense chunk nearly all.
 */
export function registerBatches(): void {
  registerSpreadPoints();
  batchPoints(SpatiallyIndexedSliceViewAnnotationLayer.prototype, slabOf);
  batchPoints(
    SpatiallyIndexedPerspectiveViewAnnotationLayer.prototype,
    () => undefined,
  );
}

/** @param layer the prototype of a kind of layer */
function batchPoints(
  layer: SpatiallyIndexedAnnotationLayer,
  slabIn: (
    context: DrawContext,
    state: ChunkRenderParameters,
  ) => Slab | undefined,
): void {
  const { draw, drawGeometryChunkData } = layer;
  const known = new WeakMap<SpatiallyIndexedAnnotationLayer, Buffers>();
  const buffersOf = (layer: SpatiallyIndexedAnnotationLayer) => {
    let buffers = known.get(layer);
    if (buffers === undefined) {
      buffers = {
        spread: layer.registerDisposer(new SpreadBuffer(layer.gl)),
        plain: layer.registerDisposer(new GLBuffer(layer.gl)),
      };
      known.set(layer, buffers);
    }
    return buffers;
  };
  // One at most: layers are drawn one after another.
  const open: Batch[] = [];

  layer.draw = function (context, attachment) {
    open.length = 0;
    draw.call(this, context, attachment);
    for (const { context, state, runs } of open.splice(0)) {
      const points = pointsAsOne(runs);
      if (points.numPickIds === 0) continue;
      const buffers = buffersOf(this);
      if (state.chunkDisplayTransform.numChunkDisplayDims === 3) {
        const { data } = points.serializedAnnotations;
        buffers.spread.setPoints(
          new Uint32Array(data.buffer),
          points.numPickIds,
        );
        points.buffer = buffers.spread;
        points.bufferValid = true;
      } else points.buffer = buffers.plain;
      drawGeometryChunkData.call(this, points, context, state);
    }
  };

  layer.drawGeometryChunkData = function (chunk, context, state, fraction = 1) {
    if (!(chunk instanceof BatchedGeometryData)) {
      drawGeometryChunkData.call(this, chunk, context, state, fraction);
      return;
    }
    if (open.length === 0) {
      open.push({ context, state, slab: slabIn(context, state), runs: [] });
    }
    const [{ slab, runs }] = open;
    const { others } = chunk;
    if (others !== undefined) {
      drawGeometryChunkData.call(this, others, context, state, fraction);
    }
    runs.push(chunk.points(slab, fraction));
  };
}

/** Runs of points as geometry that upstream draws and picks. */
export function pointsAsOne(runs: readonly PointRun[]): AnnotationGeometryData {
  const ids = runs.flatMap(({ ids }) => ids);
  const size = runs.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const data = new Uint8Array(size);
  let at = 0;
  for (const { bytes } of runs) {
    data.set(bytes, at);
    at += bytes.length;
  }
  const onlyPoints = <T>(value: T, nothing: () => T): T[] =>
    annotationTypes.map((type: number) => (type === POINT ? value : nothing()));
  const points = new AnnotationGeometryData({
    data,
    typeToIds: onlyPoints(ids, () => []),
    typeToIdMaps: onlyPoints<Map<string, number>>(
      new PlacesOf(ids),
      () => new Map(),
    ),
    typeToInstanceCounts: onlyPoints<number[]>(
      ids.map((_, i) => i),
      () => [],
    ),
    typeToOffset: onlyPoints(0, () => 0),
    typeToSize: onlyPoints(ids.length, () => 0),
  });
  points.numPickIds = ids.length;
  return points;
}

/** Where each id stands. Made anew with every frame, and asked for one id where the pointer is over a mark: so it is looked for then. */
class PlacesOf extends Map<string, number> {
  constructor(private readonly ids: readonly string[]) {
    super();
  }

  override get(id: string): number | undefined {
    const at = this.ids.indexOf(id);
    return at < 0 ? undefined : at;
  }

  override has(id: string): boolean {
    return this.ids.includes(id);
  }
}
