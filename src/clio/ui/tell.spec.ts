import { tell } from "./tell.js";

const shown = (): string[] =>
  [...document.querySelectorAll("#neuroglancer-status-container li")].map(
    ({ textContent }) => textContent,
  );

describe("What a person is told in a sentence", () => {
  beforeEach(() => jasmine.clock().install());
  afterEach(() => {
    jasmine.clock().tick(60_000);
    jasmine.clock().uninstall();
  });

  it("is in view for as long as it takes to read it", () => {
    tell("Short.");
    tell("What is a good deal longer takes a good deal longer to read.");
    jasmine.clock().tick(3_000);
    expect(shown()).toEqual([
      "What is a good deal longer takes a good deal longer to read.",
    ]);
    jasmine.clock().tick(4_000);
    expect(shown()).toEqual([]);
  });

  it("is there once where it is told again meanwhile, and stays longer", () => {
    tell("That was the last mark.");
    jasmine.clock().tick(2_000);
    tell("That was the last mark.");
    expect(shown()).toEqual(["That was the last mark."]);
    jasmine.clock().tick(3_000);
    expect(shown()).toEqual(["That was the last mark."]);
    jasmine.clock().tick(1_000);
    expect(shown()).toEqual([]);
  });
});
