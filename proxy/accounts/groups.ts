import { isAdmin } from "../permissions/roles.js";
import { badRequest } from "../problems/problem.js";
import type { Account } from "../storage/storage.js";

/** A group whose name begins so is kept from the sight of its members. */
const hiddenPrefix = ".";

/** The groups of a person that the person sees. */
export function visibleGroups(account: Account): readonly string[] {
  return isAdmin(account)
    ? account.groups
    : account.groups.filter((name) => !name.startsWith(hiddenPrefix));
}

/**
 * Those of `wanted` that a person may ask for: the person's own, or any for an administrator.
 * @throws Problem 400 where some are wanted and none is left
 */
export function groupsOf(
  account: Account,
  wanted: readonly string[],
): readonly string[] {
  const allowed = isAdmin(account)
    ? wanted
    : wanted.filter((name) => account.groups.includes(name));
  if (wanted.length > 0 && allowed.length === 0) {
    throw badRequest(
      `groups is ${JSON.stringify(wanted.join(","))}, expected a group that ${account.user} is in.`,
      "bad-query",
    );
  }
  return allowed;
}
