import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { ClioDatabase } from "../store/database.js";
import type { OwnEntries } from "./own_entries.js";
import { namedByEntries, namedBySteps } from "./picture_names.js";
import type { PictureStore } from "./picture_store.js";

/**
 * A picture that was taken so lately stays, in milliseconds: the entry that will name it may still be on its way to the disk, from another
 * tab too, or wait in one until the database is back.
 */
const YOUNG_MS = 60 * 60 * 1000;

/** How long after the last change it is looked what nothing names any more, in milliseconds. */
const REST_MS = 5_000;

/**
 * Deletes the pictures that nothing names: no entry of anybody's in this browser, and no step that undo or redo could take. Any number of
 * tabs may do so at once.
 * @param named what is named beside what is stored: by entries that a tab could not write yet
 * @param taken only those that were taken last before this are looked at, in milliseconds since 1970
 */
export async function sweepPictures(
  db: ClioDatabase,
  pictures: PictureStore,
  named: Iterable<string>,
  taken: number,
): Promise<void> {
  // Either side of a conflict may become the entry.
  if ((await db.count("conflicts")) > 0) return;
  const kept = new Set(named);
  const anybody = () => true;
  // In this order: what is deleted in between is in a step by then, and what is brought back stays in its step.
  const entries = await namedByEntries(db, anybody);
  const steps = await namedBySteps(db, anybody);
  for (const { hash } of [...entries.pictures, ...steps]) kept.add(hash);
  await pictures.delete(
    (hash, isDelivered, used) =>
      used < taken && !kept.has(hash) && (entries.isWhole || isDelivered),
  );
}

/** Has pictures swept once the entries are read, and again when one of them names fewer. */
export class PictureSweep extends RefCounted {
  private named: ReadonlySet<string> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly own: OwnEntries,
    private readonly store: { readonly db: ClioDatabase | undefined },
    private readonly pictures: PictureStore,
  ) {
    super();
    this.registerDisposer(own.changed.add(() => this.look()));
    this.registerDisposer(() => clearTimeout(this.timer));
    this.look();
  }

  private look(): void {
    if (!this.own.isRead) return;
    const { named: before } = this;
    const named = new Set(
      [...this.own.all()].flatMap(({ entry }) =>
        Object.values(entry.pictures ?? {}),
      ),
    );
    this.named = named;
    if (before !== undefined && [...before].every((hash) => named.has(hash))) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.sweep(), REST_MS);
  }

  private async sweep(): Promise<void> {
    const { db } = this.store;
    if (db === undefined) return;
    try {
      const taken = Date.now() - YOUNG_MS;
      await sweepPictures(db, this.pictures, this.named ?? [], taken);
    } catch (error) {
      // The database went away. What is too much is swept when the page is opened again.
      console.warn("Clio could not sweep the pictures of the atlas:", error);
    }
  }
}
