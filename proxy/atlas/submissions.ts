import { randomUUID } from "node:crypto";
import {
  afterAct,
  type AtlasEntry,
  datasetOfAtlas,
  type EntryAct,
  missingIn,
  NEW_ENTRY,
} from "../../src/clio/model/atlas.js";
import { sameValue } from "../../src/clio/model/record_fields.js";
import { imageSourceOf } from "../../src/clio/model/sandbox.js";
import type {
  AtlasRow,
  Reader,
  RecordRow,
  Writer,
} from "../storage/storage.js";

/** Its author's own acts: whoever may write the record may do these. */
const author = { isAuthor: true, isReviewer: false, isAlone: false };

/** A change to an author's record that the server makes for them. */
export function atlasChange(dataset: string, label: string) {
  return { id: randomUUID(), dataset, at: Date.now(), label };
}

/**
 * Brings the atlas up to what has become of an author's record: what is submitted waits for a reviewer, and what is not, or is gone, is
 * withdrawn. Nothing becomes public by it but what a reviewer has verified, word for word.
 * @param row as it was just written
 */
export async function followSubmission(
  writer: Writer,
  { user, dataset: sandbox, id, record }: RecordRow,
): Promise<void> {
  const dataset = datasetOfAtlas(sandbox);
  // What lies on an image that no dataset has is nobody's but its author's.
  if (dataset === undefined || imageSourceOf(dataset) !== undefined) return;
  const known = await writer.atlasEntry(dataset, id);
  // Ids are made up by whoever writes: one that is taken is no way to somebody else's entry.
  if (known !== undefined && known.user !== user) return;
  if (record?.kind !== "atlas" || record.submitted === undefined) {
    if (known !== undefined) await withdraw(writer, known);
    return;
  }
  // What its author has not sent again stays in their record.
  const { unsent, ...entry } = record;
  void unsent;
  await submit(writer, { dataset, id, user }, entry, record.submitted, known);
}

async function submit(
  writer: Writer,
  at: Pick<AtlasRow, "dataset" | "id" | "user">,
  entry: AtlasEntry,
  submitted: number,
  known: AtlasRow | undefined,
): Promise<void> {
  const isComplete = await hasAll(writer, at, entry);
  const isLive = known !== undefined && known.state !== "withdrawn";
  if (isLive && isSame(known.entry, entry)) {
    if (known.isComplete === isComplete) return;
    await writer.putAtlasEntry({ ...known, entry, isComplete });
    return;
  }
  if (isLive && known.published && isSame(known.published, entry)) {
    // Its author has gone back to what is public. What was said of the words between is of nothing any more.
    const { reviewed, ...rest } = known;
    void reviewed;
    const version = known.version + 1;
    await writer.putAtlasEntry({
      ...rest,
      entry,
      isComplete: true,
      state: "verified",
      version,
      comment: "",
    });
    await note(writer, at.user, "return to what is public", {
      ...at,
      version,
    });
    return;
  }
  const standing = known
    ? { state: known.state, isPublic: known.published !== undefined }
    : NEW_ENTRY;
  const next = afterAct(standing, "submit", author);
  if (typeof next === "string") return;
  const version = (known?.version ?? 0) + 1;
  await writer.putAtlasEntry({
    wasPublished: false,
    comment: "",
    ...known,
    ...at,
    entry,
    isComplete,
    state: next.state,
    version,
    submitted,
  });
  await note(writer, at.user, "submit", { ...at, version });
}

async function withdraw(writer: Writer, known: AtlasRow): Promise<void> {
  const { published, ...rest } = known;
  const standing = { state: known.state, isPublic: published !== undefined };
  const next = afterAct(standing, "withdraw", author);
  if (typeof next === "string") return;
  await writer.putAtlasEntry({ ...rest, state: next.state });
  await note(writer, known.user, "withdraw", known);
}

/** Writes an act into the audit list. */
export async function note(
  writer: Writer,
  actor: string,
  act: EntryAct | "return to what is public",
  of: Pick<AtlasRow, "dataset" | "id" | "user" | "version">,
): Promise<void> {
  await writer.addAudit({
    at: Date.now(),
    actor,
    action: `atlas: ${act}`,
    subject: of.user,
    detail: `${of.dataset}/${of.id} version ${of.version}`,
  });
}

/** Whether an entry has all that a reviewer needs, and its pictures are here. */
export async function hasAll(
  reader: Reader,
  { dataset, user }: Pick<AtlasRow, "dataset" | "user">,
  entry: AtlasEntry,
): Promise<boolean> {
  if (missingIn(entry).length > 0) return false;
  for (const hash of Object.values(entry.pictures ?? {})) {
    if (!(await reader.hasPicture(dataset, user, hash))) return false;
  }
  return true;
}

/** Whether two versions say and show the same, whenever they were written. */
function isSame(a: AtlasEntry, b: AtlasEntry): boolean {
  return (
    ["title", "description", "tags", "position", "view", "pictures"] as const
  ).every((name) => sameValue(a[name], b[name]));
}
