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

const mergeRequests = `
  CREATE TABLE merge_requests (
    id TEXT NOT NULL PRIMARY KEY,
    dataset TEXT NOT NULL,
    author TEXT NOT NULL,
    modified INTEGER NOT NULL,
    head TEXT NOT NULL, -- JSON
    request TEXT NOT NULL -- JSON
  ) STRICT;
  CREATE INDEX merge_requests_by_dataset ON merge_requests (dataset, modified);
  CREATE INDEX merge_requests_by_author ON merge_requests (author, modified);
  CREATE TABLE public_merges (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    dataset TEXT NOT NULL,
    version TEXT NOT NULL, -- of the segmentation; empty where it has none
    id TEXT NOT NULL,
    merge TEXT NOT NULL, -- JSON
    UNIQUE (dataset, version, id)
  ) STRICT;
`;

const atlas = `
  CREATE TABLE atlas (
    dataset TEXT NOT NULL,
    id TEXT NOT NULL,
    user TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL UNIQUE,
    submitted INTEGER NOT NULL,
    is_complete INTEGER NOT NULL,
    was_published INTEGER NOT NULL,
    entry TEXT NOT NULL, -- JSON, without the view
    view TEXT, -- JSON
    published TEXT, -- JSON, without the view; NULL where no version is public
    published_view TEXT, -- JSON
    published_small TEXT, -- the pictures of the public version
    published_large TEXT,
    review TEXT NOT NULL, -- JSON
    PRIMARY KEY (dataset, id)
  ) STRICT;
  CREATE INDEX atlas_by_user ON atlas (user, seq);
  CREATE INDEX atlas_by_small ON atlas (dataset, published_small) WHERE published_small IS NOT NULL;
  CREATE INDEX atlas_by_large ON atlas (dataset, published_large) WHERE published_large IS NOT NULL;
  CREATE TABLE pictures (
    dataset TEXT NOT NULL,
    hash TEXT NOT NULL,
    user TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    created INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (dataset, hash, user)
  ) STRICT;
  CREATE INDEX pictures_by_user ON pictures (user, size);
`;

/** What is told of a request says since then whether it was ever submitted. */
const submittedRequests = `
  UPDATE merge_requests SET head = json_set(head, '$.wasSubmitted', json(
    CASE WHEN EXISTS (SELECT 1 FROM json_each(request, '$.steps') WHERE json_extract(value, '$.step') = 'submit')
    THEN 'true' ELSE 'false' END
  ));
`;

/** Ids of bodies have 20 digits, so that their order as texts is that as numbers: SQLite has no unsigned numbers. */
const bodies = `
  CREATE TABLE bodies (
    dataset TEXT NOT NULL,
    body TEXT NOT NULL,
    revision INTEGER NOT NULL,
    fields TEXT, -- JSON; NULL where it was deleted
    PRIMARY KEY (dataset, body)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX bodies_by_revision ON bodies (dataset, revision);
  CREATE TABLE former_bodies ( -- as versions that have ended have them
    dataset TEXT NOT NULL,
    body TEXT NOT NULL,
    revision INTEGER NOT NULL,
    fields TEXT,
    PRIMARY KEY (dataset, body, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE body_versions (
    dataset TEXT NOT NULL,
    after INTEGER NOT NULL, -- the last revision of the version before
    tag TEXT NOT NULL,
    uuid TEXT NOT NULL,
    PRIMARY KEY (dataset, after)
  ) STRICT, WITHOUT ROWID;
`;

/** Which segments a request is about, and which a public merge: what is in the way of a request is found by them. */
const mergedSegments = `
  CREATE TABLE requested_segments (
    segment TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (segment, request)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX requested_segments_by_request ON requested_segments (request);
  INSERT INTO requested_segments
    SELECT each.value ->> '$.merge.onto', merge_requests.id FROM merge_requests, json_each(request, '$.rounds[#-1].merges') AS each
    UNION
    SELECT each.value ->> '$.merge.merged', merge_requests.id FROM merge_requests, json_each(request, '$.rounds[#-1].merges') AS each;
  CREATE INDEX public_merges_by_seq ON public_merges (dataset, version, seq);
  CREATE INDEX public_merges_by_onto ON public_merges (dataset, version, merge ->> '$.merge.onto');
  CREATE INDEX public_merges_by_merged ON public_merges (dataset, version, merge ->> '$.merge.merged');
`;

/** What alone a token is good for: null where it does all that its owner may. */
const tokenScope = `
  ALTER TABLE tokens ADD COLUMN scope TEXT;
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
  mergeRequests,
  atlas,
  submittedRequests,
  bodies,
  mergedSegments,
  tokenScope,
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
