/** The schema, as the steps that led to it. A step that was released never changes; a new schema is one more step. */
import type { Connection } from "./connection.js";

const people = `
  CREATE TABLE accounts (
    user TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    disabled INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE roles (
    user TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    dataset TEXT NOT NULL, -- empty: in all datasets
    role TEXT NOT NULL,
    PRIMARY KEY (user, dataset, role)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE members (
    user TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name TEXT NOT NULL, -- of the group
    PRIMARY KEY (user, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_group ON members (name, user);
  CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_by_user ON tokens (user, created);
  CREATE TABLE sessions (
    hash TEXT NOT NULL PRIMARY KEY,
    user TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_by_user ON sessions (user);
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
`;

const records = `
  CREATE TABLE revisions (
    user TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE records (
    user TEXT NOT NULL,
    dataset TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    record TEXT, -- JSON; NULL where it was deleted
    created INTEGER NOT NULL,
    field_revisions TEXT NOT NULL, -- JSON
    extra TEXT, -- JSON
    place TEXT,
    PRIMARY KEY (user, dataset, id)
  ) STRICT;
  CREATE INDEX records_by_revision ON records (user, revision);
  CREATE INDEX records_by_shelf ON records (user, dataset, revision);
  CREATE INDEX records_by_place ON records (user, dataset, place) WHERE place IS NOT NULL;
  CREATE TABLE changes (
    user TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    device TEXT NOT NULL,
    outcome TEXT NOT NULL, -- JSON
    PRIMARY KEY (user, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX changes_by_revision ON changes (user, revision, device);
  CREATE TABLE conflicts (
    user TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    conflict TEXT NOT NULL, -- JSON
    PRIMARY KEY (user, id)
  ) STRICT;
  CREATE INDEX conflicts_by_revision ON conflicts (user, revision);
`;

const documents = `
  CREATE TABLE documents (
    user TEXT NOT NULL,
    space TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL, -- JSON
    modified INTEGER NOT NULL,
    PRIMARY KEY (user, space, scope, key)
  ) STRICT;
`;

const links = `
  CREATE TABLE links (
    id TEXT NOT NULL PRIMARY KEY,
    user TEXT NOT NULL,
    title TEXT NOT NULL,
    open INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER, -- NULL where it does not end
    dataset TEXT, -- of its marks; NULL where it brings none
    marks INTEGER NOT NULL, -- how many
    state TEXT NOT NULL, -- JSON
    records TEXT NOT NULL -- JSON
  ) STRICT;
  CREATE INDEX links_by_user ON links (user, created);
  CREATE INDEX links_by_end ON links (expires) WHERE expires IS NOT NULL;
`;

const datasets = `
  CREATE TABLE datasets (
    id TEXT NOT NULL PRIMARY KEY,
    description TEXT NOT NULL, -- JSON
    modified INTEGER NOT NULL
  ) STRICT;
`;

const tokenUse = `
  ALTER TABLE tokens ADD COLUMN used INTEGER;
`;

const linkRevocation = `
  ALTER TABLE links ADD COLUMN revoked INTEGER; -- when; NULL where it is good
  ALTER TABLE links ADD COLUMN revoked_by TEXT;
`;

/** Step n makes schema n + 1 out of schema n; schema 0 is an empty file. */
export const migrations: readonly string[] = [
  people,
  records,
  documents,
  links,
  datasets,
  tokenUse,
  linkRevocation,
];

/** Thrown where a newer Clio has written the database: an older one would lose what it does not know. */
export class NewerSchemaError extends Error {
  constructor(found: number) {
    super(
      `the database has schema ${found}, and this Clio knows schemas up to ${migrations.length}: start the newer Clio, or restore a backup`,
    );
    this.name = "NewerSchemaError";
  }
}

/**
 * Brings a database up to schema `to`, each step whole or not at all.
 * @throws NewerSchemaError where it is beyond all that is known
 */
export async function migrate(
  db: Connection,
  to = migrations.length,
): Promise<void> {
  const found = await schemaOf(db);
  if (found > migrations.length) throw new NewerSchemaError(found);
  for (let next = found; next < to; ++next) {
    await db.exec("BEGIN IMMEDIATE");
    try {
      // Another program may have done it while this one waited for its turn.
      if ((await schemaOf(db)) === next) {
        await db.exec(migrations[next]);
        await db.exec(`PRAGMA user_version = ${next + 1}`);
      }
      await db.exec("COMMIT");
    } catch (error) {
      await db.rollback();
      throw error;
    }
  }
}

async function schemaOf(db: Connection): Promise<number> {
  const row = await db.get<{ user_version: number }>("PRAGMA user_version");
  return row!.user_version;
}
