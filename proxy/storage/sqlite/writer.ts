import type { MergedSegmentation } from "../../../src/clio/model/merge.js";
import {
  headOf,
  type MergeRequest,
  type PublicMerge,
  roundOf,
} from "../../../src/clio/model/merge_request.js";
import type { Conflict, Outcome } from "../../../src/clio/model/sync.js";
import type {
  Account,
  AtlasRow,
  AuditRow,
  BodyRow,
  BodyVersionRow,
  DatasetRow,
  DocumentKey,
  DocumentRow,
  LinkRow,
  PictureRow,
  RecordRow,
  SessionRow,
  TokenRow,
  WholeLinkRow,
  Writer,
} from "../storage.js";
import { SqliteReader } from "./reader.js";
import { bodyKey, entryColumns, everywhere } from "./rows.js";

/** Reads and writes over the connection that has the transaction open. */
export class SqliteWriter extends SqliteReader implements Writer {
  async putAccount(account: Account): Promise<void> {
    const { user, name, disabled, globalRoles, datasets, groups } = account;
    await this.db.run(
      "INSERT INTO accounts (user, name, disabled) VALUES (?, ?, ?) ON CONFLICT (user) DO UPDATE SET name = excluded.name, disabled = excluded.disabled",
      user,
      name ?? null,
      disabled ? 1 : 0,
    );
    await this.db.run("DELETE FROM roles WHERE user = ?", user);
    await this.db.run("DELETE FROM members WHERE user = ?", user);
    for (const role of globalRoles) await this.addRole(user, everywhere, role);
    for (const [dataset, roles] of datasets)
      for (const role of roles) await this.addRole(user, dataset, role);
    for (const group of groups) {
      await this.db.run(
        "INSERT OR IGNORE INTO members (user, name) VALUES (?, ?)",
        user,
        group,
      );
    }
  }

  async removeAccount(user: string): Promise<void> {
    // Roles and groups go with it, by their foreign keys.
    await this.db.run("DELETE FROM accounts WHERE user = ?", user);
    await this.db.run("DELETE FROM tokens WHERE user = ?", user);
    await this.db.run("DELETE FROM sessions WHERE user = ?", user);
  }

  async addAudit(row: Omit<AuditRow, "seq">): Promise<void> {
    await this.db.run(
      "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
      row.at,
      row.actor,
      row.action,
      row.subject,
      row.detail,
    );
  }

  async addToken(row: TokenRow): Promise<void> {
    await this.db.run(
      "INSERT INTO tokens (id, hash, user, name, created, expires, scope) VALUES (?, ?, ?, ?, ?, ?, ?)",
      row.id,
      row.hash,
      row.user,
      row.name,
      row.created,
      row.expires,
      row.scope ?? null,
    );
  }

  async removeToken(id: string): Promise<void> {
    await this.db.run("DELETE FROM tokens WHERE id = ?", id);
  }

  async noteTokenUse(id: string, used: number): Promise<void> {
    await this.db.run("UPDATE tokens SET used = ? WHERE id = ?", used, id);
  }

  async putSession({ hash, user, created, expires }: SessionRow) {
    await this.db.run(
      "INSERT INTO sessions (hash, user, created, expires) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET expires = excluded.expires",
      hash,
      user,
      created,
      expires,
    );
  }

  async removeSession(hash: string): Promise<void> {
    await this.db.run("DELETE FROM sessions WHERE hash = ?", hash);
  }

  async removeExpired(now: number): Promise<void> {
    await this.db.run("DELETE FROM sessions WHERE expires < ?", now);
    await this.db.run("DELETE FROM tokens WHERE expires < ?", now);
  }

  async nextRevision(user: string): Promise<number> {
    const row = await this.db.get<{ revision: number }>(
      "INSERT INTO revisions (user, revision) VALUES (?, 1) ON CONFLICT (user) DO UPDATE SET revision = revision + 1 RETURNING revision",
      user,
    );
    return row!.revision;
  }

