import * as v from "valibot";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  EVERYBODY,
  type SandboxKey,
  sandboxKeySchema,
} from "../../model/sandbox.js";
import { openConflicts } from "../../store/conflicts.js";
import { tellEverybodysNews } from "../../store/everybodys_news.js";
import { lineageOf } from "../../store/mirror/lineage.js";
import { beginSync, readWaiting } from "../../store/outbox.js";
import { newestSeqOf } from "../../store/reader.js";
import type { Store } from "../../store/store.js";
import type { SyncStanding } from "../../store/sync_standing.js";
import type { Account } from "../account.js";
import { Courier } from "./courier.js";
import { listen, listenToOther } from "./listener.js";
import { ask, ServerAway, ServerRefusal } from "./server.js";

/** How long to wait before the server is asked again, in milliseconds: twice as long with each failure, up to the longest. */
const SHORTEST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

/** How long to wait after a change for others to go along with it, in milliseconds. */
const GATHER = 50;

/** One's groups, and who is in them. */
const groupsSchema = v.record(v.string(), v.array(v.string()));

const eventSchema = sandboxKeySchema;

/** Only to be counted. */
const NO_CHANGES = { changes: 0, edits: 0 };

/** Keeps the sandboxes of the store's user and those on the server the same. For one tab at a time. */
export class SyncClient extends RefCounted {
  private how: SyncStanding["how"] = "online";
  private refused: string | undefined;
  private synced: number | undefined;
  private courier: Courier | undefined;
  private events: EventSource | undefined;
  /** Whether the server has said that the store's user is signed in, and has answered ever since. */
  private isConfirmed = false;
  /** Whether there may be something on the server that is not here. */
  private mustListen = true;
  private again = false;
  private running: Promise<void> | undefined;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Sandboxes of others that any tab shows, by their key as JSON. */
  private readonly followed = new Map<string, SandboxKey>();
  /** Keys of those of which there may be something on the server that is not here. */
  private readonly stale = new Set<string>();
  private gathering: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly account: Account,
  ) {
    super();
    this.registerDisposer(
      store.changes.add(() => {
        this.gathering ??= setTimeout(() => this.changed(), GATHER);
      }),
    );
    this.registerDisposer(store.state.changed.add(() => this.kick()));
    this.registerEventListener(window, "online", () => this.retry());
    this.registerDisposer(() => {
      clearTimeout(this.timer);
      clearTimeout(this.gathering);
      this.events?.close();
    });
    this.kick();
  }

  /** Tries at once what was refused, or could not be asked. */
  retry(): void {
    this.courier?.aside.clear();
    this.failures = 0;
    this.mustListen = true;
    this.kick();
  }

  /** Has sandboxes of others brought here, and kept as they are on the server. */
  follow(keys: readonly SandboxKey[]): void {
    for (const key of keys) {
      const name = nameOf(key);
      if (this.followed.has(name)) continue;
      this.followed.set(name, key);
      this.stale.add(name);
    }
    if (this.stale.size > 0) this.kick();
  }

  /** Has what waits delivered, and what is new taken over, as soon as what is under way has ended. */
  kick(): void {
    this.again = true;
    this.running ??= this.run();
  }

  private async run(): Promise<void> {
    // Not in the turn in which `running` is set.
    await Promise.resolve();
    while (this.again && !this.wasDisposed) {
      this.again = false;
      clearTimeout(this.timer);
      try {
        await this.round();
      } catch (error) {
        this.fail(error);
      }
      await this.look();
    }
    // In the same turn as the last look: else what is kicked in between would be left lying.
    this.running = undefined;
  }

  private async round(): Promise<void> {
    const { store } = this;
    const { db, person } = store;
    if (db === undefined) return;
    if (!this.isConfirmed) await this.confirm();
    await beginSync(db, person);
    await this.listenToEvents();
    this.courier = await this.courierOf(this.courier);
    if (await this.courier.deliver()) this.mustListen = true;
    if (this.mustListen) {
      this.mustListen = false;
      await listen(store).catch((error: unknown) => {
        this.mustListen = true;
        throw error;
      });
    }
    await this.listenToOthers();
    const reasons = [...this.courier.aside].map(
      ([dataset, reason]) => `${dataset}: ${reason}`,
    );
    this.failures = 0;
    this.how = reasons.length > 0 ? "refused" : "online";
    this.refused = reasons.length > 0 ? reasons.join(" ") : undefined;
    this.synced = Date.now();
  }

  /** @throws ServerRefusal where not the store's user is signed in */
  private async confirm(): Promise<void> {
    const { user } = await this.account.refresh();
    if (user !== this.store.person) {
      throw new ServerRefusal(401, "unauthorized", "Nobody is signed in.");
    }
    this.isConfirmed = true;
  }

  private async courierOf(known: Courier | undefined): Promise<Courier> {
    const { db, person } = this.store;
    if (known !== undefined && known.db === db) return known;
    const device = await lineageOf(db!);
    if (device === undefined) throw new Error("the storage is not complete");
    return new Courier(db!, person, device);
  }

  private fail(error: unknown): void {
    this.isConfirmed = false;
    this.mustListen = true;
    this.failures += 1;
    if (error instanceof ServerAway) this.how = "offline";
    else if (error instanceof ServerRefusal && error.status === 401) {
      this.how = "signed out";
    } else {
      this.how = "refused";
      this.refused = error instanceof Error ? error.message : String(error);
      console.warn("Clio could not deliver the marks:", error);
    }
    const wait = SHORTEST_WAIT * 2 ** (this.failures - 1);
    this.timer = setTimeout(() => this.kick(), Math.min(LONGEST_WAIT, wait));
  }

  /** One stream tells when there is something new, of the person and of all groups that the person is in. */
  private async listenToEvents(): Promise<void> {
    const isOpen =
      this.events !== undefined &&
      this.events.readyState !== EventSource.CLOSED;
    if (isOpen) return;
    const groups = Object.keys(await ask(groupsSchema, "GET", "/api/groups"));
    const query = new URLSearchParams({ groups: groups.join(",") });
    this.events = new EventSource(
      groups.length === 0
        ? "/api/sync/events"
        : `/api/sync/events?${query.toString()}`,
    );
    const news = () => this.hear();
    this.events.addEventListener("open", () => {
      this.hear();
      tellEverybodysNews();
    });
    this.events.addEventListener(
      "message",
      ({ data }: MessageEvent<string>) => {
        const key = v.parse(eventSchema, JSON.parse(data));
        if (key.user === EVERYBODY) tellEverybodysNews(key.dataset);
        else this.hear(key);
      },
    );
    // It connects again by itself; what has become of the server is found out by asking.
    this.events.addEventListener("error", news);
  }

  /** @param key of the sandbox of which there is something new; undefined where it may be any */
  private hear(key?: SandboxKey): void {
    if (key === undefined || key.user === this.store.person) {
      this.mustListen = true;
    }
    for (const name of this.followed.keys()) {
      if (key === undefined || name === nameOf(key)) this.stale.add(name);
    }
    this.kick();
  }

  private async listenToOthers(): Promise<void> {
    for (const name of this.stale) {
      this.stale.delete(name);
      try {
        await listenToOther(this.store, this.followed.get(name)!);
      } catch (error) {
        this.stale.add(name);
        if (!(error instanceof ServerRefusal) || error.status === 401) {
          throw error;
        }
        // Not for this person, or not any more: what is here stays as it was.
        this.stale.delete(name);
        this.followed.delete(name);
        console.warn(`Clio could not read marks of others: ${error.message}`);
      }
    }
  }

  private changed(): void {
    this.gathering = undefined;
    // While the server is away it is asked now and then, and not with every change.
    if (this.failures === 0) this.kick();
    else void this.look();
  }

  /** Tells how it stands now. */
  private async look(): Promise<void> {
    const { store, how, refused, synced } = this;
    const { db, person } = store;
    if (db === undefined || this.wasDisposed) return;
    try {
      // First: what is written in between may be counted, or not.
      const upTo = await newestSeqOf(db);
      const { count } = await readWaiting(db, person, NO_CHANGES);
      const conflicts = await openConflicts(db, person);
      store.sync.found({
        how,
        waiting: count,
        upTo,
        conflicts: conflicts.length,
        ...(synced === undefined ? {} : { synced }),
        ...(refused === undefined ? {} : { refused }),
      });
    } catch (error) {
      // The database went away, which the store itself says.
      console.warn("Clio could not look what waits:", error);
    }
  }
}

function nameOf({ user, dataset }: SandboxKey): string {
  return JSON.stringify([user, dataset]);
}
