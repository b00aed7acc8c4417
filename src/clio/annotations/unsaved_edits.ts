import { type Edit, editedId } from "../model/change.js";

interface UnsavedEdit {
  edit: Edit;
  /** Id of its change. */
  change: string | undefined;
}

/** What the page could not save: it is not on disk, so a reading does not bring it, and it comes after all that is saved. */
export class UnsavedEdits {
  /** By id of the record. */
  private readonly edits = new Map<string, UnsavedEdit>();

  get size(): number {
    return this.edits.size;
  }

  /** The newest of each record. */
  get all(): Edit[] {
    return [...this.edits.values()].map(({ edit }) => edit);
  }

  add(edits: readonly Edit[], change: string | undefined): void {
    for (const edit of edits) this.edits.set(editedId(edit), { edit, change });
  }

  /** Notes that a change is saved now. Returns whether anything of it was not so before. */
  forget(edits: readonly Edit[], change: string | undefined): boolean {
    if (this.size === 0) return false;
    const saved = edits.map(editedId).filter((id) => {
      const unsaved = this.edits.get(id);
      return unsaved !== undefined && unsaved.change === change;
    });
    for (const id of saved) this.edits.delete(id);
    return saved.length > 0;
  }

  /** Without those whose record has an unsaved edit. */
  notOverlaid(edits: readonly Edit[]): readonly Edit[] {
    if (this.size === 0) return edits;
    return edits.filter((edit) => !this.edits.has(editedId(edit)));
  }
}
