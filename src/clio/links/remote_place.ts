import { placeOf } from "./failure.js";

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
