import type { MergedSegmentation } from "../model/merge.js";

const PREFIX = "merges/";

/**
 * The source URL of a person's merges: `clio://merges/<dataset>`, or `clio://merges/<dataset>/<version>` where the segmentation has one.
 * It names no user and none of the merges: whoever opens the link sees their own.
 */
export function mergesUrl({ dataset, version }: MergedSegmentation): string {
  const parts = version === "" ? [dataset] : [dataset, version];
  return `clio://${PREFIX}${parts.map(encodeURIComponent).join("/")}`;
}

/**
 * The segmentation of a URL that is, without its scheme, `path`; undefined where it is no URL of merges.
 * @throws {Error} that names the URL and what was expected, where it begins as one
 */
export function parseMergesPath(path: string): MergedSegmentation | undefined {
  if (!path.startsWith(PREFIX)) return undefined;
  const parts = path.slice(PREFIX.length).split("/").map(decode);
  const [dataset, version = ""] = parts;
  if (parts.length > 2 || parts.includes(undefined) || !dataset) {
    throw new Error(
      `clio://${path.slice(0, 200)} names no merges; expected clio://${PREFIX}<dataset> or clio://${PREFIX}<dataset>/<version>`,
    );
  }
  return { dataset, version };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
