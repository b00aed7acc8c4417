import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { SearchRow } from "./search_database.js";
import {
  type SearchServer,
  SearchServerAway,
  SearchServerRefusal,
} from "./search_server.js";
import type { SearchShelf } from "./search_shelf.js";

/** How long to wait after a change for others to go along with it, in milliseconds. */
const GATHER_MS = 1000;
/** How long to wait before a server that was away is asked again, in milliseconds. */
const ASK_AGAIN_MS = 30_000;
/** A round that was overtaken by another device is done again, so often at most. */
const MOST_ROUNDS = 3;

/** How the copy on the server is. `alone`: nobody is signed in whose searches these are, or the server keeps none. */
export type SyncStanding =
  "unknown" | "alone" | "syncing" | "synced" | "away" | { refused: string };

/** Keeps a person's saved searches and those on the server the same. One tab at a time does it. */
export class SearchSync extends RefCounted {
  readonly changed = new NullarySignal();
  private how: SyncStanding = "unknown";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  /** @param dataset the dataset that is open: its searches come here also where there are none yet */
  constructor(
    private readonly shelf: SearchShelf,
    private readonly server: SearchServer,
    private readonly user: string,
    private readonly dataset: () => string | undefined,
  ) {
    super();
    this.registerDisposer(shelf.changed.add(() => this.kickLater(GATHER_MS)));
    this.registerEventListener(window, "online", () => this.kick());
    this.registerDisposer(() => clearTimeout(this.timer));
  }

  get standing(): SyncStanding {
    return this.how;
  }

  /** Delivers what waits, and takes over what is new. */
  kick(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.wasDisposed) return;
    this.again = true;
    this.running ??= this.run();
  }

  /** Does the same, and resolves when it has come to an end, whichever. */
  async settle(): Promise<void> {
    this.kick();
    await this.running;
  }

  private kickLater(ms: number): void {
    if (this.wasDisposed) return;
    // What comes while a round runs is its own work, or is seen by the next one.
    if (this.running !== undefined) return;
    this.timer ??= setTimeout(() => this.kick(), ms);
  }

  private async run(): Promise<void> {
    // Not in the turn in which `running` is set.
    await Promise.resolve();
    while (this.again && !this.wasDisposed) {
      this.again = false;
      await navigator.locks.request("clio-searches:sync", async () => {
        this.tell(await this.round());
      });
    }
    const waiting = await this.shelf.undelivered(this.user).catch(() => []);
    // In the same turn as the last look: else what is kicked in between would be left lying.
    this.running = undefined;
    if (this.again) this.kick();
    else if (this.how === "away") this.kickLater(ASK_AGAIN_MS);
    // Changed while it was under way.
    else if (this.how === "synced" && waiting.length > 0) {
      this.kickLater(GATHER_MS);
    }
  }

  private tell(how: SyncStanding): void {
    if (this.wasDisposed) return;
    this.how = how;
    this.changed.dispatch();
  }

  private async round(): Promise<SyncStanding> {
    const { server, shelf, user } = this;
    try {
      if ((await server.person()) !== user) return "alone";
      this.tell("syncing");
      const rows = await shelf.list(user);
      const datasets = new Set(rows.map(({ head }) => head.dataset));
      const open = this.dataset();
      if (open !== undefined) datasets.add(open);
      const refusals: string[] = [];
      for (const dataset of datasets) {
        try {
          await this.syncDataset(dataset);
        } catch (error) {
          if (!(error instanceof SearchServerRefusal)) throw error;
          if (error.status === 401) return "alone";
          const isOurs = rows.some(({ head }) => head.dataset === dataset);
          if (isOurs) refusals.push(`${dataset}: ${error.message}`);
        }
      }
      await shelf.sweep(user);
      return refusals.length > 0 ? { refused: refusals.join(" ") } : "synced";
    } catch (error) {
      if (error instanceof SearchServerAway) return "away";
      return {
        refused: error instanceof Error ? error.message : String(error),
      };
    }
  }

  private async syncDataset(dataset: string): Promise<void> {
    for (let round = 1; ; ++round) {
      try {
        await this.receive(dataset);
        await this.deliver(dataset);
        return;
      } catch (error) {
        const isOvertaken =
          error instanceof SearchServerRefusal &&
          error.code === "changed-meanwhile";
        if (!isOvertaken || round === MOST_ROUNDS) throw error;
      }
    }
  }

  private async receive(dataset: string): Promise<void> {
    const { server, shelf, user } = this;
    const { searches, unreadable } = await server.list(dataset);
    const rows = await this.rowsOf(dataset);
    for (const { search, at } of searches) {
      const row = rows.find(({ id }) => id === search.id);
      if (row?.delivered?.at !== at) await shelf.receive(user, search, at);
    }
    // One of those that cannot be read may be any of them.
    if (unreadable > 0) return;
    const there = new Set(searches.map(({ search }) => search.id));
    for (const { id, delivered } of rows) {
      if (delivered !== undefined && !there.has(id)) await shelf.drop(user, id);
    }
  }

  private async deliver(dataset: string): Promise<void> {
    const { server, shelf, user } = this;
    for (const row of await shelf.undelivered(user)) {
      const { id, head, version, delivered, deleted } = row;
      if (head.dataset !== dataset) continue;
      const base = delivered?.at ?? 0;
      if (deleted !== undefined) {
        await server.remove(user, head, base);
        await shelf.noteDelivery(user, id, undefined);
        continue;
      }
      const search = await shelf.read(user, id);
      if (search === undefined) continue;
      const at = await server.put(user, search, base);
      await shelf.noteDelivery(user, id, { at, version });
    }
  }

  private async rowsOf(dataset: string): Promise<SearchRow[]> {
    const rows = await this.shelf.list(this.user);
    return rows.filter(({ head }) => head.dataset === dataset);
  }
}
