import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { serializeColor } from "neuroglancer/unstable/util/color.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { SandboxSource } from "../frontend.js";
import type { SandboxLayer } from "../layer.js";
import { MARK_SHADER } from "../shader.js";

/** The colours in which the views draw marks, for a list of them to show the same. */
export class DrawnColors extends RefCounted {
  /** Told when marks may have other colours: they are to be looked up again. */
  readonly changed = new NullarySignal();
  /** As 0xrrggbb; undefined for the layer's. */
  private readonly own = new WeakMap<AnnotationRecord, number | undefined>();

  constructor(
    private readonly layer: SandboxLayer,
    private readonly source: SandboxSource,
  ) {
    super();
    const { color, shader } = layer.annotationDisplayState;
    for (const { changed } of [layer.colorBy, color, shader]) {
      this.registerDisposer(changed.add(this.changed.dispatch));
    }
  }

  /** Looks up what the worker draws records in. */
  async lookUp(records: readonly AnnotationRecord[]): Promise<void> {
    const colors = await this.source.coloring.colorsOf(records);
    records.forEach((record, i) => this.own.set(record, colors[i]));
  }

  /** The colour of a record that was looked up, in CSS; undefined where a shader that somebody wrote gives marks their colours. */
  of(record: AnnotationRecord): string | undefined {
    const { color, shader } = this.layer.annotationDisplayState;
    if (shader.value !== MARK_SHADER) return undefined;
    const own = this.own.get(record);
    return own === undefined
      ? serializeColor(color.value)
      : `#${own.toString(16).padStart(6, "0")}`;
  }
}