  async putRecord(row: RecordRow): Promise<void> {
    const { record } = row;
    await this.db.run(
      `INSERT INTO records (user, dataset, id, revision, record, created, field_revisions, extra, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (user, dataset, id) DO UPDATE SET revision = excluded.revision, record = excluded.record, created = excluded.created,
        field_revisions = excluded.field_revisions, extra = excluded.extra, place = excluded.place`,
      row.user,
      row.dataset,
      row.id,
      row.revision,
      record === undefined ? null : JSON.stringify(record),
      record?.created ?? 0,
      JSON.stringify(row.fieldRevisions),
      row.extra ?? null,
      row.place ?? null,
    );
  }

  async putConflict(user: string, conflict: Conflict): Promise<void> {
    await this.db.run(
      "INSERT INTO conflicts (user, id, revision, conflict) VALUES (?, ?, ?, ?) ON CONFLICT (user, id) DO UPDATE SET revision = excluded.revision, conflict = excluded.conflict",
      user,
      conflict.id,
      conflict.revision,
      JSON.stringify(conflict),
    );
  }

  async addOutcome(
    user: string,
    device: string,
    outcome: Outcome,
  ): Promise<void> {
    await this.db.run(
      "INSERT INTO changes (user, id, revision, device, outcome) VALUES (?, ?, ?, ?, ?)",
      user,
      outcome.id,
      outcome.revision,
      device,
      JSON.stringify(outcome),
    );
  }

  async putDocument(row: DocumentRow): Promise<void> {
    await this.db.run(
      "INSERT INTO documents (user, space, scope, key, value, modified) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (user, space, scope, key) DO UPDATE SET value = excluded.value, modified = excluded.modified",
      row.user,
      row.space,
      row.scope,
      row.key,
      row.value,
      row.modified,
    );
  }

  async removeDocument({ user, space, scope, key }: DocumentKey) {
    const removed = await this.db.run(
      "DELETE FROM documents WHERE user = ? AND space = ? AND scope = ? AND key = ?",
      user,
      space,
      scope,
      key,
    );
    return removed > 0;
  }

  async addLink(row: WholeLinkRow): Promise<void> {
    await this.db.run(
      "INSERT INTO links (id, user, title, open, created, expires, dataset, marks, state, records) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.id,
      row.user,
      row.title,
      row.open ? 1 : 0,
      row.created,
      row.expires ?? null,
      row.dataset ?? null,
      row.marks,
      row.state,
      JSON.stringify(row.records),
    );
  }

  async putRevoked(id: string, revoked: LinkRow["revoked"]): Promise<void> {
    await this.db.run(
      "UPDATE links SET revoked = ?, revoked_by = ? WHERE id = ?",
      revoked?.at ?? null,
      revoked?.by ?? null,
      id,
    );
  }

  async removeLink(id: string): Promise<void> {
    await this.db.run("DELETE FROM links WHERE id = ?", id);
  }

  async removeEndedLinks(ended: number, revoked: number): Promise<void> {
    await this.db.run("DELETE FROM links WHERE expires < ?", ended);
    await this.db.run("DELETE FROM links WHERE revoked < ?", revoked);
  }

  async putDataset({ id, description, modified }: DatasetRow): Promise<void> {
    await this.db.run(
      "INSERT INTO datasets (id, description, modified) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET description = excluded.description, modified = excluded.modified",
      id,
      description,
      modified,
    );
  }

  async removeDataset(id: string): Promise<void> {
    await this.db.run("DELETE FROM datasets WHERE id = ?", id);
  }

  async putMergeRequest(request: MergeRequest): Promise<void> {
    const { id, dataset, author, modified } = request;
    await this.db.run(
      "INSERT INTO merge_requests (id, dataset, author, modified, head, request) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET modified = excluded.modified, head = excluded.head, request = excluded.request",
      id,
      dataset,
      author,
      modified,
      JSON.stringify(headOf(request)),
      JSON.stringify(request),
    );
    const segments = roundOf(request).merges.flatMap(
      ({ merge: { onto, merged } }) => [onto, merged],
    );
    const listed = JSON.stringify([...new Set(segments)]);
    await this.db.run(
      "DELETE FROM requested_segments WHERE request = ? AND segment NOT IN (SELECT value FROM json_each(?))",
      id,
      listed,
    );
    await this.db.run(
      "INSERT OR IGNORE INTO requested_segments (segment, request) SELECT value, ? FROM json_each(?)",
      id,
      listed,
    );
  }

