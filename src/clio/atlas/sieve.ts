import { nextTurn, runSlice } from "../model/slices.js";

/** How long it takes at most until what was found meanwhile is told, in milliseconds. */
const TELL_MS = 250;

/** Told what was found, in the order of the items, and whether that is all. */
export type Tell<T> = (found: readonly T[], isAll: boolean) => void;

/** Looks for items that pass a test, in slices: a hundred thousand texts take longer than a keystroke may. */
export class Sieve<T> {
  private work: Iterator<void> | undefined;

  /**
   * Begins with the first item, in place of what was looked for before. What the first slice has found, which is all where that is enough,
   * is told before this returns.
   * @param items and their order, which stay as they are
   * @param atOnce how many of them are looked at without a glance at the clock
   */
  start(
    items: readonly T[],
    passes: (item: T) => boolean,
    atOnce: number,
    tell: Tell<T>,
  ): void {
    const found: T[] = [];
    const work = sift(items, passes, atOnce, found);
    let told = -Infinity;
    const goOn = () => {
      if (this.work !== work) return;
      const isAll = runSlice(work);
      if (!isAll) nextTurn(goOn);
      if (!isAll && performance.now() - told < TELL_MS) return;
      told = performance.now();
      tell(isAll ? found : [...found], isAll);
    };
    this.work = work;
    goOn();
  }

  /** Looks no further. */
  stop(): void {
    this.work = undefined;
  }
}

function* sift<T>(
  items: readonly T[],
  passes: (item: T) => boolean,
  atOnce: number,
  found: T[],
): Generator<void> {
  for (let at = 0; at < items.length; ++at) {
    if (passes(items[at])) found.push(items[at]);
    if (at % atOnce === atOnce - 1) yield;
  }
}
