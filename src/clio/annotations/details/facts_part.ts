import type { AnnotationRecord } from "../../model/annotation.js";
import type { VoxelSize } from "../../model/measurement.js";
import { element } from "../../ui/element.js";
import type { FormPart } from "./form_part.js";
import { exactTime, factsOf, timeAgo } from "./measures.js";

/** Where the mark is and how large, who made it, and when. */
export class FactsPart implements FormPart {
  readonly element = element("dl", { class: "clio-form-facts" });

  /** @param voxel edges in nm */
  constructor(
    record: AnnotationRecord,
    private readonly voxel: VoxelSize,
  ) {
    this.update(record);
  }

  update(record: AnnotationRecord): void {
    const { user, created, modified } = record;
    this.element.replaceChildren(
      ...factsOf(record, this.voxel).map(([name, value]) => fact(name, value)),
      fact("by", user),
      fact("made", time(created)),
      ...(modified === created ? [] : [fact("changed", time(modified))]),
    );
  }

  dispose(): void {
    this.element.replaceChildren();
  }
}

function fact(name: string, value: string | HTMLElement): HTMLElement {
  return element("div", {}, element("dt", {}, name), element("dd", {}, value));
}

function time(at: number): HTMLElement {
  return element(
    "time",
    { datetime: new Date(at).toISOString(), title: exactTime(at) },
    timeAgo(at),
  );
}
