/**
 * What the server keeps, and the only way to it. Nothing above this interface knows how it is kept, so that another database can take
 * its place: each implementation passes the suite in testing/contract.ts.
 */
import type { AnnotationRecord } from "../../src/clio/model/annotation.js";
import type { MergedSegmentation } from "../../src/clio/model/merge.js";
import type {
  MergeRequest,
  PublicMerge,
  RequestHead,
  RequestState,
} from "../../src/clio/model/merge_request.js";
import type { AtlasEntry, EntryState } from "../../src/clio/model/atlas.js";
import type { StoredRecord } from "../../src/clio/model/record.js";
import type { Conflict, Outcome } from "../../src/clio/model/sync.js";
import type { DatasetRole, GlobalRole } from "../permissions/roles.js";

/** Somebody with an account: who it is is the verified e-mail address, in lower case, or `local`. */
export interface Account {
  user: string;
  name?: string;
  /** A disabled account is refused, whatever it presents. */
  disabled: boolean;
  globalRoles: readonly GlobalRole[];
  datasets: ReadonlyMap<string, readonly DatasetRole[]>;
  groups: readonly string[];
}

/** A token for scripts. The token itself is nowhere: only its hash is kept. */
export interface TokenRow {
  id: string;
  /** SHA-256 of the token, in hexadecimal digits. */
  hash: string;
  user: string;
  name: string;
  /** In milliseconds since 1970, as are all times here. */
  created: number;
  expires: number;
  /** When it was last used, to the hour; absent where it never was. */
  used?: number;
  /** What alone it is good for, `<purpose>:<dataset>`; absent where it does all that its owner may. */
  scope?: string;
}

/** A browser that is signed in. */
export interface SessionRow {
  /** SHA-256 of what the cookie holds, in hexadecimal digits. */
  hash: string;
  user: string;
  created: number;
  expires: number;
}

/** Who did what to whom. `seq` counts up. */
export interface AuditRow {
  seq: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
}

/** Whose records, of which dataset. */
export interface Shelf {
  user: string;
  dataset: string;
}

/** A record as it is kept. */
export interface RecordRow extends Shelf {
  id: string;
  /** That of the last change to it (see model/sync.ts). */
  revision: number;
  /** Undefined where it was deleted: that it was there is kept, so that other devices learn of it. */
  record: StoredRecord | undefined;
  /** The revision at which each of its parts changed last. */
  fieldRevisions: Readonly<Record<string, number>>;
  /** JSON of what a script wrote beside it and Clio's records have no place for, numbers of any size included. */
  extra?: string;
  /** Its key on the v2 interface, which is made of where it lies; absent where that has no such kind. */
  place?: string;
}

/** Which record lies where, without the record itself. */
export type PlaceRow = Pick<RecordRow, "id" | "revision" | "place">;

/** What a script or the page keeps as JSON, of which the server knows nothing. */
export interface DocumentRow {
  user: string;
  /** Which interface it belongs to, such as `kv`. */
  space: string;
  scope: string;
  key: string;
  /** JSON text, kept to the letter. */
  value: string;
  modified: number;
}

/** A dataset that was described over HTTP and not in a file. */
export interface DatasetRow {
  id: string;
  /** JSON of the description, as it was sent. */
  description: string;
  modified: number;
}

/** A view that somebody shares under a short address, as lists have it. */
export interface LinkRow {
  id: string;
  /** Its owner. */
  user: string;
  title: string;
  /** Whether it opens for people who are not signed in too. */
  open: boolean;
  created: number;
  /** Absent where it does not end. */
  expires?: number;
  /** Whose marks it brings: the dataset, and how many; absent where it brings none. */
  dataset?: string;
  marks: number;
  /** When it was revoked, and who did it; absent where it is good. */
  revoked?: { at: number; by: string };
}

/** The whole of a link. */
export interface WholeLinkRow extends LinkRow {
  /** JSON text of the viewer's state. */
  state: string;
  records: readonly AnnotationRecord[];
}

/** A place of the atlas that was ever submitted. Drafts are records of their author, and nothing else. */
export interface AtlasRow {
  dataset: string;
  id: string;
  /** Its author. */
  user: string;
  state: EntryState;
  /** Counts the versions that were submitted. */
  version: number;
  /** The newest version; in a list without its view. */
  entry: AtlasEntry;
  /** The version that everybody sees who may read the dataset; absent where there is none. In a list without its view. */
  published?: AtlasEntry;
  /** Whether a version ever was public: those who saw it are to learn that it is no more. */
  wasPublished: boolean;
  /** Whether the newest version has all that it needs, its pictures included. */
  isComplete: boolean;
  /** When the newest version was submitted. */
  submitted: number;
  /** What the last reviewer has said. */
  comment: string;
  /** Who reviewed it last; absent where nobody has. */
  reviewed?: { at: number; by: string };
  /** Counts up with all that changes in the atlas. */
  seq: number;
}

/** Which entries of the atlas are listed: those of readable datasets that are, or were, public; one's own; and all of those one reviews. */
export interface AtlasSight {
  user: string | undefined;
  readable: readonly string[];
  reviewed: readonly string[];
}

