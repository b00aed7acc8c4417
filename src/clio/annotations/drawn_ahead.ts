import {
  type AnnotationGeometryChunk,
  AnnotationGeometryData,
  type MultiscaleAnnotationSource,
} from "neuroglancer/unstable/annotation/frontend_source.js";
import {
  type Annotation,
  AnnotationSerializer,
} from "neuroglancer/unstable/annotation/index.js";
import { drawnAnnotations, isDrawn, withoutDrawn } from "./drawn.js";

/** A cell out of which a mark was taken while it is drawn ahead. */
interface Emptied {
  chunk: AnnotationGeometryChunk;
  before: AnnotationGeometryData;
  after: AnnotationGeometryData;
}

interface Shown {
  parts: readonly Annotation[];
  emptied: Emptied[];
}

/**
 * Marks that are drawn where they are not stored: those that a person is moving. They lie in upstream's temporary chunk, and are taken
 * out of the cells meanwhile, so that none is drawn twice.
 */
export class DrawnAhead {
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly source: MultiscaleAnnotationSource) {}

  /** Draws a mark so, and no longer as its cells have it. */
  show(id: string, parts: readonly Annotation[]): void {
    const emptied = this.shown.get(id)?.emptied ?? [];
    this.shown.set(id, { parts, emptied });
    for (const level of this.source.spatiallyIndexedSources) {
      for (const chunk of level.chunks.values()) {
        const one = this.withoutMark(chunk, id);
        if (one !== undefined) emptied.push(one);
      }
    }
    this.serialize();
  }

  /** Leaves a mark to the cells, which have its new state. */
  drop(id: string): void {
    if (this.shown.delete(id)) this.serialize();
  }

  /** Draws a mark as it was before `show`. */
  takeBack(id: string): void {
    for (const { chunk, before, after } of this.shown.get(id)?.emptied ?? []) {
      // A cell that has been refreshed since shows the mark already.
      if (chunk.data === after) this.replace(chunk, before);
    }
    this.drop(id);
  }

  /** A mark in all parts in which it is drawn now, ahead or in a cell. */
  find(id: string): readonly Annotation[] {
    const ahead = this.shown.get(id);
    if (ahead !== undefined) return ahead.parts;
    const { source } = this;
    for (const level of source.spatiallyIndexedSources) {
      for (const { data } of level.chunks.values()) {
        if (data === undefined) continue;
        const { serializedAnnotations } = data;
        if (!isDrawn(serializedAnnotations, id)) continue;
        return drawnAnnotations(
          serializedAnnotations,
          id,
          source.annotationPropertySerializers,
        );
      }
    }
    return [];
  }

  private withoutMark(
    chunk: AnnotationGeometryChunk,
    id: string,
  ): Emptied | undefined {
    const before = chunk.data;
    if (before === undefined) return undefined;
    if (!isDrawn(before.serializedAnnotations, id)) return undefined;
    const { annotationPropertySerializers } = this.source;
    const after = new AnnotationGeometryData(
      withoutDrawn(
        before.serializedAnnotations,
        id,
        annotationPropertySerializers,
      ),
    );
    this.replace(chunk, after);
    return { chunk, before, after };
  }

  private serialize(): void {
    const { temporary, annotationPropertySerializers } = this.source;
    const serializer = new AnnotationSerializer(annotationPropertySerializers);
    for (const { parts } of this.shown.values()) {
      for (const part of parts) serializer.add(part);
    }
    this.replace(temporary, new AnnotationGeometryData(serializer.serialize()));
  }

  private replace(
    chunk: AnnotationGeometryChunk,
    data: AnnotationGeometryData,
  ): void {
    const { chunkManager } = this.source;
    chunk.data?.freeGPUMemory(chunkManager.gl);
    chunk.data = data;
    chunkManager.chunkQueueManager.visibleChunksChanged.dispatch();
  }
}
