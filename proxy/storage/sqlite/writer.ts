import type { Conflict, Outcome } from "../../../src/clio/model/sync.js";
import type {
  Account,
  AuditRow,
  DatasetRow,
  DocumentKey,
  DocumentRow,
  LinkRow,
  RecordRow,
  SessionRow,
  TokenRow,
  WholeLinkRow,
  Writer,
} from "../storage.js";
import { SqliteReader } from "./reader.js";
import { everywhere } from "./rows.js";

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
      "INSERT INTO tokens (id, hash, user, name, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
      row.id,
      row.hash,
      row.user,
      row.name,
      row.created,
      row.expires,
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