/** A picture of an entry. */
export interface PictureRow {
  dataset: string;
  user: string;
  /** SHA-256 of its bytes, in hexadecimal digits. */
  hash: string;
  /** Its MIME type. */
  type: string;
  bytes: Uint8Array;
  created: number;
}

/** What is known of a body of a dataset. */
export interface BodyRow {
  dataset: string;
  body: bigint;
  /** Another for each write to any body of the dataset, and higher. */
  revision: number;
  /** JSON text of its fields, numbers of any size included; undefined where it was deleted. */
  fields: string | undefined;
}

/** A version of what is known of the bodies of a dataset. */
export interface BodyVersionRow {
  dataset: string;
  /** As the dataset's description names it; empty where it names none. */
  tag: string;
  uuid: string;
  /** What was written after this revision was written in it. */
  after: number;
}

/** A merge that holds for everybody. `seq` counts up. */
export interface PublicMergeRow {
  seq: number;
  merge: PublicMerge;
}

/** Where a document is. */
export type DocumentKey = Pick<DocumentRow, "user" | "space" | "scope" | "key">;

/** Asks for what is kept. Whatever is not there is undefined, or an empty list. */
export interface Reader {
  account(user: string): Promise<Account | undefined>;
  /** All accounts, in the order of their users. */
  accounts(): Promise<Account[]>;
  /** Who is in any of `groups`, each once, in order. */
  members(groups: readonly string[]): Promise<string[]>;
  /** The newest `limit` rows of the audit list before `before`, the newest first. */
  audit(before: number, limit: number): Promise<AuditRow[]>;
  token(hash: string): Promise<TokenRow | undefined>;
  /** A person's tokens, the newest first. */
  tokensOf(user: string): Promise<TokenRow[]>;
  session(hash: string): Promise<SessionRow | undefined>;
  /** The revision of a user's last change; 0 before the first. */
  revision(user: string): Promise<number>;
  /** The highest revision of what lies on a shelf; 0 where nothing ever did. */
  shelfRevision(shelf: Shelf): Promise<number>;
  record(shelf: Shelf, id: string): Promise<RecordRow | undefined>;
  /** The records at a place that are not deleted, the oldest first. */
  recordsAt(shelf: Shelf, place: string): Promise<RecordRow[]>;
  /** All records of a shelf that are not deleted, the oldest first. */
  recordsOf(shelf: Shelf): Promise<RecordRow[]>;
  /** The same in the same order, but only where they lie. */
  placesOf(shelf: Shelf): Promise<PlaceRow[]>;
  /**
   * A user's records with a revision above `after`, deleted ones included, by revision: about `limit` of them, as those of one revision
   * are never parted.
   */
  recordsSince(
    user: string,
    after: number,
    limit: number,
  ): Promise<RecordRow[]>;
  /** Conflicts that were found or settled after a revision and not after `upTo`. */
  conflicts(user: string, after: number, upTo: number): Promise<Conflict[]>;
  conflict(user: string, id: string): Promise<Conflict | undefined>;
  /** Which device delivered the change of a revision; undefined where none did, but a script. */
  deviceOf(user: string, revision: number): Promise<string | undefined>;
  /** What a change came to, where it was applied. */
  outcome(user: string, change: string): Promise<Outcome | undefined>;
  document(key: DocumentKey): Promise<DocumentRow | undefined>;
  /** All documents of a scope, in the order of their keys. */
  documents(at: Omit<DocumentKey, "key">): Promise<DocumentRow[]>;
  link(id: string): Promise<WholeLinkRow | undefined>;
  /** A person's links, the newest first, those included that were revoked. */
  linksOf(user: string): Promise<LinkRow[]>;
  /** Everybody's links, the newest first, those included that were revoked: `limit` of them, after one that was read before. */
  links(
    after: Pick<LinkRow, "created" | "id"> | undefined,
    limit: number,
  ): Promise<LinkRow[]>;
  /** All described datasets, in the order of their ids. */
  datasets(): Promise<DatasetRow[]>;
  mergeRequest(id: string): Promise<MergeRequest | undefined>;
  /** The requests of a dataset, or of an author, or all, the one that was changed last first. */
  mergeRequests(
    of: Partial<Pick<RequestHead, "dataset" | "author">>,
  ): Promise<RequestHead[]>;
  /** Other requests in one of these states that are about a segment that a request is about too, of the same segmentation. */
  mergeRequestsBeside(
    request: Pick<MergeRequest, "id" | "dataset" | "version">,
    states: readonly RequestState[],
  ): Promise<MergeRequest[]>;
  /** What is merged for everybody, in the order in which it was applied: `limit` rows after that of a `seq`. */
  publicMerges(
    of: MergedSegmentation,
    after: number,
    limit: number,
  ): Promise<PublicMergeRow[]>;
  /** All public merges of what any of these segments is a part of, in their order. */
  publicMergesAround(
    of: MergedSegmentation,
    segments: readonly string[],
  ): Promise<PublicMerge[]>;
  /** Those of these ids. */
  publicMergesNamed(
    of: MergedSegmentation,
    ids: readonly string[],
  ): Promise<PublicMerge[]>;
  atlasEntry(dataset: string, id: string): Promise<AtlasRow | undefined>;
  /** Entries whose last change has a `seq` below `before` and above `since`, the newest first: `limit` of them. */
  atlasEntries(
    sight: AtlasSight,
    range: { before: number; since: number },
    limit: number,
  ): Promise<AtlasRow[]>;
  /** Ids of a person's entries of a dataset that are not complete, and whose newest version has a picture. */
  entriesWaitingFor(
    dataset: string,
    user: string,
    hash: string,
  ): Promise<string[]>;
  /** A picture, whoever has brought it. */
  picture(dataset: string, hash: string): Promise<PictureRow | undefined>;
  hasPicture(dataset: string, user: string, hash: string): Promise<boolean>;
  /** Whether a public version of an entry has it. */
  isPublicPicture(dataset: string, hash: string): Promise<boolean>;
  /** How many bytes of pictures a person has. */
  pictureBytes(user: string): Promise<number>;
  body(dataset: string, body: bigint): Promise<BodyRow | undefined>;
  /** The highest revision of the bodies of a dataset; 0 where there are none. */
  bodiesRevision(dataset: string): Promise<number>;
  /** Bodies with a revision above `after`, deleted ones included, by revision: `limit` of them. */
  bodiesSince(
    dataset: string,
    after: number,
    limit: number,
  ): Promise<BodyRow[]>;
  /** All bodies as they were at a revision at which a version ended, by their ids. */
  bodiesAsOf(dataset: string, revision: number): Promise<BodyRow[]>;
  /** The versions in which anything was written, the oldest first. */
  bodyVersions(dataset: string): Promise<BodyVersionRow[]>;
}

