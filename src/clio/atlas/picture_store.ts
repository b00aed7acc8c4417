import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { MOST_PICTURE_BYTES } from "../model/atlas_wire.js";

/** What pictures that the server has too may take on this machine, in bytes. Those that it has not are never given up. */
const MOST_BYTES = 128 * 2 ** 20;

/** A picture, and in which dataset the entry lies whose it is. */
export interface NamedPicture {
  readonly dataset: string;
  readonly hash: string;
}

interface PictureRow {
  readonly hash: string;
  readonly blob: Blob;
  readonly bytes: number;
  /** When it was taken last, in milliseconds since 1970. */
  readonly used: number;
  /** Datasets at whose place the server has it. */
  readonly delivered: readonly string[];
}

interface Schema extends DBSchema {
  pictures: { key: string; value: PictureRow };
}

/** SHA-256 of a picture's bytes, in hexadecimal digits. */
export async function hashOf(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await blob.arrayBuffer(),
  );
  return [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** The pictures of a person's own entries, by what they hold. They are in a database of their own, and in no journal. */
export class PictureStore {
  private opening: Promise<IDBPDatabase<Schema>> | undefined;

  constructor(
    private readonly name: string,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  /** Keeps a picture, and returns what it is called. @throws where the browser keeps nothing */
  async keep(blob: Blob): Promise<string> {
    const hash = await hashOf(blob);
    const db = await this.open();
    const tx = db.transaction("pictures", "readwrite");
    const known = await tx.store.get(hash);
    const { size: bytes } = blob;
    const delivered = known?.delivered ?? [];
    await tx.store.put({ hash, blob, bytes, used: Date.now(), delivered });
    await tx.done;
    await this.giveUp(db);
    return hash;
  }

  async find(hash: string): Promise<Blob | undefined> {
    try {
      return (await (await this.open()).get("pictures", hash))?.blob;
    } catch {
      return undefined;
    }
  }

  /** Whether the server is known to have it. */
  async isDelivered(hash: string, dataset: string): Promise<boolean> {
    const row = await (await this.open()).get("pictures", hash);
    return row?.delivered.includes(dataset) === true;
  }

  async noteDelivered(hash: string, dataset: string): Promise<void> {
    const db = await this.open();
    const row = await db.get("pictures", hash);
    if (row === undefined || row.delivered.includes(dataset)) return;
    const delivered = [...row.delivered, dataset];
    await db.put("pictures", { ...row, delivered });
  }

  /** How many of these are here, and the server is not known to have them. */
  async undelivered(pictures: readonly NamedPicture[]): Promise<number> {
    const rows = await (await this.open()).getAll("pictures");
    const delivered = new Map(rows.map((row) => [row.hash, row.delivered]));
    return pictures.filter(
      ({ hash, dataset }) => delivered.get(hash)?.includes(dataset) === false,
    ).length;
  }

  /** Deletes those that are to go. No tab can take one anew between the look at it and its end. */
  async delete(
    goes: (hash: string, isDelivered: boolean, used: number) => boolean,
  ): Promise<void> {
    const tx = (await this.open()).transaction("pictures", "readwrite");
    for await (const cursor of tx.store) {
      const { hash, delivered, used } = cursor.value;
      if (goes(hash, delivered.length > 0, used)) await cursor.delete();
    }
    await tx.done;
  }

  async close(): Promise<void> {
    (await this.opening?.catch(() => undefined))?.close();
  }

  private open(): Promise<IDBPDatabase<Schema>> {
    this.opening ??= openDB<Schema>(this.name, 1, {
      upgrade(db) {
        db.createObjectStore("pictures", { keyPath: "hash" });
      },
      blocking: (_current, _blocked, event) =>
        (event.target as IDBDatabase).close(),
    });
    // Storage that was refused once may be there the next time.
    this.opening.catch(() => (this.opening = undefined));
    return this.opening;
  }

  /** Gives up those that were not used for longest, of those that the server has. */
  private async giveUp(db: IDBPDatabase<Schema>): Promise<void> {
    const count = await db.count("pictures");
    // So few are not too much, whatever each takes.
    if (count * MOST_PICTURE_BYTES <= this.mostBytes) return;
    const rows = await db.getAll("pictures");
    let bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    const spare = rows
      .filter(({ delivered }) => delivered.length > 0)
      .sort((a, b) => a.used - b.used);
    for (const row of spare) {
      if (bytes <= this.mostBytes) return;
      bytes -= row.bytes;
      await db.delete("pictures", row.hash);
    }
  }
}