  async addPublicMerges(
    { dataset, version }: MergedSegmentation,
    merges: readonly PublicMerge[],
  ): Promise<void> {
    for (const merge of merges) {
      await this.db.run(
        "INSERT OR IGNORE INTO public_merges (dataset, version, id, merge) VALUES (?, ?, ?, ?)",
        dataset,
        version,
        merge.merge.id,
        JSON.stringify(merge),
      );
    }
  }

  async putAtlasEntry(row: Omit<AtlasRow, "seq">): Promise<number> {
    const { dataset, id, user, state, version, submitted } = row;
    const { comment, reviewed, published } = row;
    // No row of it is ever removed, so what is next is one more than there is.
    const last = await this.db.get<{ seq: number }>(
      "SELECT COALESCE(MAX(seq), 0) AS seq FROM atlas",
    );
    const seq = last!.seq + 1;
    const [entry, view] = entryColumns(row.entry);
    const [publishedEntry, publishedView] = entryColumns(published);
    await this.db.run(
      "INSERT OR REPLACE INTO atlas (dataset, id, user, state, version, seq, submitted, is_complete, was_published, entry, view, published, published_view, published_small, published_large, review) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      dataset,
      id,
      user,
      state,
      version,
      seq,
      submitted,
      row.isComplete ? 1 : 0,
      row.wasPublished ? 1 : 0,
      entry,
      view,
      publishedEntry,
      publishedView,
      published?.pictures?.small ?? null,
      published?.pictures?.large ?? null,
      JSON.stringify({ comment, reviewed }),
    );
    return seq;
  }

  async addPicture(row: PictureRow): Promise<void> {
    await this.db.run(
      "INSERT OR IGNORE INTO pictures (dataset, hash, user, type, size, created, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)",
      row.dataset,
      row.hash,
      row.user,
      row.type,
      row.bytes.length,
      row.created,
      row.bytes,
    );
  }

  async removeUnusedPictures(user: string, before: number): Promise<void> {
    const named = (column: string, rest: string) =>
      `SELECT ${column} ->> '$.pictures.small' AS hash ${rest} UNION SELECT ${column} ->> '$.pictures.large' ${rest}`;
    await this.db.run(
      `DELETE FROM pictures WHERE user = ?1 AND created < ?2 AND hash NOT IN (
         SELECT hash FROM (
           ${named("entry", "FROM atlas WHERE user = ?1 AND state <> 'withdrawn'")}
           UNION ${named("published", "FROM atlas WHERE user = ?1")}
           UNION ${named("record", "FROM records WHERE user = ?1 AND dataset LIKE 'atlas:%' AND record IS NOT NULL")}
         ) WHERE hash IS NOT NULL
       )`,
      user,
      before,
    );
  }

  async putBody({ dataset, body, revision, fields }: BodyRow): Promise<void> {
    const key = bodyKey(body);
    await this.db.run(
      `INSERT INTO former_bodies (dataset, body, revision, fields)
         SELECT dataset, body, revision, fields FROM bodies WHERE dataset = ?1 AND body = ?2
         AND revision <= (SELECT max(after) FROM body_versions WHERE dataset = ?1)`,
      dataset,
      key,
    );
    await this.db.run(
      "INSERT INTO bodies (dataset, body, revision, fields) VALUES (?, ?, ?, ?) ON CONFLICT (dataset, body) DO UPDATE SET revision = excluded.revision, fields = excluded.fields",
      dataset,
      key,
      revision,
      fields ?? null,
    );
  }

  async addBodyVersion(row: BodyVersionRow): Promise<void> {
    // A version in which nothing was written ends where it began.
    await this.db.run(
      "INSERT OR REPLACE INTO body_versions (dataset, tag, uuid, after) VALUES (?, ?, ?, ?)",
      row.dataset,
      row.tag,
      row.uuid,
      row.after,
    );
  }

  private async addRole(
    user: string,
    dataset: string,
    role: string,
  ): Promise<void> {
    await this.db.run(
      "INSERT OR IGNORE INTO roles (user, dataset, role) VALUES (?, ?, ?)",
      user,
      dataset,
      role,
    );
  }
}
