import { createHash } from "node:crypto";
import { afterAct, type EntryAct } from "../../src/clio/model/atlas.js";
import {
  type AtlasPage,
  MOST_PICTURE_BYTES,
  type SeenEntry,
} from "../../src/clio/model/atlas_wire.js";
import {
  badRequest,
  forbidden,
  notFound,
  Problem,
} from "../problems/problem.js";
import type {
  Account,
  AtlasRow,
  AtlasSight,
  PictureRow,
  Storage,
  Writer,
} from "../storage/storage.js";
import { pictureType } from "./picture_type.js";
import { type AtlasSights, seenBy } from "./sight.js";
import { hasAll, note } from "./submissions.js";

/** The most bytes of pictures that one person may have here. */
const mostPictureBytes = 2 ** 30;

/** So long a picture that nothing names is kept, in milliseconds: it may have come before the entry that names it. */
const unusedFor = 24 * 60 * 60 * 1000;

/** How many entries a filter goes over at most before it answers with what it has. */
const mostLooked = 5_000;

/** What of the atlas is asked for. Words are plain, and each is in the title, the description, a tag, or the author's name. */
export interface AtlasFilter {
  dataset: string;
  state: string;
  author: string;
  tag: string;
  text: string;
}

/** The atlas of all datasets: who sees what of it, and who may change how it stands. */
export class Atlas {
  constructor(
    private readonly storage: Storage,
    private readonly sights: AtlasSights,
    /** Whether the server is one person's own, who then reviews what is their own. */
    readonly isAlone: boolean,
  ) {}

  /**
   * The entries that somebody may see and a filter keeps, the newest change first.
   * @param range of `seq`: below the `next` of the page before, and above what is known
   */
  async list(
    account: Account | undefined,
    filter: AtlasFilter,
    { before, since }: { before: number; since: number },
    limit: number,
  ): Promise<AtlasPage> {
    const sight = narrowed(await this.sights.of(account), filter.dataset);
    const page: AtlasPage = {
      entries: [],
      gone: [],
      reviews: [...sight.reviewed],
      isAlone: this.isAlone,
    };
    const keeps = keptBy(filter);
    let looked = 0;
    let end = before;
    for (;;) {
      const range = { before: end, since };
      const rows = await this.storage.read.atlasEntries(sight, range, limit);
      for (const row of rows) {
        end = row.seq;
        const seen = seenBy(sight, row);
        if (seen === undefined) {
          const { dataset, id } = row;
          page.gone.push({ dataset, id });
        } else if (keeps(seen)) page.entries.push(seen);
        if (page.entries.length === limit) return { ...page, next: end };
      }
      looked += rows.length;
      if (rows.length < limit) return page;
      if (looked >= mostLooked) return { ...page, next: end };
    }
  }

  /** An entry with its view. @throws Problem 404 where there is none that somebody may see */
  async find(
    account: Account | undefined,
    dataset: string,
    id: string,
  ): Promise<SeenEntry> {
    const row = await this.storage.read.atlasEntry(dataset, id);
    const seen = row && seenBy(await this.sights.of(account), row);
    if (seen === undefined) throw noSuchEntry();
    return seen;
  }

  /** Everything that somebody may see and its author has not taken back, without views. */
  async all(account: Account): Promise<SeenEntry[]> {
    const sight = await this.sights.of(account);
    const found: SeenEntry[] = [];
    let rows: AtlasRow[] = [];
    do {
      const before = rows.at(-1)?.seq ?? Number.MAX_SAFE_INTEGER;
      rows = await this.storage.read.atlasEntries(
        sight,
        { before, since: 0 },
        mostLooked,
      );
      for (const row of rows) {
        const seen = seenBy(sight, row);
        if (seen !== undefined && seen.state !== "withdrawn") found.push(seen);
      }
    } while (rows.length === mostLooked);
    return found;
  }

  /**
   * A reviewer's act.
   * @param account whoever may write what belongs to others in the dataset
   * @param version that the reviewer has seen: what its author has changed since was reviewed by nobody
   * @throws Problem 403, 404 or 409
   */
  async review(
    account: Account,
    dataset: string,
    id: string,
    act: Exclude<EntryAct, "submit" | "withdraw">,
    version: number,
    comment: string,
  ): Promise<SeenEntry> {
    const sight = await this.sights.of(account);
    const row = await this.storage.write(async (writer) => {
      const known = await writer.atlasEntry(dataset, id);
      if (known === undefined || seenBy(sight, known) === undefined) {
        throw noSuchEntry();
      }
      if (known.version !== version) {
        throw new Problem(
          409,
          "changed-meanwhile",
          `version is ${version}, and its author has changed the entry since: it is version ${known.version}. Look at it again.`,
        );
      }
      return reviewed(writer, account, known, act, comment, this.isAlone);
    });
    return seenBy(sight, row)!;
  }

