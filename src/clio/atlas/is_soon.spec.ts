import { isSoon } from "./is_soon.js";

describe("What is waited for", () => {
  it("is soon where it comes in time, and is given up where it does not", async () => {
    let looks = 0;
    expect(await isSoon(() => ++looks === 3, 60_000)).toBe(true);
    expect(looks).toBe(3);
    expect(await isSoon(() => false, 0)).toBe(false);
  });
});
