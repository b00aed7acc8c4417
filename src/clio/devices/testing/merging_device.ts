import { Courier } from "../../account/sync/courier.js";
import { listen } from "../../account/sync/listener.js";
import { ServerAway } from "../../account/sync/server.js";
import { MergeBook } from "../../merges/merge_book.js";
import { described } from "../../merges/testing/plain_sets.js";
import { LOCAL_USER, type SandboxKey } from "../../model/sandbox.js";
import { stackOf } from "../../model/merge.js";
import { lineageOf } from "../../store/mirror/lineage.js";
import { beginSync } from "../../store/outbox.js";
import { noteRevision } from "../../store/received.js";
import { Store } from "../../store/store.js";
import { freshName } from "../../store/testing/marks.js";
import { until } from "../../store/testing/tabs.js";

/** What a device did to a decision, and when among all that was done. */
export interface Done {
  readonly id: string;
  readonly isPut: boolean;
}

/** A browser of the person with merges open in one tab or more, and what delivers and listens for it. */
export class MergingDevice {
  /** All that was done to decisions here, oldest first. */
  readonly done: Done[] = [];
  private stores: Store[] = [];
  private books: MergeBook[] = [];
  private courier!: Courier;
  private key!: SandboxKey;
  private readonly name = freshName();

  constructor(private readonly tabs: number) {}

  /** @param since the server's revision at which all begins */
  async begin(since: number): Promise<void> {
    this.stores = Array.from(
      { length: this.tabs },
      () => new Store({ name: this.name, retryAfter: 1e9 }),
    );
    await until(() =>
      this.stores.every(({ state }) => state.value === "ready"),
    );
    const { db } = this;
    await beginSync(db, LOCAL_USER);
    await noteRevision(db, LOCAL_USER, since, []);
    this.courier = new Courier(db, LOCAL_USER, (await lineageOf(db))!);
  }

  /** Opens the merges of a sandbox, or what is open once more. */
  async open(key: SandboxKey): Promise<void> {
    this.close();
    if (key !== this.key) this.done.length = 0;
    this.key = key;
    this.books = this.stores.map((store) => new MergeBook(store, key));
    await until(() => this.books.every(({ isRead }) => isRead));
  }

  reopen(): Promise<void> {
    return this.open(this.key);
  }

  /** Lets go of the merges. */
  close(): void {
    for (const book of this.books.splice(0)) book.dispose();
  }

  dispose(): void {
    this.close();
    for (const store of this.stores) store.dispose();
  }

  /** Does something in a tab, and notes what came of it; what is refused is not done. */
  async act(
    tab: number,
    work: (book: MergeBook) => Promise<unknown>,
  ): Promise<void> {
    const book = this.books[tab % this.tabs];
    const before = new Set(book.decisions.keys());
    await work(book).catch(() => undefined);
    await this.settled();
    const after = new Set(book.decisions.keys());
    for (const id of before) {
      if (!after.has(id)) this.done.push({ id, isPut: false });
    }
    for (const id of after) {
      if (!before.has(id)) this.done.push({ id, isPut: true });
    }
  }

  turn(tab: number, how: "undo" | "redo"): Promise<void> {
    const { undoStack } = this.stores[tab % this.tabs];
    return this.act(tab, () => undoStack[how](stackOf(this.key)));
  }

  /** Delivers what waits, where the server can be reached. */
  async deliver(): Promise<void> {
    await this.courier.deliver().catch(away);
  }

  async listen(): Promise<void> {
    await listen(this.stores[0]).catch(away);
    await this.settled();
  }

  /** The sets of each tab. */
  get shown(): string[][] {
    return this.books.map(({ sets }) => described(sets));
  }

  /** The decisions, by their ids. */
  get decisions() {
    return this.books[0].decisions;
  }

  private get db() {
    return this.stores[0].db!;
  }

  /** Fulfilled when all tabs know what was done in any; so it is after each act, and after all that was listened to. */
  private async settled(): Promise<void> {
    await Promise.all(this.stores.map((store) => store.catchUp()));
    await Promise.all(this.books.map((book) => book.settled()));
  }
}

function away(error: unknown): undefined {
  if (!(error instanceof ServerAway)) throw error;
}
