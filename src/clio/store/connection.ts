/** The page's connection to the database: opens it, says what stands in the way, gives it up for a newer version. */
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { ClioDatabase } from "./database.js";
import { openDatabase } from "./database.js";
import type { Problem } from "./problems.js";
import {
  databaseBlocked,
  databaseFailed,
  databaseLost,
  databaseOutdated,
  databaseSuperseded,
} from "./problems.js";

export type ConnectionState =
  /** Not there yet. */
  | "opening"
  /** Waits for a tab with an older version to close. */
  | "blocked"
  | "ready"
  /** The browser closed it; it is being opened again. */
  | "lost"
  /** Given up for a newer version in another tab. */
  | "superseded"
  /** The database is of a newer version than this tab. */
  | "outdated"
  | "failed"
  | "closed";

/** How long an older tab may take to let go, in milliseconds, before the person is told about it. */
const BLOCKED_GRACE = 1000;

export interface ConnectionListener {
  /** The database is open, for the first time or again. Until this is fulfilled the state stays what it was. */
  opened(db: ClioDatabase): Promise<void>;
  /** It is about to be closed for a newer version; the close waits for this. */
  closing(): Promise<void>;
}

export class Connection {
  readonly state = new WatchableValue<ConnectionState>("opening");
  /** What stands in the way of `ready`. */
  readonly problem = new WatchableValue<Problem | undefined>(undefined);
  private current: ClioDatabase | undefined;
  private opening: Promise<void> | undefined;

  constructor(
    private readonly name: string,
    private readonly listener: ConnectionListener,
    private readonly version: number,
  ) {}

  /** The open database, or undefined in every state but `ready`. */
  get db(): ClioDatabase | undefined {
    return this.state.value === "ready" ? this.current : undefined;
  }

  /** Opens the database unless it is open or being opened. Never rejects: `state` and `problem` say how it went. */
  open(): Promise<void> {
    const { current, state } = this;
    if (current !== undefined || state.value === "closed") {
      return Promise.resolve();
    }
    this.opening ??= this.attempt().finally(() => (this.opening = undefined));
    return this.opening;
  }

  /** Fulfilled once the database is open, or it is known what stands in the way. */
  decided(): Promise<void> {
    const { state } = this;
    return new Promise((resolve) => {
      const look = () => {
        if (state.value === "opening") return;
        remove();
        resolve();
      };
      const remove = state.changed.add(look);
      look();
    });
  }

  /** Drops a connection that proved unusable and opens a new one. */
  async reopen(): Promise<void> {
    this.drop("lost", databaseLost);
    await this.open();
  }

  close(): void {
    this.drop("closed");
  }

  private async attempt(): Promise<void> {
    let blocked: ReturnType<typeof setTimeout> | undefined;
    try {
      const callbacks = {
        blocked: () => {
          blocked = setTimeout(
            () => this.enter("blocked", databaseBlocked),
            BLOCKED_GRACE,
          );
        },
        blocking: () => void this.giveUp(),
        terminated: () => void this.reopen(),
      };
      const db = await openDatabase(this.name, callbacks, this.version);
      if (this.state.value === "closed") {
        db.close();
        return;
      }
      this.current = db;
      await this.listener.opened(db);
      // It may have been lost or given up while the listener was busy.
      if (this.current === db) this.enter("ready");
    } catch (error) {
      this.drop("failed", databaseFailed(error));
      if (error instanceof DOMException && error.name === "VersionError") {
        this.enter("outdated", databaseOutdated);
      }
    } finally {
      clearTimeout(blocked);
    }
  }

  private async giveUp(): Promise<void> {
    await this.listener.closing();
    this.drop("superseded", databaseSuperseded);
  }

  private drop(state: ConnectionState, problem?: Problem): void {
    this.current?.close();
    this.current = undefined;
    this.enter(state, problem);
  }

  private enter(state: ConnectionState, problem?: Problem): void {
    if (this.state.value === "closed") return;
    this.problem.value = problem;
    this.state.value = state;
  }
}
