import { Problem, unauthorized } from "../problems/problem.js";
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
  /** What alone it is good for, as in TokenRow; absent where it does all that the account may. */
  readonly scope?: string;
}

/** What a token may be made for alone: to take a place of a dataset to napari, and to bring back what was painted there. */
export type TokenPurpose = "napari";

/** The scope of a token that is for one purpose in one dataset. */
export function tokenScope(purpose: TokenPurpose, dataset: string): string {
  return `${purpose}:${dataset}`;
}

/**
 * Lets through whoever presents no token for one purpose, and who does for what it is for. Such a token lies in a file that people may
 * hand on: with it goes what it was made for, and nothing else.
 * @param scope of what is asked for; undefined where no such token does
 * @throws Problem 403
 */
export function refuseOutOfScope(
  { scope }: Identity,
  wanted: string | undefined,
): void {
  if (scope === undefined || scope === wanted) return;
  throw new Problem(
    403,
    "token-scope",
    `This token is for ${scope} alone, and not for what was asked. Make another in the viewer.`,
  );
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
