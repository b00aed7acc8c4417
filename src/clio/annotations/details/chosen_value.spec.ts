import { ChosenValue } from "./chosen_value.js";

describe("A chosen value", () => {
  let chosen: ChosenValue<number | undefined>;

  /** A writing that ends when it is told to. */
  function writing(value: number | undefined) {
    let end!: () => void;
    let fail!: (why: Error) => void;
    const written = chosen.hold(
      value,
      () =>
        new Promise<void>((resolve, reject) => {
          end = resolve;
          fail = reject;
        }),
    );
    return { written, end, fail };
  }

  /** What is shown when a record has come. */
  function shownWith(recorded: number | undefined) {
    chosen.recordCame(recorded);
    return chosen.shownFor(recorded);
  }

  beforeEach(() => {
    chosen = new ChosenValue();
  });

  it("stays while records come that were read before it", () => {
    void writing(2);
    expect(shownWith(undefined)).toBe(2);
    expect(shownWith(1)).toBe(2);
    expect(shownWith(2)).toBe(2);
    expect(shownWith(3)).toBe(3);
  });

  it("gives way to what another wrote over it", async () => {
    const { written, end } = writing(2);
    end();
    await written;
    expect(chosen.shownFor(undefined)).toBe(2);
    expect(shownWith(5)).toBe(5);
  });

  it("is let go where it could not be written, but not for one that was chosen since", async () => {
    const first = writing(2);
    const second = writing(undefined);
    first.fail(new Error("full"));
    await expectAsync(first.written).toBeRejectedWithError("full");
    expect(shownWith(1)).toBe(undefined);
    second.fail(new Error("full"));
    await expectAsync(second.written).toBeRejectedWithError("full");
    expect(shownWith(1)).toBe(1);
  });
});
