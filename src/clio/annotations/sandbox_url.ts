import {
  imageDataset,
  imageSourceOf,
  type SandboxKey,
} from "../model/sandbox.js";

/** Scheme of Clio's own sources in a layer. */
export const CLIO_SCHEME = "clio";

const DATASET_PATH = "sandbox/";
const IMAGE_PATH = "image/";
const OTHERS_PATH = "others/";

/**
 * The source URL of the sandbox of a dataset (see SandboxKey): `clio://sandbox/<dataset>`, or `clio://image/<source>` where the
 * sandbox belongs to an image source alone. It names no user: whoever opens the link sees their own marks.
 */
export function sandboxUrl(dataset: string): string {
  const image = imageSourceOf(dataset);
  return image === undefined
    ? `${CLIO_SCHEME}://${DATASET_PATH}${encodeURIComponent(dataset)}`
    : `${CLIO_SCHEME}://${IMAGE_PATH}${encodeURIComponent(image)}`;
}

/**
 * The dataset of a sandbox whose URL, without its scheme, is `path`.
 * @throws {Error} that names the URL and what was expected
 */
export function parseSandboxPath(path: string): string {
  for (const [prefix, toDataset] of [
    [DATASET_PATH, (name: string) => name],
    [IMAGE_PATH, imageDataset],
  ] as const) {
    if (!path.startsWith(prefix)) continue;
    const name = decode(path.slice(prefix.length));
    if (name !== undefined && name !== "") return toDataset(name);
  }
  throw new Error(
    `${CLIO_SCHEME}://${path.slice(0, 200)} names no sandbox; expected ${CLIO_SCHEME}://${DATASET_PATH}<dataset> or ` +
      `${CLIO_SCHEME}://${IMAGE_PATH}<address of the image source>`,
  );
}

/** The source URL of somebody else's sandbox, which can only be looked at: `clio://others/<user>/<dataset>`. */
export function othersUrl({ user, dataset }: SandboxKey): string {
  const [who, what] = [user, dataset].map(encodeURIComponent);
  return `${CLIO_SCHEME}://${OTHERS_PATH}${who}/${what}`;
}

/** Somebody else's sandbox whose URL, without its scheme, is `path`; undefined where it is no such URL. */
export function parseOthersPath(path: string): SandboxKey | undefined {
  if (!path.startsWith(OTHERS_PATH)) return undefined;
  const parts = path.slice(OTHERS_PATH.length).split("/");
  const [user, dataset] = parts.map(decode);
  return parts.length === 2 && user && dataset ? { user, dataset } : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
