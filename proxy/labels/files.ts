import { realpath } from "node:fs/promises";
import { Router } from "express";
import type { Identities } from "../identity/identities.js";
import { refuseOutOfScope } from "../identity/identity.js";
import type { Permissions } from "../permissions/permissions.js";
import { onlyMethods } from "../problems/methods.js";
import { notFound, unauthorized } from "../problems/problem.js";
import { servedNames } from "../volumes/path.js";
import { sendVolumeFile } from "../volumes/send_file.js";
import type { LabelShelf } from "./label_shelf.js";

/**
 * `/labels/<dataset>/<id>/…`: the files of a volume of labels, for its owner and the groups that it is shared with, as far as they may
 * read the dataset. To everybody else there is no such volume.
 */
export function labelFiles(
  shelf: LabelShelf,
  identities: Identities,
  permissions: Permissions,
): Router {
  const router = Router();
  router.use(onlyMethods("GET", "HEAD"));
  router.use(async (request, response) => {
    const identity = await identities.identify(request, response);
    refuseOutOfScope(identity, undefined);
    const { account } = identity;
    if (account === undefined) throw unauthorized("Sign in to use this.");
    const [dataset, id = "", ...names] = servedNames(request.path);
    const volume = shelf.find(account, dataset, id);
    const isReadable =
      volume !== undefined &&
      (await permissions.readable(account, [dataset])).length > 0;
    if (!isReadable || names.length === 0)
      throw notFound("There is no such file in a volume of labels.");
    const folder = await realpath(shelf.folderOf(id));
    await sendVolumeFile(request, response, folder, names);
  });
  return router;
}
