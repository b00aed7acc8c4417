/** Layer sources of the original Clio, as links to it hold them. */

/** `clio://<scheme>://host/[<api>/]<dataset>[?|#<params>]`, without the first scheme. */
const formerPath =
  /^https?:\/\/([^/?#]+)\/(?:[^/?#]+\/)?([^/?#]+?)\/?(?:[?#](.*))?$/is;

/** What a layer of the original Clio shows. */
export interface FormerSource {
  /** The server that it was read from. */
  readonly host: string;
  readonly dataset: string;
  /** Whether it shows entries of the atlas and not annotations. */
  readonly isAtlas: boolean;
  /** Groups whose members' annotations it shows beside one's own. */
  readonly groups: readonly string[];
}

/** @returns undefined where it is no such source */
export function parseFormerSource(path: string): FormerSource | undefined {
  const [, host, name, params = ""] = formerPath.exec(path) ?? [];
  if (host === undefined) return undefined;
  let dataset: string;
  try {
    dataset = decodeURIComponent(name);
  } catch {
    return undefined;
  }
  const query = new URLSearchParams(params);
  return {
    host: host.replace(/^.*@/, ""),
    dataset,
    isAtlas: query.get("kind")?.toLowerCase() === "atlas",
    groups: (query.get("groups") ?? "").split(",").filter(Boolean),
  };
}
