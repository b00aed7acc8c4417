import { AnnotationSource } from "neuroglancer/unstable/annotation/index.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { CoordinateSpace } from "../../model/sandbox.js";
import { voxelSizeOf } from "../base.js";
import { annotationOf, markOf } from "../mark.js";

/** Marks from the server, all of one dataset. */
export interface ServerMarks {
  readonly dataset: string;
  readonly records: readonly AnnotationRecord[];
}

/** Marks that a link brings. */
export interface LinkedMarks extends ServerMarks {
  /** Who made the link. */
  readonly owner: string;
  /** Its title. */
  readonly title: string;
}

/** Marks to be looked at and not to be changed: upstream draws and lists them. */
export class SharedMarksSource extends AnnotationSource {
  /** @param link what brings them; undefined where they are the person's own, of the former Clio */
  constructor(
    marks: ServerMarks,
    space: CoordinateSpace,
    readonly link: LinkedMarks | undefined,
  ) {
    super(3);
    const voxel = voxelSizeOf(space);
    for (const record of marks.records) {
      const annotation = annotationOf(markOf(record, true, voxel));
      const words = [record.type, record.description].filter(Boolean);
      const reference = this.add({
        ...annotation,
        description: words.join(": "),
        properties: [],
      });
      reference.dispose();
    }
    this.readonly = true;
  }
}
