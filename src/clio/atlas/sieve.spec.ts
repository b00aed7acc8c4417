import fc from "fast-check";
import { Sieve, type Tell } from "./sieve.js";

/** Takes so long that one slice is over after few items. */
function slowly(passes: boolean): boolean {
  const until = performance.now() + 1;
  while (performance.now() < until);
  return passes;
}

const isEven = (n: number) => n % 2 === 0;

describe("The sieve of the album", () => {
  it("finds at once, and in order, what one slice is enough for", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 15 }), (items) => {
        const told: unknown[] = [];
        const sieve = new Sieve<number>();
        sieve.start(items, isEven, 16, (...found) => told.push(found));
        expect(told).toEqual([[items.filter(isEven), true]]);
      }),
    );
  });

  it("tells what it has found so far, and lets the page have its turns until it has all", async () => {
    const items = Array.from({ length: 200 }, (_, n) => n);
    const expected = items.filter(isEven);
    const sieve = new Sieve<number>();
    let turns = 0;
    const counter = setInterval(() => ++turns);
    const first: number[] = [];
    const all = await new Promise<readonly number[]>((resolve) => {
      sieve.start(
        items,
        (n) => slowly(isEven(n)),
        16,
        (found, isAll) => {
          if (isAll) resolve(found);
          else if (first.length === 0) first.push(...found);
        },
      );
      expect(first.length).toBeGreaterThan(0);
    });
    clearInterval(counter);
    expect(first.length).toBeLessThan(expected.length);
    expect(first).toEqual(expected.slice(0, first.length));
    expect(all).toEqual(expected);
    expect(turns).toBeGreaterThan(1);
  });

  it("looks at no more at once than it is told to, whatever one takes", () => {
    const sieve = new Sieve<number>();
    for (const atOnce of [1, 3]) {
      const passes = jasmine
        .createSpy("test")
        .and.callFake(() => [1, 2, 3, 4, 5].every(() => slowly(true)));
      sieve.start([1, 2, 3, 4, 5, 6], passes, atOnce, () => undefined);
      expect(passes).toHaveBeenCalledTimes(atOnce);
    }
    sieve.stop();
  });

  it("tells nothing more of what is no longer looked for", async () => {
    const items = Array.from({ length: 60 }, (_, n) => n);
    const sieve = new Sieve<number>();
    const before = jasmine.createSpy<Tell<number>>(
      "of what was looked for before",
    );
    sieve.start(items, () => slowly(true), 16, before);
    const found = await new Promise<readonly number[]>((resolve) => {
      sieve.start(
        items,
        (n) => slowly(n > 57),
        16,
        (all, isAll) => {
          if (isAll) resolve(all);
        },
      );
    });
    expect(found).toEqual([58, 59]);
    const stopped = jasmine.createSpy<Tell<number>>("of what is stopped");
    sieve.start(items, () => slowly(true), 16, stopped);
    sieve.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const { calls } of [before, stopped]) {
      expect(calls.allArgs().map(([, isAll]) => isAll)).toEqual([false]);
    }
  });
});
