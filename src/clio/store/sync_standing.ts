import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";

/** How the sandbox and its copy on the server are, for the person to see. */
export interface SyncStanding {
  how:
    /** What waits is on its way, or there is nothing. */
    | "online"
    /** The server cannot be reached. */
    | "offline"
    /** The session is over: what is done waits for the person to sign in again. */
    | "signed out"
    /** The server does not take some of it; `refused` says what and why. */
    | "refused";
  /** Changes that the server does not have. */
  waiting: number;
  /** Newest change that was on disk when that was looked at. */
  upTo: number;
  /** Conflicts that wait for the person. */
  conflicts: number;
  /** When all was last the same, in milliseconds since 1970. */
  synced?: number;
  refused?: string;
}

/** How the server's copy is, as far as this tab knows; undefined where there is none. */
export class SyncWatch extends WatchableValue<SyncStanding | undefined> {
  /** Newest change that is to be delivered. */
  private newest = 0;

  constructor() {
    super(undefined);
  }

  /** A change that is to be delivered is on disk: it waits from now on, and not only once somebody has looked. */
  made(seq: number): void {
    this.newest = seq;
    const { value } = this;
    if (value !== undefined) {
      this.value = { ...value, waiting: value.waiting + 1 };
    }
  }

  /** Takes over what whoever delivers has found. What was made since then waits all the same. */
  found(standing: SyncStanding | undefined): void {
    const known = this.value?.waiting ?? 0;
    this.value =
      standing !== undefined && standing.upTo < this.newest
        ? { ...standing, waiting: Math.max(standing.waiting, known) }
        : standing;
  }
}