  /**
   * Keeps a picture of somebody's own.
   * @throws Problem 400 where the bytes are none, or not those that the hash names; 413 where there are too many
   */
  async keepPicture(
    { user }: Account,
    dataset: string,
    hash: string,
    bytes: Uint8Array | undefined,
  ): Promise<void> {
    const type = bytes && pictureType(bytes);
    if (bytes === undefined || type === undefined) {
      throw badRequest(
        "The body is no picture: expected the bytes of a PNG, JPEG or WebP.",
        "not-a-picture",
      );
    }
    const actual = createHash("sha256").update(bytes).digest("hex");
    if (actual !== hash) {
      throw badRequest(
        `hash is ${hash}, and that of the bytes is ${actual}.`,
        "wrong-hash",
      );
    }
    await this.storage.write(async (writer) => {
      if (!(await writer.hasPicture(dataset, user, hash))) {
        const isFull = async () =>
          (await writer.pictureBytes(user)) + bytes.length > mostPictureBytes;
        if (await isFull()) {
          await writer.removeUnusedPictures(user, Date.now() - unusedFor);
        }
        if (await isFull()) {
          throw new Problem(
            413,
            "too-many-pictures",
            `${user} has pictures here already, and at most ${mostPictureBytes} bytes of them are kept.`,
          );
        }
        const created = Date.now();
        await writer.addPicture({ dataset, user, hash, type, bytes, created });
      }
      // What waited for it waits for a reviewer now.
      for (const id of await writer.entriesWaitingFor(dataset, user, hash)) {
        const row = (await writer.atlasEntry(dataset, id))!;
        if (!(await hasAll(writer, row, row.entry))) continue;
        await writer.putAtlasEntry({ ...row, isComplete: true });
      }
    });
  }

  /** A picture that somebody may see. @throws Problem 404 */
  async picture(
    account: Account | undefined,
    dataset: string,
    hash: string,
  ): Promise<PictureRow> {
    const { read } = this.storage;
    const row = await read.picture(dataset, hash);
    const { user, readable, reviewed } = await this.sights.of(account);
    const isSeen =
      row !== undefined &&
      readable.includes(dataset) &&
      (reviewed.includes(dataset) ||
        (user !== undefined && (await read.hasPicture(dataset, user, hash))) ||
        (await read.isPublicPicture(dataset, hash)));
    if (!isSeen) throw notFound("There is no such picture.");
    return row;
  }
}

/** The most bytes of one picture. */
export const pictureBody = MOST_PICTURE_BYTES;

function noSuchEntry(): Problem {
  return notFound("There is no such entry, or it is not public.");
}

async function reviewed(
  writer: Writer,
  { user: by }: Account,
  known: AtlasRow,
  act: Exclude<EntryAct, "submit" | "withdraw">,
  comment: string,
  isAlone: boolean,
): Promise<AtlasRow> {
  if (act === "request changes" && comment.trim() === "") {
    throw badRequest(
      'comment: "", expected what its author is to change',
      "bad-body",
    );
  }
  const { published, ...rest } = known;
  const next = afterAct(
    { state: known.state, isPublic: published !== undefined },
    act,
    { isAuthor: known.user === by, isReviewer: true, isAlone },
  );
  if (typeof next === "string") {
    throw known.user === by && !isAlone
      ? forbidden(`The entry cannot be reviewed: ${next}.`)
      : new Problem(409, "not-now", `The entry cannot be reviewed: ${next}.`);
  }
  if (act !== "unverify" && !known.isComplete) {
    throw new Problem(
      409,
      "not-complete",
      "The entry cannot be reviewed: its pictures have not arrived yet.",
    );
  }
  const version = act === "verify" ? known.entry : published;
  const row = {
    ...rest,
    ...(next.isPublic && version ? { published: version } : {}),
    wasPublished: known.wasPublished || next.isPublic,
    state: next.state,
    comment,
    reviewed: { at: Date.now(), by },
  };
  const seq = await writer.putAtlasEntry(row);
  await note(writer, by, act, known);
  return { ...row, seq };
}

function narrowed(sight: AtlasSight, dataset: string): AtlasSight {
  if (dataset === "") return sight;
  const only = (ids: readonly string[]) => ids.filter((id) => id === dataset);
  const { user, readable, reviewed } = sight;
  return { user, readable: only(readable), reviewed: only(reviewed) };
}

function keptBy(filter: AtlasFilter): (seen: SeenEntry) => boolean {
  const author = filter.author.toLowerCase();
  const tag = filter.tag.toLowerCase();
  const words = filter.text.toLowerCase().split(/\s+/);
  return ({ entry, state }) => {
    if (filter.state !== "" && state !== filter.state) return false;
    if (!entry.user.includes(author)) return false;
    if (tag !== "" && !entry.tags.some((each) => each.toLowerCase() === tag)) {
      return false;
    }
    const { title, description, tags, user } = entry;
    const text = [title, description, ...tags, user].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
}
