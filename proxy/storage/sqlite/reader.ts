import type { Conflict, Outcome } from "../../../src/clio/model/sync.js";
import type { DatasetRole, GlobalRole } from "../../permissions/roles.js";
import type {
  Account,
  AuditRow,
  DatasetRow,
  DocumentKey,
  DocumentRow,
  LinkRow,
  PlaceRow,
  Reader,
  RecordRow,
  SessionRow,
  Shelf,
  TokenRow,
  WholeLinkRow,
} from "../storage.js";
import { BodyReader } from "./body_reader.js";
import {
  accountFrom,
  linkFrom,
  placeFrom,
  recordFrom,
  wholeLinkFrom,
  tokenFrom,
  type AccountColumns,
  type LinkColumns,
  type PlaceColumns,
  type RecordColumns,
  type TokenColumns,
} from "./rows.js";

const recordColumns =
  "user, dataset, id, revision, record, field_revisions, extra, place";

const linkColumns =
  "id, user, title, open, created, expires, dataset, marks, revoked, revoked_by";

/** Reads over one connection. SQLite answers at once; the promises are the interface's, for databases that do not. */
export class SqliteReader extends BodyReader implements Reader {
  async account(user: string): Promise<Account | undefined> {
    const row = await this.db.get<AccountColumns>(
      "SELECT user, name, disabled FROM accounts WHERE user = ?",
      user,
    );
    return row && this.fullAccount(row);
  }

  async accounts(): Promise<Account[]> {
    const rows = await this.db.all<AccountColumns>(
      "SELECT user, name, disabled FROM accounts ORDER BY user",
    );
    return Promise.all(rows.map((row) => this.fullAccount(row)));
  }

  async members(groups: readonly string[]): Promise<string[]> {
    const users = new Set<string>();
    for (const group of groups) {
      const rows = await this.db.all<{ user: string }>(
        "SELECT user FROM members WHERE name = ?",
        group,
      );
      for (const { user } of rows) users.add(user);
    }
    return [...users].sort();
  }

  audit(before: number, limit: number): Promise<AuditRow[]> {
    return this.db.all<AuditRow>(
      "SELECT seq, at, actor, action, subject, detail FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?",
      before,
      limit,
    );
  }

  async token(hash: string): Promise<TokenRow | undefined> {
    const row = await this.db.get<TokenColumns>(
      "SELECT id, hash, user, name, created, expires, used, scope FROM tokens WHERE hash = ?",
      hash,
    );
    return row && tokenFrom(row);
  }

  async tokensOf(user: string): Promise<TokenRow[]> {
    const rows = await this.db.all<TokenColumns>(
      "SELECT id, hash, user, name, created, expires, used, scope FROM tokens WHERE user = ? ORDER BY created DESC, id",
      user,
    );
    return rows.map(tokenFrom);
  }

  session(hash: string): Promise<SessionRow | undefined> {
    return this.db.get<SessionRow>(
      "SELECT hash, user, created, expires FROM sessions WHERE hash = ?",
      hash,
    );
  }

  async revision(user: string): Promise<number> {
    const row = await this.db.get<{ revision: number }>(
      "SELECT revision FROM revisions WHERE user = ?",
      user,
    );
    return row?.revision ?? 0;
  }

  async shelfRevision({ user, dataset }: Shelf): Promise<number> {
    const row = await this.db.get<{ revision: number | null }>(
      "SELECT max(revision) AS revision FROM records WHERE user = ? AND dataset = ?",
      user,
      dataset,
    );
    return row?.revision ?? 0;
  }

  async record(
    { user, dataset }: Shelf,
    id: string,
  ): Promise<RecordRow | undefined> {
    const row = await this.db.get<RecordColumns>(
      `SELECT ${recordColumns} FROM records WHERE user = ? AND dataset = ? AND id = ?`,
      user,
      dataset,
      id,
    );
    return row && recordFrom(row);
  }

  async recordsAt(
    { user, dataset }: Shelf,
    place: string,
  ): Promise<RecordRow[]> {
    const rows = await this.db.all<RecordColumns>(
      `SELECT ${recordColumns} FROM records WHERE user = ? AND dataset = ? AND place = ? AND record IS NOT NULL ORDER BY created, id`,
      user,
      dataset,
      place,
    );
    return rows.map(recordFrom);
  }

  async recordsOf({ user, dataset }: Shelf): Promise<RecordRow[]> {
    const rows = await this.db.all<RecordColumns>(
      `SELECT ${recordColumns} FROM records WHERE user = ? AND dataset = ? AND record IS NOT NULL ORDER BY created, id`,
      user,
      dataset,
    );
    return rows.map(recordFrom);
  }

