/** What the parts of the configuration's schema share. */
import * as v from "valibot";
import { isLoopbackName } from "./security/hosts.js";

/** An object that holds no other keys than those given, so that a misspelt one is found. */
export function closedObject<T extends v.ObjectEntries>(entries: T) {
  return v.strictObject(
    entries,
    `an object with no other keys than ${Object.keys(entries).join(", ")}`,
  );
}

export function wholeNumber(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(least, expected),
    v.maxValue(most, expected),
  );
}

/** Whether a text is the address of a service to which nobody on the way can listen: https, or http on this machine. */
export function isClosedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  const isClosed =
    protocol === "https:" || (protocol === "http:" && isLoopbackName(hostname));
  return isClosed && search === "" && hash === "";
}
