import { type RowSource, VirtualRows } from "./virtual_rows.js";

/** Answers when it is told to, as a slow worker does. */
class SlowSource implements RowSource<string> {
  readonly count = 1_000_000;
  version = "a";
  readonly asked: [number, number][] = [];
  private answer: (() => void)[] = [];

  rows(from: number, to: number): Promise<readonly string[]> {
    this.asked.push([from, to]);
    const { version } = this;
    return new Promise((resolve) =>
      this.answer.push(() =>
        resolve(
          Array.from({ length: to - from }, (_, i) => `${version}${from + i}`),
        ),
      ),
    );
  }

  async answerNext(): Promise<void> {
    this.answer.shift()!();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

describe("The rows in view", () => {
  it("are asked for with a margin, and those passed meanwhile are not asked for", async () => {
    const source = new SlowSource();
    const rows = new VirtualRows(source, () => undefined, fail);
    rows.want(100, 120);
    for (let at = 1000; at < 500_000; at += 1000) rows.want(at, at + 20);
    expect(rows.at(100)).toBeUndefined();
    await source.answerNext();
    expect(rows.at(100)).toBe("a100");
    await source.answerNext();
    expect(rows.at(499_000)).toBe("a499000");
    expect(source.asked).toEqual([
      [60, 160],
      [498_960, 499_060],
    ]);
  });

  it("are not asked for again while they lie within the margin", async () => {
    const source = new SlowSource();
    const rows = new VirtualRows(source, () => undefined, fail);
    rows.want(100, 120);
    await source.answerNext();
    rows.want(130, 150);
    rows.want(70, 90);
    expect(source.asked.length).toBe(1);
  });

  it("stand until the new ones have come when the source has changed", async () => {
    const source = new SlowSource();
    const rows = new VirtualRows(source, () => undefined, fail);
    rows.want(0, 20);
    await source.answerNext();
    source.version = "b";
    rows.invalidate();
    expect(rows.at(3)).toBe("a3");
    await source.answerNext();
    expect(rows.at(3)).toBe("b3");
  });

  it("are asked for again when the source changes while it answers", async () => {
    const source = new SlowSource();
    const rows = new VirtualRows(source, () => undefined, fail);
    rows.want(0, 20);
    source.version = "b";
    rows.invalidate();
    await source.answerNext();
    expect(rows.at(0)).toBe("a0");
    await source.answerNext();
    expect(rows.at(0)).toBe("b0");
  });

  it("that could not be had are said to be missing, once, and are asked for when wanted again", async () => {
    let asked = 0;
    const failures: unknown[] = [];
    const source: RowSource<string> = {
      count: 10,
      rows: () => {
        ++asked;
        return Promise.reject(new Error("the worker is gone"));
      },
    };
    const rows = new VirtualRows(
      source,
      () => undefined,
      (reason) => failures.push((reason as Error).message),
    );
    rows.want(0, 10);
    await new Promise((resolve) => setTimeout(resolve));
    expect([asked, failures]).toEqual([1, ["the worker is gone"]]);
    rows.want(0, 10);
    await new Promise((resolve) => setTimeout(resolve));
    expect(asked).toBe(2);
  });
});
