// The entry of the worker thread that sorts and writes segments.
import { makeKernel } from "../kernel/choose.js";
import type { Records } from "../record.js";
import { answerTasks } from "../thread.js";
import { writeSegment, type WrittenSegment } from "./segment_writer.js";

/** A segment to be written. */
export interface WriteTask {
  readonly folder: string;
  readonly records: Records;
  readonly encoder: string;
}

answerTasks<WriteTask, WrittenSegment>(({ folder, records, encoder }) => ({
  // A kernel a segment, as a memory that has grown never shrinks.
  answer: writeSegment(folder, records, encoder, makeKernel()),
}));
