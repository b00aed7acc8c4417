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
  /** Conflicts that wait for the person. */
  conflicts: number;
  /** When all was last the same, in milliseconds since 1970. */
  synced?: number;
  refused?: string;
}
