import { Router } from "express";
import { onlyMethods } from "../problems/methods.js";
import { volumePath } from "./path.js";
import { sendVolumeFile } from "./send_file.js";

/**
 * `/volumes/<name>/…`: the files of the volumes, as they lie in their folders.
 * @param folder the real path of the folder that holds the volumes
 */
export function volumeRoutes(folder: string): Router {
  const router = Router();
  router.use(onlyMethods("GET", "HEAD"));
  router.use(async (request, response) => {
    const names = volumePath(request.path);
    await sendVolumeFile(request, response, folder, names);
  });
  return router;
}
