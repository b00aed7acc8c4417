import type { AtlasEntry, EntryState } from "../model/atlas.js";
import type { SeenEntry } from "../model/atlas_wire.js";

/** A place of the album, whoever it is of. */
export interface AlbumItem {
  /** Dataset and id: no two items have the same. */
  readonly key: string;
  readonly dataset: string;
  /** One of another person's comes without its view in a list. */
  readonly entry: AtlasEntry;
  readonly state: EntryState;
  /** Whether some version of it is public. */
  readonly isPublic: boolean;
  readonly isOwn: boolean;
  /** As the server has it; undefined where it does not, or is not there. */
  readonly seen: SeenEntry | undefined;
  /** All that plain words are looked for in, in lower case. */
  readonly words: string;
  /** When it changed, in milliseconds since 1970: what the newest is. */
  readonly at: number;
}

export function itemKey(dataset: string, id: string): string {
  return `${dataset}/${id}`;
}

/** An entry of one's own. What is on this machine counts: the server may not have it yet. */
export function ownItem(
  dataset: string,
  entry: AtlasEntry,
  seen: SeenEntry | undefined,
): AlbumItem {
  const isPublic = seen?.isPublic === true && entry.submitted !== undefined;
  return {
    ...common(dataset, entry, seen),
    state: ownState(entry, seen),
    isPublic,
    isOwn: true,
  };
}

/** An entry of somebody else's. */
export function seenItem(seen: SeenEntry): AlbumItem {
  const { dataset, entry, state, isPublic } = seen;
  return { ...common(dataset, entry, seen), state, isPublic, isOwn: false };
}

function ownState(
  { submitted, modified }: AtlasEntry,
  seen: SeenEntry | undefined,
): EntryState {
  if (submitted === undefined) {
    return seen === undefined ? "draft" : "withdrawn";
  }
  // What was changed here since is on its way to the reviewers.
  if (seen === undefined || seen.entry.modified < modified) return "submitted";
  return seen.state === "withdrawn" ? "submitted" : seen.state;
}

function common(
  dataset: string,
  entry: AtlasEntry,
  seen: SeenEntry | undefined,
) {
  const { id, title, description, tags, user, modified } = entry;
  return {
    key: itemKey(dataset, id),
    dataset,
    entry,
    seen,
    words: [title, description, ...tags, user, dataset]
      .join("\n")
      .toLowerCase(),
    at: Math.max(modified, seen?.submitted ?? 0),
  };
}