  async placesOf({ user, dataset }: Shelf): Promise<PlaceRow[]> {
    const rows = await this.db.all<PlaceColumns>(
      "SELECT id, revision, place FROM records WHERE user = ? AND dataset = ? AND record IS NOT NULL ORDER BY created, id",
      user,
      dataset,
    );
    return rows.map(placeFrom);
  }

  async recordsSince(
    user: string,
    after: number,
    limit: number,
  ): Promise<RecordRow[]> {
    const last = await this.db.get<{ revision: number }>(
      "SELECT revision FROM records WHERE user = ? AND revision > ? ORDER BY revision LIMIT 1 OFFSET ?",
      user,
      after,
      limit - 1,
    );
    const rows = await this.db.all<RecordColumns>(
      `SELECT ${recordColumns} FROM records WHERE user = ? AND revision > ? AND revision <= ? ORDER BY revision, dataset, id`,
      user,
      after,
      last?.revision ?? Number.MAX_SAFE_INTEGER,
    );
    return rows.map(recordFrom);
  }

  async conflicts(
    user: string,
    after: number,
    upTo: number,
  ): Promise<Conflict[]> {
    const rows = await this.db.all<{ conflict: string }>(
      "SELECT conflict FROM conflicts WHERE user = ? AND revision > ? AND revision <= ? ORDER BY revision, id",
      user,
      after,
      upTo,
    );
    return rows.map(({ conflict }) => JSON.parse(conflict) as Conflict);
  }

  async conflict(user: string, id: string): Promise<Conflict | undefined> {
    const row = await this.db.get<{ conflict: string }>(
      "SELECT conflict FROM conflicts WHERE user = ? AND id = ?",
      user,
      id,
    );
    return row && (JSON.parse(row.conflict) as Conflict);
  }

  async deviceOf(user: string, revision: number): Promise<string | undefined> {
    const row = await this.db.get<{ device: string }>(
      "SELECT device FROM changes WHERE user = ? AND revision = ?",
      user,
      revision,
    );
    return row?.device;
  }

  async outcome(user: string, change: string): Promise<Outcome | undefined> {
    const row = await this.db.get<{ outcome: string }>(
      "SELECT outcome FROM changes WHERE user = ? AND id = ?",
      user,
      change,
    );
    return row && (JSON.parse(row.outcome) as Outcome);
  }

  document(key: DocumentKey): Promise<DocumentRow | undefined> {
    return this.db.get<DocumentRow>(
      "SELECT user, space, scope, key, value, modified FROM documents WHERE user = ? AND space = ? AND scope = ? AND key = ?",
      key.user,
      key.space,
      key.scope,
      key.key,
    );
  }

  documents(at: Omit<DocumentKey, "key">): Promise<DocumentRow[]> {
    return this.db.all<DocumentRow>(
      "SELECT user, space, scope, key, value, modified FROM documents WHERE user = ? AND space = ? AND scope = ? ORDER BY key",
      at.user,
      at.space,
      at.scope,
    );
  }

  async link(id: string): Promise<WholeLinkRow | undefined> {
    const row = await this.db.get<
      LinkColumns & { state: string; records: string }
    >(`SELECT ${linkColumns}, state, records FROM links WHERE id = ?`, id);
    return row && wholeLinkFrom(row);
  }

  async linksOf(user: string): Promise<LinkRow[]> {
    const rows = await this.db.all<LinkColumns>(
      `SELECT ${linkColumns} FROM links WHERE user = ? ORDER BY created DESC, id`,
      user,
    );
    return rows.map(linkFrom);
  }

  async links(
    after: Pick<LinkRow, "created" | "id"> | undefined,
    limit: number,
  ): Promise<LinkRow[]> {
    // What is later than each time sorts before the first link.
    const { created, id } = after ?? {
      created: Number.MAX_SAFE_INTEGER,
      id: "",
    };
    const rows = await this.db.all<LinkColumns>(
      `SELECT ${linkColumns} FROM links WHERE created < ? OR (created = ? AND id > ?) ORDER BY created DESC, id LIMIT ?`,
      created,
      created,
      id,
      limit,
    );
    return rows.map(linkFrom);
  }

  datasets(): Promise<DatasetRow[]> {
    return this.db.all<DatasetRow>(
      "SELECT id, description, modified FROM datasets ORDER BY id",
    );
  }

  private async fullAccount(row: AccountColumns): Promise<Account> {
    const roles = await this.db.all<{
      dataset: string;
      role: DatasetRole | GlobalRole;
    }>(
      "SELECT dataset, role FROM roles WHERE user = ? ORDER BY dataset, role",
      row.user,
    );
    const groups = await this.db.all<{ name: string }>(
      "SELECT name FROM members WHERE user = ? ORDER BY name",
      row.user,
    );
    return accountFrom(
      row,
      roles,
      groups.map(({ name }) => name),
    );
  }
}
