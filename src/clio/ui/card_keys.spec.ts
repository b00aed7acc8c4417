import { cardByKey } from "./card_keys.js";

describe("The keys of a grid of cards", () => {
  const of = (key: string, active: number | undefined, count = 10) =>
    cardByKey(key, { active, count, columns: 4, page: 2 });

  for (const [key, from, to] of [
    ["ArrowRight", 3, 4],
    ["ArrowLeft", 4, 3],
    ["ArrowDown", 1, 5],
    ["ArrowUp", 5, 1],
    ["PageDown", 1, 9],
    ["PageUp", 9, 1],
    ["Home", 7, 0],
    ["End", 0, 9],
  ] as const) {
    it(`lead by ${key} from ${from} to ${to}`, () => {
      expect(of(key, from)).toBe(to);
    });
  }

  it("stop at the ends, and never jump sideways", () => {
    expect(of("ArrowLeft", 0)).toBe(0);
    expect(of("ArrowRight", 9)).toBe(9);
    expect(of("ArrowUp", 2)).toBe(2);
    expect(of("ArrowDown", 7)).toBe(7);
    expect(of("PageDown", 8)).toBe(9);
  });

  it("begin at the first card, or at the last, and lead nowhere where there is none", () => {
    expect(of("ArrowDown", undefined)).toBe(0);
    expect(of("End", undefined)).toBe(9);
    expect(of("ArrowDown", undefined, 0)).toBeUndefined();
    expect(of("a", 3)).toBeUndefined();
    expect(of("toString", 3)).toBeUndefined();
  });
});
