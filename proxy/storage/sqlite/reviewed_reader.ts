import type { MergedSegmentation } from "../../../src/clio/model/merge.js";
import type {
  MergeRequest,
  PublicMerge,
  RequestHead,
  RequestState,
} from "../../../src/clio/model/merge_request.js";
import type {
  AtlasRow,
  AtlasSight,
  PictureRow,
  PublicMergeRow,
} from "../storage.js";
import type { Connection } from "./connection.js";
import { atlasFrom, type AtlasColumns, type AtlasViews } from "./rows.js";

const atlasColumns =
  "dataset, id, user, state, version, seq, submitted, is_complete, was_published, entry, published, review";

/** Reads what is reviewed before everybody sees it: requests to merge, and the atlas. */
export class ReviewedReader {
  constructor(protected readonly db: Connection) {}

  async mergeRequest(id: string): Promise<MergeRequest | undefined> {
    const row = await this.db.get<{ request: string }>(
      "SELECT request FROM merge_requests WHERE id = ?",
      id,
    );
    return row && (JSON.parse(row.request) as MergeRequest);
  }

  async mergeRequests({
    dataset,
    author,
  }: Partial<Pick<RequestHead, "dataset" | "author">>): Promise<RequestHead[]> {
    const rows = await this.db.all<{ head: string }>(
      "SELECT head FROM merge_requests WHERE (?1 IS NULL OR dataset = ?1) AND (?2 IS NULL OR author = ?2) ORDER BY modified DESC, id",
      dataset ?? null,
      author ?? null,
    );
    return rows.map(({ head }) => JSON.parse(head) as RequestHead);
  }

  async mergeRequestsBeside(
    { id, dataset, version }: Pick<MergeRequest, "id" | "dataset" | "version">,
    states: readonly RequestState[],
  ): Promise<MergeRequest[]> {
    const rows = await this.db.all<{ request: string }>(
      `SELECT request FROM merge_requests WHERE dataset = ? AND head ->> '$.version' = ?
         AND head ->> '$.state' IN (SELECT value FROM json_each(?))
         AND id IN (
           SELECT theirs.request FROM requested_segments AS own JOIN requested_segments AS theirs USING (segment)
           WHERE own.request = ?4 AND theirs.request != ?4
         ) ORDER BY modified DESC, id`,
      dataset,
      version,
      JSON.stringify(states),
      id,
    );
    return rows.map(({ request }) => JSON.parse(request) as MergeRequest);
  }

  async publicMerges(
    { dataset, version }: MergedSegmentation,
    after: number,
    limit: number,
  ): Promise<PublicMergeRow[]> {
    const rows = await this.db.all<{ seq: number; merge: string }>(
      "SELECT seq, merge FROM public_merges WHERE dataset = ? AND version = ? AND seq > ? ORDER BY seq LIMIT ?",
      dataset,
      version,
      after,
      limit,
    );
    return rows.map(({ seq, merge }) => ({
      seq,
      merge: JSON.parse(merge) as PublicMerge,
    }));
  }

  async publicMergesAround(
    { dataset, version }: MergedSegmentation,
    segments: readonly string[],
  ): Promise<PublicMerge[]> {
    const rows = await this.db.all<{ merge: string }>(
      `WITH RECURSIVE reached (segment) AS (
         SELECT value FROM json_each(?3)
         UNION SELECT merge ->> '$.merge.merged' FROM reached, public_merges
           WHERE dataset = ?1 AND version = ?2 AND merge ->> '$.merge.onto' = segment
         UNION SELECT merge ->> '$.merge.onto' FROM reached, public_merges
           WHERE dataset = ?1 AND version = ?2 AND merge ->> '$.merge.merged' = segment
       )
       SELECT merge FROM reached CROSS JOIN public_merges
         WHERE dataset = ?1 AND version = ?2 AND merge ->> '$.merge.onto' = segment ORDER BY seq`,
      dataset,
      version,
      JSON.stringify(segments),
    );
    return rows.map(({ merge }) => JSON.parse(merge) as PublicMerge);
  }

  async publicMergesNamed(
    { dataset, version }: MergedSegmentation,
    ids: readonly string[],
  ): Promise<PublicMerge[]> {
    const rows = await this.db.all<{ merge: string }>(
      "SELECT merge FROM public_merges WHERE dataset = ? AND version = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY seq",
      dataset,
      version,
      JSON.stringify(ids),
    );
    return rows.map(({ merge }) => JSON.parse(merge) as PublicMerge);
  }

  async atlasEntry(dataset: string, id: string): Promise<AtlasRow | undefined> {
    const row = await this.db.get<AtlasColumns & AtlasViews>(
      `SELECT ${atlasColumns}, view, published_view FROM atlas WHERE dataset = ? AND id = ?`,
      dataset,
      id,
    );
    return row && atlasFrom(row);
  }

  async atlasEntries(
    { user, readable, reviewed }: AtlasSight,
    { before, since }: { before: number; since: number },
    limit: number,
  ): Promise<AtlasRow[]> {
    // The lists are one parameter each, of whatever length they are. The plus signs keep the planner from the indexes of what follows them:
    // it would find all that somebody may see, and sort it, for each page.
    const rows = await this.db.all<AtlasColumns>(
      `SELECT ${atlasColumns} FROM atlas WHERE seq < ? AND seq > ? AND (
         (+was_published = 1 AND +dataset IN (SELECT value FROM json_each(?)))
         OR (+user = ? AND +dataset IN (SELECT value FROM json_each(?)))
         OR +dataset IN (SELECT value FROM json_each(?))
       ) ORDER BY seq DESC LIMIT ?`,
      before,
      since,
      JSON.stringify(readable),
      user ?? null,
      JSON.stringify(readable),
      JSON.stringify(reviewed),
      limit,
    );
    return rows.map(atlasFrom);
  }

  async entriesWaitingFor(
    dataset: string,
    user: string,
    hash: string,
  ): Promise<string[]> {
    const rows = await this.db.all<{ id: string }>(
      "SELECT id FROM atlas WHERE user = ? AND dataset = ? AND is_complete = 0 AND ? IN (entry ->> '$.pictures.small', entry ->> '$.pictures.large')",
      user,
      dataset,
      hash,
    );
    return rows.map(({ id }) => id);
  }

  picture(dataset: string, hash: string): Promise<PictureRow | undefined> {
    return this.db.get<PictureRow>(
      "SELECT dataset, user, hash, type, bytes, created FROM pictures WHERE dataset = ? AND hash = ? ORDER BY user LIMIT 1",
      dataset,
      hash,
    );
  }

  async hasPicture(
    dataset: string,
    user: string,
    hash: string,
  ): Promise<boolean> {
    const row = await this.db.get(
      "SELECT 1 FROM pictures WHERE dataset = ? AND hash = ? AND user = ?",
      dataset,
      hash,
      user,
    );
    return row !== undefined;
  }

  async isPublicPicture(dataset: string, hash: string): Promise<boolean> {
    for (const column of ["published_small", "published_large"]) {
      const row = await this.db.get(
        `SELECT 1 FROM atlas WHERE dataset = ? AND ${column} = ?`,
        dataset,
        hash,
      );
      if (row !== undefined) return true;
    }
    return false;
  }

  async pictureBytes(user: string): Promise<number> {
    const row = await this.db.get<{ bytes: number }>(
      "SELECT TOTAL(size) AS bytes FROM pictures WHERE user = ?",
      user,
    );
    return row!.bytes;
  }
}
