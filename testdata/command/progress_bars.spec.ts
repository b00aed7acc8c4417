import { PassThrough } from "node:stream";
import { ProgressBars } from "./progress_bars.js";

describe("Progress", () => {
  beforeEach(() => {
    jasmine.clock().install();
    jasmine.clock().mockDate();
  });
  afterEach(() => {
    jasmine.clock().uninstall();
  });

  function show(isTTY: boolean) {
    const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
    const bars = new ProgressBars(stream as unknown as NodeJS.WriteStream);
    return { bars, shown: () => String(stream.read() ?? "") };
  }

  it("shows a bar for what takes longer than a second, though nothing more was told", () => {
    const { bars, shown } = show(true);
    bars.tell("tissue", 0, 4);
    jasmine.clock().tick(900);
    expect(shown()).not.toContain("tissue");
    jasmine.clock().tick(400);
    expect(shown()).toMatch(/tissue .* 0 %/);
    bars.tell("tissue", 1, 4);
    jasmine.clock().tick(400);
    expect(shown()).toMatch(/tissue .* 25 %/);
    bars.tell("tissue", 4, 4);
    bars.stop();
  });

  it("shows no bar for what is over in a second", () => {
    const { bars, shown } = show(true);
    bars.tell("image", 0, 2);
    jasmine.clock().tick(800);
    bars.tell("image", 2, 2);
    jasmine.clock().tick(5000);
    bars.stop();
    expect(shown()).not.toContain("image");
  });

  it("writes one line for each finished stage where nobody looks on", () => {
    const { bars, shown } = show(false);
    bars.tell("image", 0, 2);
    bars.tell("image", 1, 2);
    expect(shown()).toBe("");
    bars.tell("image", 2, 2);
    bars.tell("image", 2, 2);
    expect(shown()).toMatch(/^ {4}image \(\d+\.\d s\)\n$/);
    bars.stop();
  });
});
