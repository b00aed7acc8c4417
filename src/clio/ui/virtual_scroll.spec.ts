import { TALLEST_PIXELS, VirtualScroll } from "./virtual_scroll.js";

const VIEWPORT = 500;

/** A scroller that keeps its position in whole pixels and within its range, as browsers do. */
class Scroller {
  private top = 0;
  range = 0;

  get scrollTop(): number {
    return this.top;
  }

  set scrollTop(top: number) {
    const last = this.range - VIEWPORT;
    this.top = Math.round(Math.min(last, Math.max(0, top)));
  }
}

function scrolled(content: number) {
  const scroller = new Scroller();
  const scroll = new VirtualScroll(scroller);
  scroll.measure(content, VIEWPORT);
  scroller.range = scroll.range;
  const wheel = (by: number) => {
    scroller.scrollTop += by;
    scroll.follow();
  };
  return { scroller, scroll, wheel };
}

describe("The scrolling of a tall table", () => {
  it("is the browser's own where the browser can show the height", () => {
    const { scroller, scroll, wheel } = scrolled(20_000);
    expect(scroll.range).toBe(20_000);
    scroller.scrollTop = 12_345;
    expect(scroll.follow()).toBeTrue();
    expect(scroll.offset).toBe(12_345);
    wheel(30);
    expect(scroll.offset).toBe(12_375);
    expect(scroll.follow()).toBeFalse();
    scroll.dispose();
  });

  it("reaches the last pixel of what no browser can show, by thumb, by jump and by wheel", () => {
    const content = 26 * 10_000_000;
    const { scroller, scroll, wheel } = scrolled(content);
    expect(scroll.range).toBe(TALLEST_PIXELS);
    scroller.scrollTop = TALLEST_PIXELS;
    scroll.follow();
    expect(scroll.offset).toBe(content - VIEWPORT);
    scroll.to(0);
    scroll.to(content);
    expect(scroll.offset).toBe(content - VIEWPORT);
    scroll.to(content - VIEWPORT - 300);
    wheel(300);
    expect(scroll.offset).toBe(content - VIEWPORT);
    scroll.dispose();
  });

  it("moves by the pixels of the wheel in what no browser can show", () => {
    const { scroll, wheel } = scrolled(26 * 10_000_000);
    scroll.to(100_000_000);
    for (let i = 0; i < 20; ++i) wheel(120);
    expect(scroll.offset).toBe(100_002_400);
    wheel(-400);
    expect(scroll.offset).toBe(100_002_000);
    scroll.dispose();
  });

  it("stays within what is left when the content shrinks", () => {
    const { scroll } = scrolled(20_000);
    scroll.to(19_000);
    scroll.measure(5_000, VIEWPORT);
    expect(scroll.offset).toBe(4_500);
    scroll.measure(100, VIEWPORT);
    expect(scroll.offset).toBe(0);
    scroll.dispose();
  });
});
