import {
  BODY_ID,
  bodyField,
  type BodyScalar,
  type BodyValue,
} from "../../src/clio/model/body.js";
import type { BodyOrder } from "../../src/clio/model/body_wire.js";
import { stringifyLossless } from "../../src/clio/model/lossless.js";
import type { KnownBody } from "./body_store.js";

/** Bodies by what they have in a field, those with the same value in their order. */
class Values<Key extends BodyScalar> {
  private readonly bodies = new Map<Key, KnownBody[]>();

  add(key: Key, body: KnownBody): void {
    const same = this.bodies.get(key);
    if (same === undefined) this.bodies.set(key, [body]);
    else same.push(body);
  }

  /** @param compare that of the values, texts by their code units where it is not given */
  inOrder(
    descending: boolean,
    compare?: (a: Key, b: Key) => number,
  ): KnownBody[] {
    // Thousands of bodies have the same few values, so those are sorted. Without a function of its own texts are sorted twice as fast.
    const keys = [...this.bodies.keys()].sort(compare);
    if (descending) keys.reverse();
    return keys.flatMap((key) => this.bodies.get(key)!);
  }
}

/**
 * Bodies in the order of a field: numbers and truths, then texts, then lists and objects by their JSON, or all of that the other way;
 * those that have no such field come last in either.
 * @param found in the order of their ids, in which those with the same value stay
 */
export function ordered(
  found: readonly KnownBody[],
  { field, descending }: BodyOrder,
): readonly KnownBody[] {
  if (field === BODY_ID) return descending ? [...found].reverse() : found;
  const numbers = new Values<number | bigint | boolean>();
  const texts = new Values<string>();
  const composites = new Values<string>();
  const without: KnownBody[] = [];
  for (const each of found) {
    const value = bodyField<BodyValue>(each.fields, field);
    if (value === undefined) without.push(each);
    else if (typeof value === "string") texts.add(value, each);
    else if (typeof value === "object")
      composites.add(stringifyLossless(value), each);
    else numbers.add(value, each);
  }
  const kinds = [
    numbers.inOrder(descending, (a, b) => (a < b ? -1 : a > b ? 1 : 0)),
    texts.inOrder(descending),
    composites.inOrder(descending),
  ];
  return [...(descending ? kinds.reverse() : kinds), without].flat();
}
