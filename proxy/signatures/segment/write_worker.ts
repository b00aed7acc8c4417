// The entry of the worker thread that sorts and writes segments, and joins them.
import { closeSync, openSync } from "node:fs";
import { makeKernel } from "../kernel/choose.js";
import type { Records } from "../record.js";
import { answerTasks } from "../thread.js";
import {
  writeJoinedPart,
  type Join,
  type JoinedPart,
  type JoinedSections,
} from "./joined_segment.js";
import type { SegmentHeader } from "./layout.js";
import {
  sealSegment,
  writeSegment,
  type WrittenSegment,
} from "./segment_writer.js";

/** A segment to be written. */
export interface WriteTask {
  readonly kind: "write";
  readonly folder: string;
  readonly records: Records;
  readonly encoder: string;
}

/** A part of a joined segment to be written, or the header when all parts are. */
export type JoinTask =
  | { readonly kind: "join"; readonly join: Join; readonly part: JoinedPart }
  | {
      readonly kind: "seal";
      readonly partial: string;
      readonly header: SegmentHeader;
    };

/** What a thread answers. */
export interface Written {
  readonly segment?: WrittenSegment;
  readonly sections?: JoinedSections;
}

answerTasks<WriteTask | JoinTask, Written>((task) => {
  switch (task.kind) {
    case "write": {
      const { folder, records, encoder } = task;
      // A kernel a segment, as a memory that has grown never shrinks.
      const kernel = makeKernel();
      return {
        answer: { segment: writeSegment(folder, records, encoder, kernel) },
      };
    }
    case "join":
      return {
        answer: {
          sections: writeJoinedPart(task.join, task.part, makeKernel()),
        },
      };
    case "seal": {
      const file = openSync(task.partial, "r+");
      try {
        return {
          answer: { segment: sealSegment(file, task.partial, task.header) },
        };
      } finally {
        closeSync(file);
      }
    }
  }
});
