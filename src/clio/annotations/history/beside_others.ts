/** Undo and redo beside what others do: a step was written with whole records, and takes back only what it has changed of them. */
import type { AnnotationRecord } from "../../model/annotation.js";
import { type Edit, editedId } from "../../model/change.js";
import type { StoredRecord } from "../../model/record.js";
import { changedFields, withFields } from "../../model/record_fields.js";
import type { StepAhead } from "../../store/history.js";
import { unpackEdits } from "../../store/packed_edits.js";
import { runSlices } from "../../model/slices.js";

type Put = Extract<Edit, { op: "put" }>;
type MarksStep = Pick<StepAhead, "back"> & { edits: readonly Edit[] };
type Present = ReadonlyMap<string, AnnotationRecord | undefined>;

/**
 * The edits that take a step where its marks have been changed since by what is no step of this history: each puts those parts alone
 * that the step has changed into the mark as it is now.
 * @param ahead the step, with the edits that were written with it
 * @param present the marks that it puts, as they are now; undefined for one that is gone
 * @returns the edits of `ahead` themselves where nothing else was done to its marks
 */
export async function besideOthers(
  ahead: MarksStep,
  present: Present,
): Promise<readonly Edit[]> {
  const { edits } = ahead;
  const now: Edit[] = [];
  await runSlices(gather(ahead, present, now));
  const isAlone =
    now.length === edits.length && now.every((edit, i) => edit === edits[i]);
  return isAlone ? edits : now;
}

/** Adds to `now`, in slices: there may be a hundred thousand. */
function* gather(
  { edits, back }: MarksStep,
  present: Present,
  now: Edit[],
): Generator<void> {
  let deleted: ReadonlySet<string> | undefined;
  for (const edit of edits) {
    yield;
    const here = present.get(editedId(edit));
    if (edit.op === "delete" || here === undefined) now.push(edit);
    else if (edit.changed !== undefined) {
      now.push(onto(here, edit, edit.changed));
    } else {
      deleted ??= deletedBy(unpackEdits(back));
      // What the step would bring back is there again, and newer, where somebody else has edited it.
      if (!deleted.has(here.id)) now.push(edit);
    }
  }
}

/** `edit` with all other parts as the mark has them now; `edit` itself where it has them so. */
function onto(
  here: AnnotationRecord,
  edit: Put,
  changed: readonly string[],
): Put {
  const record = withFields(here, edit.record, changed);
  const others = changedFields(record, edit.record);
  return others.length > 0 ? { ...edit, record } : edit;
}

function deletedBy(edits: readonly Edit<StoredRecord>[]): Set<string> {
  return new Set(edits.filter(({ op }) => op === "delete").map(editedId));
}
