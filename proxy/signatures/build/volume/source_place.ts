import path from "node:path";
import { volumesFolder, type Config } from "../../../config.js";
import { isRelativeSource } from "../../../datasets/expand.js";
import type { Place } from "./file_store.js";

/**
 * Where the volume of a source lies.
 * @param id of the dataset whose source it is: a relative one leads into the folder or the bucket of that name
 * @returns undefined where it is in another format than precomputed, or at a place that is not read here
 */
export function placeOfSource(
  config: Pick<Config, "data" | "buckets">,
  id: string,
  source: string,
): Place | undefined {
  if (isRelativeSource(source)) {
    if (!Object.hasOwn(config.buckets, id))
      return {
        kind: "folder",
        folder: path.join(volumesFolder(config), id, source),
      };
    const names = source.split("/").filter((name) => !/^\.?$/.test(name));
    return { kind: "bucket", bucket: config.buckets[id], names };
  }
  const url = webAddress(source);
  return url === undefined ? undefined : { kind: "web", url };
}

/** The address of the folder that a precomputed source lies in. */
function webAddress(source: string): string | undefined {
  const address =
    /^precomputed:\/\/(.+)$/.exec(source)?.[1] ??
    /^(.+)\|neuroglancer-precomputed:$/.exec(source)?.[1];
  const [, scheme = "", rest = ""] =
    /^(https?|gs|s3):\/\/(.+?)\/*$/.exec(address ?? "") ?? [];
  switch (scheme) {
    case "http":
    case "https":
      return `${scheme}://${rest}`;
    case "gs":
      return `https://storage.googleapis.com/${rest}`;
    case "s3": {
      const [bucket, ...keys] = rest.split("/");
      return `https://${bucket}.s3.amazonaws.com/${keys.join("/")}`;
    }
    default:
      return undefined;
  }
}
