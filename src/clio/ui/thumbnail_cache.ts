import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Picture } from "./picture.js";

/** What all pictures may take on disk, in bytes. */
const MOST_BYTES = 64 * 2 ** 20;
/** Between two looks at how much is there, in pictures that were put. */
const SWEEP_EVERY = 200;

interface Schema extends DBSchema {
  pictures: { key: string; value: Picture };
  /** When each was last used: small rows apart from the pictures, so that a sweep reads no picture. */
  uses: { key: string; value: { bytes: number; used: number } };
}

/**
 * Pictures that were cut before, in a database of their own: it holds nothing that could not be cut again, so whatever goes wrong with it
 * is no error, and no browser need keep it.
 */
export class ThumbnailCache {
  private readonly db: Promise<IDBPDatabase<Schema> | undefined>;
  private put = 0;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    name = "clio-thumbnails",
    private readonly mostBytes = MOST_BYTES,
    private readonly sweepEvery = SWEEP_EVERY,
    private readonly now: () => number = Date.now,
  ) {
    this.db = openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore("pictures");
        db.createObjectStore("uses");
      },
      blocking: (_current, _blocked, event) =>
        (event.target as IDBDatabase).close(),
    }).catch(() => undefined);
  }

  /** A picture that was kept under a key; undefined where there is none, or none can be had. */
  async find(key: string): Promise<Picture | undefined> {
    try {
      const db = await this.db;
      const picture = await db?.get("pictures", key);
      if (db !== undefined && picture !== undefined) {
        await db.put("uses", this.use(picture), key);
      }
      return picture;
    } catch {
      return undefined;
    }
  }

  /** Keeps a picture, and lets go of those that were not used for longest where all take too much. */
  async keep(key: string, picture: Picture): Promise<void> {
    try {
      const db = await this.db;
      if (db === undefined) return;
      const tx = db.transaction(["pictures", "uses"], "readwrite");
      await Promise.all([
        tx.objectStore("pictures").put(picture, key),
        tx.objectStore("uses").put(this.use(picture), key),
        tx.done,
      ]);
      if (++this.put % this.sweepEvery === 0) {
        this.sweeping = this.sweeping.then(() => this.sweep(db));
        await this.sweeping;
      }
    } catch {
      // A full disk, or storage that is blocked: it is cut again the next time.
    }
  }

  async close(): Promise<void> {
    (await this.db)?.close();
  }

  private use({ grey }: Picture) {
    return { bytes: grey.byteLength, used: this.now() };
  }

  private async sweep(db: IDBPDatabase<Schema>): Promise<void> {
    const tx = db.transaction(["pictures", "uses"], "readwrite");
    const [keys, uses] = await Promise.all([
      tx.objectStore("uses").getAllKeys(),
      tx.objectStore("uses").getAll(),
    ]);
    const newest = keys
      .map((key, i) => ({ key, ...uses[i] }))
      .sort((a, b) => b.used - a.used);
    let bytes = 0;
    for (const { key, bytes: own } of newest) {
      bytes += own;
      if (bytes <= this.mostBytes) continue;
      void tx.objectStore("pictures").delete(key);
      void tx.objectStore("uses").delete(key);
    }
    await tx.done;
  }
}
