import { type LoadPart, loadWhenIdle } from "./idle_loading.js";

describe("loading when the page is idle", () => {
  let waits: number[];
  const pause = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  beforeEach(() => (waits = []));

  it("waits for the first drawing, and loads one part after the other", async () => {
    const seen: string[] = [];
    const part = (name: string): LoadPart => {
      return async () => {
        seen.push(`${name} begins`);
        await Promise.resolve();
        seen.push(`${name} is there`);
      };
    };
    const loading = loadWhenIdle([part("a"), part("b")], pause);
    expect(seen).toEqual([]);
    await loading;
    expect(seen).toEqual(["a begins", "a is there", "b begins", "b is there"]);
    expect(waits.length).toBe(1);
  });

  it("asks again for what did not come, and for nothing else, until it is there", async () => {
    const asked = { good: 0, late: 0 };
    await loadWhenIdle(
      [
        () => {
          asked.late += 1;
          return asked.late < 3
            ? Promise.reject(new Error("the server is away"))
            : Promise.resolve();
        },
        () => Promise.resolve((asked.good += 1)),
      ],
      pause,
    );
    expect(asked).toEqual({ good: 1, late: 3 });
    expect(waits.length).toBe(3);
    expect(waits[1]).toBeGreaterThan(waits[0]);
  });
});