/** Reads and writes within one transaction. What is put takes the place of what was there. */
export interface Writer extends Reader {
  putAccount(account: Account): Promise<void>;
  /** Takes the account, its roles, groups, tokens and sessions away. Its records stay. */
  removeAccount(user: string): Promise<void>;
  addAudit(row: Omit<AuditRow, "seq">): Promise<void>;
  addToken(row: TokenRow): Promise<void>;
  removeToken(id: string): Promise<void>;
  /** Notes when a token was used. */
  noteTokenUse(id: string, used: number): Promise<void>;
  putSession(row: SessionRow): Promise<void>;
  removeSession(hash: string): Promise<void>;
  /** Forgets sessions and tokens that expired before `now`. */
  removeExpired(now: number): Promise<void>;
  /** Counts a user's revision up by one and returns it. */
  nextRevision(user: string): Promise<number>;
  putRecord(row: RecordRow): Promise<void>;
  putConflict(user: string, conflict: Conflict): Promise<void>;
  addOutcome(user: string, device: string, outcome: Outcome): Promise<void>;
  putDocument(row: DocumentRow): Promise<void>;
  /** Whether there was one to remove. */
  removeDocument(key: DocumentKey): Promise<boolean>;
  addLink(row: WholeLinkRow): Promise<void>;
  /** Revokes a link, or brings it back where `revoked` is undefined. */
  putRevoked(id: string, revoked: LinkRow["revoked"]): Promise<void>;
  removeLink(id: string): Promise<void>;
  /** Forgets links that ended before `ended`, and those that were revoked before `revoked`. */
  removeEndedLinks(ended: number, revoked: number): Promise<void>;
  putDataset(row: DatasetRow): Promise<void>;
  /** Takes the description away. What was marked in the dataset stays. */
  removeDataset(id: string): Promise<void>;
  putMergeRequest(request: MergeRequest): Promise<void>;
  /** Adds what is not there yet: a merge that is stays as it is. */
  addPublicMerges(
    of: MergedSegmentation,
    merges: readonly PublicMerge[],
  ): Promise<void>;
  /** Puts an entry, whose `seq` is the next one then, and returns that. */
  putAtlasEntry(row: Omit<AtlasRow, "seq">): Promise<number>;
  /** Puts a picture, unless it is there. */
  addPicture(row: PictureRow): Promise<void>;
  /** Puts a body. What it was before stays where a version that has ended has it. */
  putBody(row: BodyRow): Promise<void>;
  /** Ends the version before. */
  addBodyVersion(row: BodyVersionRow): Promise<void>;
  /** Removes a person's pictures of before a time that nothing of theirs has: no draft, and no entry that is submitted or public. */
  removeUnusedPictures(user: string, before: number): Promise<void>;
}

/** Where the server keeps what it keeps. */
export interface Storage {
  /** Reads the last state that was written, outside of any transaction. */
  readonly read: Reader;
  /**
   * Runs `work` in a transaction of its own, one at a time. When the promise resolves, what `work` wrote is on disk; when it rejects,
   * nothing of it is there.
   */
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  /**
   * Writes a whole copy of a single moment into a new file, while all else goes on.
   * @throws Error where there is such a file already
   */
  backup(file: string): Promise<void>;
  /** What is wrong with what is kept, one line each; empty where nothing is. */
  check(): Promise<string[]>;
  /** Waits for what is being written. Nothing can be asked for afterwards. */
  close(): Promise<void>;
}
