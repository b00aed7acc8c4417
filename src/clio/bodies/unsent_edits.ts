import {
  type DBSchema,
  type IDBPDatabase,
  type IDBPObjectStore,
  openDB,
} from "idb";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import { type BodyValue, sameValue } from "../model/body.js";

/** A database of its own: what nobody has sent stays where a person signs out, unless they take away what is theirs. */
export const UNSENT_EDITS = "clio-unsent-bodies";

/** What a person typed in a field of a body, as long as the server does not have it. */
export interface UnsentEdit {
  readonly person: string;
  readonly dataset: string;
  /** Id of the body, in decimal digits. */
  readonly body: string;
  /** Name of the field. */
  readonly field: string;
  /** As it was typed: it may be no value of that field yet. */
  readonly text: string;
  /** What the person saw in the field then; undefined where there was nothing. */
  readonly base: BodyValue | undefined;
}

/** What was typed, and what the person saw then. */
export type TypedText = Pick<UnsentEdit, "text" | "base">;

/** Where an edit is to go. */
export type EditPlace = Pick<UnsentEdit, "dataset" | "body" | "field">;

type Key = [person: string, dataset: string, body: string, field: string];

interface Schema extends DBSchema {
  edits: { key: Key; value: UnsentEdit };
}

/** The edits of one person that the server does not have, kept in this browser as they are typed, and the same in all of its tabs. */
export class UnsentEdits extends RefCounted {
  readonly changed = new NullarySignal();
  /** Whether the browser keeps them; else they are gone with the page. */
  areKept = true;
  /** Fulfilled when what was kept before is here. */
  readonly read: Promise<void>;
  private readonly edits = new Map<string, UnsentEdit>();
  /** What this tab has read of the disk, or written there: what else is there is of another tab. */
  private readonly onDisk = new Map<string, UnsentEdit>();
  /** What the disk has otherwise than it is here, by the places; each change puts another object there. */
  private readonly unwritten = new Map<string, EditPlace>();
  private isAsked = false;
  private writing: Promise<void> | undefined;
  private opened: Promise<IDBPDatabase<Schema>> | undefined;
  private readonly channel: BroadcastChannel;

  constructor(
    private readonly person: string,
    private readonly name = UNSENT_EDITS,
  ) {
    super();
    this.channel = new BroadcastChannel(name);
    this.registerEventListener(this.channel, "message", (event: Event) => {
      if ((event as MessageEvent).data === person) void this.refresh();
    });
    this.read = this.refresh();
  }

  find(place: EditPlace): UnsentEdit | undefined {
    return this.edits.get(keyOf(place));
  }

  /** Those of a dataset. */
  of(dataset: string): UnsentEdit[] {
    return [...this.edits.values()].filter((each) => each.dataset === dataset);
  }

  /** Keeps an edit in the place of what was kept there. */
  keep(edit: Omit<UnsentEdit, "person">): void {
    this.edits.set(keyOf(edit), { ...edit, person: this.person });
    this.write(edit);
  }

  /**
   * Lets go of an edit: the server has it, or the person does not want it any more. What another tab has kept in its place meanwhile stays,
   * and is here then.
   */
  drop(place: EditPlace): void {
    if (this.edits.delete(keyOf(place))) this.write(place);
  }

  /** Takes over what other tabs have written. Where the disk cannot be read, all stays as it is here. */
  async refresh(): Promise<void> {
    try {
      const db = await this.open();
      this.takeOver(await db.getAll("edits", rangeOf(this.person)));
    } catch (error) {
      if (this.wasDisposed) return;
      await this.failed("read", error);
    }
    this.changed.dispatch();
  }

  /** Fulfilled when the disk has all as it is here, or would not take it. */
  async written(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
  }

  override disposed(): void {
    void this.written().then(async () => {
      this.channel.close();
      (await this.opened)?.close();
    });
    super.disposed();
  }

  private write({ dataset, body, field }: EditPlace): void {
    const place = { dataset, body, field };
    this.unwritten.set(keyOf(place), place);
    this.isAsked = true;
    // At once, and not after a while: a page may be left right after a letter.
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
    this.changed.dispatch();
  }

  private async writeAll(): Promise<void> {
    await this.read;
    // What failed stays unwritten, and is tried again with what is typed next.
    while (this.isAsked) {
      this.isAsked = false;
      try {
        await this.writeOnce();
        this.channel.postMessage(this.person);
      } catch (error) {
        await this.failed("keep", error);
        this.changed.dispatch();
      }
    }
  }

