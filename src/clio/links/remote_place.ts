const longestPlace = 80;

/** `https://…`, also with a way of signing in before it: `middleauth+https://…`. */
const webUrl = /^(?:[a-z\d.-]+\+)?(https?:.*)$/is;

/** A place that a view would be read from, as the browser understands the address and not as it may be meant to look. */
export interface RemotePlace {
  /** For the person: a host, or a bucket with its scheme. */
  readonly name: string;
  /** Whether it is the server that the page is from. */
  readonly isOwn: boolean;
}

/**
 * @param url of a state that a link names
 * @param own origin of the page
 */
export function remotePlaceOf(url: string, own: string): RemotePlace {
  const web = webUrl.exec(url)?.[1].split("|")[0];
  if (web === undefined || !URL.canParse(web)) {
    return { name: placeOf(url), isOwn: false };
  }
  const { origin, host } = new URL(web);
  return { name: host, isOwn: origin === own };
}

/**
 * The host or bucket of a source: `https://host/…`, `dvid://https://host/…`, `gs://bucket/…|zarr:`. What follows it (a path, a
 * query, user and password) may be long or secret, and is left out.
 */
export function placeOf(url: string): string {
  const parts = /^((?:[a-z][a-z\d+._-]*:\/\/)*)([^/|?#]*)/i.exec(url.trim());
  const schemes = parts?.[1].split("://").filter(Boolean) ?? [];
  const host = parts?.[2].replace(/^.*@/, "") ?? "";
  const scheme = schemes.at(-1)?.toLowerCase() ?? "";
  const web = /^((.*\+)?https?)?$/.test(scheme);
  const place = web ? host : `${scheme}://${host}`;
  return (place || "An address without a host").slice(0, longestPlace);
}
