import { unauthorized } from "../problems/problem.js";
import type { Account } from "../storage/storage.js";

/** How a request shows who it is from. */
export type Credential =
  /** Nothing: not signed in. */
  | "none"
  /** The machine itself: no identity is configured, and only this machine is served. */
  | "local"
  /** The cookie of a browser that is signed in. */
  | "session"
  /** A token that its owner has made for scripts. */
  | "token"
  /** A token of the configured issuer. */
  | "id-token";

/** Who a request is from. */
export interface Identity {
  readonly account: Account | undefined;
  readonly by: Credential;
  /** When it ends, in milliseconds since 1970; absent where it does not. */
  readonly expires?: number;
}

/** Nobody in particular. */
export const nobody: Identity = { account: undefined, by: "none" };

/** Whether a browser adds the credential by itself, whichever page makes the request. */
export function isAmbient({ by }: Identity): boolean {
  return by === "local" || by === "session";
}

/** The account of whoever asks, on a route that is not for everybody. */
export function accountOf({ account }: Identity): Account {
  if (account === undefined) throw unauthorized("Sign in to use this.");
  return account;
}