  private async writeOnce(): Promise<void> {
    const tx = (await this.open()).transaction("edits", "readwrite");
    const places = [...this.unwritten].map(([key, place]) => ({
      ...{ key, place, edit: this.edits.get(key) },
    }));
    const asked = places.map(({ key, place, edit }) =>
      edit === undefined
        ? deleteOwn(tx.store, this.keyOn(place), this.onDisk.get(key))
        : tx.store.put(edit).then(() => undefined),
    );
    // What is only put needs no answer, and a page may be gone before there is one; to delete takes a look first.
    if (places.every(({ edit }) => edit !== undefined)) tx.commit();
    const [theirs] = await Promise.all([Promise.all(asked), tx.done]);
    for (const [i, { key, place, edit }] of places.entries()) {
      const now = edit ?? theirs[i];
      putOrDelete(this.onDisk, key, now);
      if (this.unwritten.get(key) !== place) continue;
      this.unwritten.delete(key);
      putOrDelete(this.edits, key, now);
    }
    const isNews = !this.areKept || theirs.some((each) => each !== undefined);
    this.areKept = true;
    if (isNews) this.changed.dispatch();
  }

  /** @param kept all that the disk has of the person */
  private takeOver(kept: readonly UnsentEdit[]): void {
    const found = new Map(kept.map((edit) => [keyOf(edit), edit]));
    for (const key of new Set([...this.edits.keys(), ...found.keys()])) {
      // What is typed here by now is newer.
      if (this.unwritten.has(key)) continue;
      const edit = found.get(key);
      putOrDelete(this.onDisk, key, edit);
      // Whoever has an edit at hand knows by the object whether it is still kept.
      if (!sameTyped(this.edits.get(key), edit)) {
        putOrDelete(this.edits, key, edit);
      }
    }
    if (this.unwritten.size === 0) this.areKept = true;
  }

  private async failed(what: string, error: unknown): Promise<void> {
    console.warn(`Clio could not ${what} what is typed of bodies:`, error);
    this.areKept = false;
    // The next try begins with a connection that works.
    const { opened } = this;
    this.opened = undefined;
    await opened?.then((db) => db.close()).catch(() => undefined);
  }

  private keyOn({ dataset, body, field }: EditPlace): Key {
    return [this.person, dataset, body, field];
  }

  private open(): Promise<IDBPDatabase<Schema>> {
    return (this.opened ??= openEdits(this.name));
  }
}

/** Whether two texts are the same, typed over the same; two of none are. */
export function sameTyped(
  a: TypedText | undefined,
  b: TypedText | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.text === b.text && sameValue(a.base, b.base);
}

/**
 * Deletes an edit, where it is the one that this tab knows.
 * @returns what another tab has kept there, which stays
 */
async function deleteOwn(
  store: IDBPObjectStore<Schema, ["edits"], "edits", "readwrite">,
  key: Key,
  known: UnsentEdit | undefined,
): Promise<UnsentEdit | undefined> {
  const found = await store.get(key);
  if (found !== undefined && !sameTyped(found, known)) return found;
  await store.delete(key);
  return undefined;
}

function putOrDelete<T>(
  map: Map<string, T>,
  key: string,
  value: T | undefined,
): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** How many a person has in this browser, of all datasets. */
export function countUnsent(person: string): Promise<number> {
  return withEdits((db) => db.count("edits", rangeOf(person)));
}

/** Takes those of a person away from this browser. */
export async function forgetUnsent(person: string): Promise<void> {
  await withEdits((db) => db.delete("edits", rangeOf(person)));
  const channel = new BroadcastChannel(UNSENT_EDITS);
  channel.postMessage(person);
  channel.close();
}

async function withEdits<T>(
  work: (db: IDBPDatabase<Schema>) => Promise<T>,
): Promise<T> {
  const db = await openEdits(UNSENT_EDITS);
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** All edits of a person. */
function rangeOf(person: string): IDBKeyRange {
  return IDBKeyRange.bound([person], [person, []]);
}

function keyOf({ dataset, body, field }: EditPlace): string {
  return JSON.stringify([dataset, body, field]);
}

function openEdits(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore("edits", {
        keyPath: ["person", "dataset", "body", "field"],
      });
    },
  });
}
