import * as v from "valibot";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";

const STORAGE_KEY = "clio.tagKeys";

const schema = v.record(
  v.pipe(v.string(), v.regex(/^[a-z]$/)),
  v.pipe(v.string(), v.nonEmpty()),
);

/** What a letter does already; undefined where it is free. */
export type LetterHolder = (letter: string) => string | undefined;

/** The letters that a person has bound to tags. Kept on this machine, for all datasets. */
export class TagKeys {
  readonly changed = new NullarySignal();
  private tags: Readonly<Record<string, string>>;

  /** @param holder knows the letters that are not to be had */
  constructor(private readonly holder: LetterHolder) {
    this.tags = Object.fromEntries(
      // A letter may have been given to something else since it was bound.
      Object.entries(kept()).filter(([letter]) => holder(letter) === undefined),
    );
  }

  /** Letter and tag, in the order of the letters. */
  get list(): readonly (readonly [letter: string, tag: string])[] {
    return Object.entries(this.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /**
   * Binds a letter to a tag, instead of what it was bound to.
   * @throws {Error} that says what is wrong with letter or tag
   */
  bind(letter: string, tag: string): void {
    const key = letter.toLowerCase();
    if (!/^[a-z]$/.test(key)) {
      throw new Error(
        letter === ""
          ? "The key is missing: a letter from A to Z."
          : `“${letter}” is no letter from A to Z.`,
      );
    }
    const holder = this.holder(key);
    if (holder !== undefined) {
      throw new Error(
        `${key.toUpperCase()} is taken: it is the key of ${holder}.`,
      );
    }
    if (tag.trim() === "") throw new Error("Name the tag that the key gives.");
    this.keep({ ...this.tags, [key]: tag.trim() });
  }

  unbind(letter: string): void {
    this.keep(
      Object.fromEntries(
        Object.entries(this.tags).filter(([other]) => other !== letter),
      ),
    );
  }

  private keep(tags: Readonly<Record<string, string>>): void {
    this.tags = tags;
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(tags));
    } catch {
      // Storage is blocked or full: the keys hold until the page is closed.
    }
    this.changed.dispatch();
  }
}

function kept(): Record<string, string> {
  try {
    const text = localStorage.getItem(STORAGE_KEY);
    return text === null ? {} : v.parse(schema, JSON.parse(text));
  } catch {
    // Storage is blocked, or another version has written it: nothing that may be missed.
    return {};
  }
}
