import type { BodyRow, BodyVersionRow } from "../storage.js";
import { ReviewedReader } from "./reviewed_reader.js";
import { bodyFrom, bodyKey, type BodyColumns } from "./rows.js";

const columns = "dataset, body, revision, fields";

/** Reads what is known of bodies. */
export class BodyReader extends ReviewedReader {
  async body(dataset: string, body: bigint): Promise<BodyRow | undefined> {
    const row = await this.db.get<BodyColumns>(
      `SELECT ${columns} FROM bodies WHERE dataset = ? AND body = ?`,
      dataset,
      bodyKey(body),
    );
    return row && bodyFrom(row);
  }

  async bodiesRevision(dataset: string): Promise<number> {
    const row = await this.db.get<{ revision: number | null }>(
      "SELECT max(revision) AS revision FROM bodies WHERE dataset = ?",
      dataset,
    );
    return row?.revision ?? 0;
  }

  async bodiesSince(
    dataset: string,
    after: number,
    limit: number,
  ): Promise<BodyRow[]> {
    const rows = await this.db.all<BodyColumns>(
      `SELECT ${columns} FROM bodies WHERE dataset = ? AND revision > ? ORDER BY revision LIMIT ?`,
      dataset,
      after,
      limit,
    );
    return rows.map(bodyFrom);
  }

  async bodiesAsOf(dataset: string, revision: number): Promise<BodyRow[]> {
    // Beside the one highest revision, SQLite gives the other columns of its row.
    const rows = await this.db.all<BodyColumns>(
      `SELECT dataset, body, max(revision) AS revision, fields FROM (
         SELECT ${columns} FROM bodies WHERE dataset = ?1 AND revision <= ?2
         UNION ALL SELECT ${columns} FROM former_bodies WHERE dataset = ?1 AND revision <= ?2
       ) GROUP BY body ORDER BY body`,
      dataset,
      revision,
    );
    return rows.map(bodyFrom);
  }

  bodyVersions(dataset: string): Promise<BodyVersionRow[]> {
    return this.db.all<BodyVersionRow>(
      "SELECT dataset, tag, uuid, after FROM body_versions WHERE dataset = ? ORDER BY after",
      dataset,
    );
  }
}
