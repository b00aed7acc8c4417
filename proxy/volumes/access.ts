import type { RequestHandler } from "express";
import { refuseOutOfScope } from "../identity/identity.js";
import type { Identities } from "../identity/identities.js";
import type { Permissions } from "../permissions/permissions.js";
import { isAdmin } from "../permissions/roles.js";
import { volumePath } from "./path.js";

/**
 * Lets a request for a file of a volume through where whoever asks may read the dataset of the same name. A folder that is no dataset,
 * or not yet, is an administrator's alone.
 */
export function requireVolume(
  identities: Identities,
  permissions: Permissions,
): RequestHandler {
  return async (request, response, next) => {
    const identity = await identities.identify(request, response);
    refuseOutOfScope(identity, undefined);
    const { account } = identity;
    const [name] = volumePath(request.path);
    if (account === undefined || !isAdmin(account)) {
      await permissions.requireInDataset(account, "read", name);
    }
    next();
  };
}
