import type { AtlasEntry } from "../../src/clio/model/atlas.js";
import type { SeenEntry } from "../../src/clio/model/atlas_wire.js";
import { versionsOf } from "../../src/clio/model/dataset_versions.js";
import type { DatasetList } from "../datasets/list.js";
import type { Permissions } from "../permissions/permissions.js";
import type { Account, AtlasRow, AtlasSight } from "../storage/storage.js";

/** Who may see which entries of the atlas, and how much of them. */
export class AtlasSights {
  constructor(
    private readonly datasets: DatasetList,
    private readonly permissions: Permissions,
  ) {}

  /**
   * What somebody may see.
   * @param account undefined for somebody who is not signed in
   */
  async of(account: Account | undefined): Promise<AtlasSight> {
    const readable: string[] = [];
    const reviewed: string[] = [];
    const ids = await this.datasets.ids();
    for (const home of ids) {
      const found = await this.datasets.find(home);
      if (found === undefined) continue;
      // Entries are written to versions too. A dataset stands above a version of the same id.
      const versions = [...versionsOf(home, found.dataset)].filter(
        ([id]) => !ids.includes(id),
      );
      for (const [id, dataset] of [
        [home, found.dataset] as const,
        ...versions,
      ]) {
        const may = (access: "read" | "others") =>
          this.permissions.mayInDataset(account, access, home, dataset);
        if (may("read")) readable.push(id);
        if (may("others")) reviewed.push(id);
      }
    }
    return { user: account?.user, readable, reviewed };
  }
}

/** An entry as somebody sees it; undefined where they do not: the newest version for its author and reviewers, the public one for others. */
export function seenBy(
  { user, readable, reviewed }: AtlasSight,
  row: AtlasRow,
): SeenEntry | undefined {
  const { dataset, published } = row;
  if (!readable.includes(dataset)) return undefined;
  const isOwn = row.user === user;
  // What its author has taken back is theirs alone again.
  const isInside =
    isOwn || (reviewed.includes(dataset) && row.state !== "withdrawn");
  if (isInside) {
    const { comment, reviewed: review } = row;
    return {
      ...seenOf(row, row.entry),
      state: row.state,
      submitted: row.submitted,
      isWaiting: !row.isComplete,
      comment,
      ...(review && { reviewer: review.by, reviewed: review.at }),
    };
  }
  if (published === undefined) return undefined;
  return {
    ...seenOf(row, published),
    state: "verified",
    submitted: published.submitted ?? published.modified,
    isWaiting: false,
  };
}

function seenOf(row: AtlasRow, entry: AtlasEntry) {
  const { dataset, version, seq } = row;
  const isPublic = row.published !== undefined;
  return { dataset, entry, version, seq, isPublic };
}
