import { asksFor, narrowed } from "./narrowing.js";

describe("A search that is narrowed from a legend", () => {
  it("keeps what else is asked for, and is as before when narrowed so again", () => {
    const text = narrowed('soma tag:"two words"', ["type:axon"], []);
    expect(text).toBe('soma tag:"two words" type:axon');
    expect(asksFor(text, ["type:axon"])).toBeTrue();
    expect(narrowed(text, ["type:axon"], [])).toBe('soma tag:"two words"');
  });

  it("asks for one line of the legend at a time", () => {
    const lines = ["depth:<2", "depth:>=2", "depth:<4", "depth:>=4"];
    const first = narrowed("", ["depth:<2"], lines);
    expect(narrowed(first, ["depth:>=2", "depth:<4"], lines)).toBe(
      "depth:>=2 depth:<4",
    );
  });

  it("does not take a part of a line for the line", () => {
    expect(asksFor("depth:>=2", ["depth:>=2", "depth:<4"])).toBeFalse();
  });
});
