import type { AnnotationRecord } from "../../src/clio/model/annotation.js";
import type { Box } from "../../src/clio/model/box.js";
import { boundsOf } from "../../src/clio/model/geometry.js";
import { isMark } from "../../src/clio/model/record.js";
import { Problem } from "../problems/problem.js";
import type { Reader, Shelf } from "../storage/storage.js";

/** The most marks that go along: napari shows no more in a way that anybody can work with. */
const mostMarks = 100_000;

/**
 * The marks of a shelf that lie in a box, or reach into it.
 * @param shelf undefined where nobody is signed in: then there are none
 * @param box in voxels of the dataset's finest scale
 * @throws Problem 413 where there are too many
 */
export async function marksIn(
  read: Reader,
  shelf: Shelf | undefined,
  box: Box,
): Promise<AnnotationRecord[]> {
  if (shelf === undefined) return [];
  const found: AnnotationRecord[] = [];
  for (const { record } of await read.recordsOf(shelf)) {
    if (record === undefined || !isMark(record)) continue;
    const { lower, upper } = boundsOf(record);
    const isApart = [0, 1, 2].some(
      (axis) => upper[axis] < box.lower[axis] || lower[axis] >= box.upper[axis],
    );
    if (!isApart) found.push(record);
  }
  if (found.length > mostMarks)
    throw new Problem(
      413,
      "too-many-marks",
      `${found.length} marks lie in the box, and the most that go along is ${mostMarks}. Choose a smaller box.`,
    );
  return found;
}
