/** The annotations of shelves as the v2 interface answers them: each is written as JSON once for as long as it stays as it is. */
import { stringify } from "lossless-json";
import type { RecordRow, Shelf, Storage } from "../storage/storage.js";
import { itemFrom } from "./item.js";
import { keysOf } from "./keys.js";

/** Of all shelves together, so many bytes are kept at hand. */
const mostBytes = 64 * 1024 ** 2;

/** What an annotation takes beside its JSON, about. */
const pieceBytes = 200;

/** When so many are not at hand, all are read in one go. */
const fewMissing = 100;

/** The JSON of one annotation, as it is at a revision under a key; empty where v2 does not know its kind. */
interface Piece {
  revision: number;
  key: string;
  json: string;
}

interface ShelfText {
  revision: number;
  pieces: ReadonlyMap<string, Piece>;
  /** All of them, with commas between. */
  bytes: Buffer;
}

export class ShelfTexts {
  /** Those that were asked for last are at the end. */
  private readonly atHand = new Map<string, ShelfText>();
  private held = 0;

  /** @param most bytes that are kept at hand, about */
  constructor(
    private readonly storage: Storage,
    private readonly most = mostBytes,
  ) {}

  /** All annotations of a shelf, the oldest first, as the inside of a JSON list in UTF-8. */
  async of(shelf: Shelf): Promise<Buffer> {
    const name = JSON.stringify([shelf.user, shelf.dataset]);
    // Read first: what is written while the rows are read is then new once more the next time, and not missed.
    const revision = await this.storage.read.shelfRevision(shelf);
    const known = this.atHand.get(name);
    const text =
      known?.revision === revision
        ? known
        : await this.write(shelf, revision, known?.pieces ?? new Map());
    this.keep(name, text);
    return text.bytes;
  }

  private async write(
    shelf: Shelf,
    revision: number,
    known: ReadonlyMap<string, Piece>,
  ): Promise<ShelfText> {
    const keyed = keysOf(await this.storage.read.placesOf(shelf));
    const missing = keyed.filter(({ row, key }) => {
      const piece = known.get(row.id);
      return piece?.revision !== row.revision || piece.key !== key;
    });
    const read = await this.read(
      shelf,
      missing.map(({ row }) => row.id),
    );
    const pieces = new Map<string, Piece>();
    for (const { row, key } of keyed) {
      const fresh = read.get(row.id);
      const piece =
        fresh === undefined ? known.get(row.id) : pieceOf(fresh, key);
      // One that was deleted while this was read is gone.
      if (piece !== undefined) pieces.set(row.id, piece);
    }
    const json = [...pieces.values()].flatMap((piece) => piece.json || []);
    return { revision, pieces, bytes: Buffer.from(json.join(",")) };
  }

  private async read(
    shelf: Shelf,
    ids: readonly string[],
  ): Promise<Map<string, RecordRow>> {
    const { read } = this.storage;
    const rows =
      ids.length > fewMissing
        ? await read.recordsOf(shelf)
        : await Promise.all(ids.map((id) => read.record(shelf, id)));
    const wanted = new Set(ids);
    return new Map(
      rows.flatMap((row) =>
        row?.record !== undefined && wanted.has(row.id) ? [[row.id, row]] : [],
      ),
    );
  }

  /** Keeps `text` at hand, and lets go of those that nobody has asked for in the longest time. */
  private keep(name: string, text: ShelfText): void {
    this.letGo(name);
    this.atHand.set(name, text);
    this.held += sizeOf(text);
    for (const oldest of this.atHand.keys()) {
      if (this.held <= this.most) break;
      this.letGo(oldest);
    }
  }

  private letGo(name: string): void {
    const text = this.atHand.get(name);
    if (text === undefined) return;
    this.atHand.delete(name);
    this.held -= sizeOf(text);
  }
}

/** As text a piece takes about as many bytes again as in `bytes`. */
function sizeOf({ pieces, bytes }: ShelfText): number {
  return 2 * bytes.length + pieceBytes * pieces.size;
}

function pieceOf({ record, extra, revision }: RecordRow, key: string): Piece {
  const item = itemFrom(record!, extra, key);
  if (item === undefined) return { revision, key, json: "" };
  // Only what a script wrote beside the record may hold numbers beyond 2^53; what writes those takes several times as long.
  const json = extra === undefined ? JSON.stringify(item) : stringify(item)!;
  return { revision, key, json };
}
