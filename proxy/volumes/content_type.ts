/** A mesh's manifest, named by its segment and level of detail, both decimal. */
const meshManifest = /^\d+:\d+$/;

const json = "application/json";

/**
 * What a file of a volume is. Everything that is not JSON is bytes, so that no browser ever takes a file out of
 * somebody's volume for a page.
 * @param name the file's name without the `.gz` of its storage
 */
export function contentType(name: string): string {
  return name === "info" ||
    name === "provenance" ||
    name.endsWith(".json") ||
    meshManifest.test(name)
    ? json
    : "application/octet-stream";
}
