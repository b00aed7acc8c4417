import { element } from "./element.js";
import { watchSizes } from "./watch_sizes.js";

const frame = () => new Promise((done) => requestAnimationFrame(done));

describe("Sizes that are watched", () => {
  it("may be changed by whoever hears of them, without an error of the page", async () => {
    const errors: string[] = [];
    const { onerror } = window;
    window.onerror = (message) => {
      errors.push(typeof message === "string" ? message : message.type);
    };
    const content = element("div");
    const scroller = element(
      "div",
      { style: "overflow: auto; width: 100px; height: 100px" },
      content,
    );
    document.body.append(scroller);
    const widths: number[] = [];
    const unwatch = watchSizes([scroller, content], () => {
      widths.push(scroller.clientWidth);
      // With the first call a scroll bar appears, which takes from the width of both.
      content.style.height = "200px";
    });
    for (let i = 0; i < 6; ++i) await frame();
    unwatch();
    scroller.style.width = "150px";
    for (let i = 0; i < 6; ++i) await frame();
    scroller.remove();
    window.onerror = onerror;
    expect(errors).toEqual([]);
    expect(widths[0]).toBe(100);
    expect(widths.at(-1)).toBeLessThan(100);
  });
});
