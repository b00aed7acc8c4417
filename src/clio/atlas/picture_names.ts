import {
  type AtlasEntry,
  atlasSandbox,
  datasetOfAtlas,
} from "../model/atlas.js";
import type { Edit } from "../model/change.js";
import type { ClioDatabase } from "../store/database.js";
import { eachStep } from "../store/history.js";
import { unpackEdits, type StoredEdits } from "../store/packed_edits.js";
import { readSandbox } from "../store/reader.js";
import { listSandboxes } from "../store/sandboxes.js";
import type { NamedPicture } from "./picture_store.js";

/** Pictures that people's entries name. */
export interface PictureNames {
  readonly pictures: readonly NamedPicture[];
  /** Whether all could be read: where a page is damaged there may be more. */
  readonly isWhole: boolean;
}

/** What the stored entries of some users name. */
export async function namedByEntries(
  db: ClioDatabase,
  isMeant: (user: string) => boolean,
): Promise<PictureNames> {
  const pictures: NamedPicture[] = [];
  let isWhole = true;
  const sandboxes = await listSandboxes(db);
  for (const { user, dataset: sandbox, quarantined } of sandboxes) {
    const dataset = datasetOfAtlas(sandbox);
    if (dataset === undefined || !isMeant(user)) continue;
    const key = atlasSandbox(user, dataset);
    const { damaged } = await readSandbox<AtlasEntry>(db, key, (entries) => {
      for (const entry of entries) pictures.push(...namedBy(dataset, entry));
    });
    if (quarantined > 0 || damaged.length > 0) isWhole = false;
  }
  return { pictures, isWhole };
}

/** What the steps of some users' histories name: undo brings back what was deleted or retaken. */
export async function namedBySteps(
  db: ClioDatabase,
  isMeant: (user: string) => boolean,
): Promise<NamedPicture[]> {
  const pictures: NamedPicture[] = [];
  await eachStep(db, ({ user, dataset: sandbox }, { undo, redo }) => {
    const dataset = datasetOfAtlas(sandbox);
    if (dataset === undefined || !isMeant(user)) return;
    for (const edit of [...editsOf(undo), ...editsOf(redo)]) {
      if (edit.op === "put") pictures.push(...namedBy(dataset, edit.record));
    }
  });
  return pictures;
}

function namedBy(dataset: string, { pictures }: AtlasEntry): NamedPicture[] {
  const hashes = new Set(Object.values(pictures ?? {}));
  return [...hashes].map((hash) => ({ dataset, hash }));
}

/** Edits of a sandbox that holds entries. */
function editsOf(edits: StoredEdits): readonly Edit<AtlasEntry>[] {
  return unpackEdits(edits as StoredEdits<AtlasEntry>);
}
