/**
 * The tallest range that a scrollbar is given. Firefox stops at some 17.8 million pixels and Chromium at 33.5: what is taller would end
 * before its last rows.
 */
export const TALLEST_PIXELS = 8_000_000;

/** Scrolling of less than so many viewports is a wheel or a key, which moves by pixels; more is the thumb, which moves by shares. */
const NEAR_VIEWPORTS = 2;
/** After so long without scrolling the thumb is put where it belongs. */
const REST_MS = 150;

/**
 * How far a content of any height is scrolled. Where it is taller than a browser can show, a pixel of the thumb stands for several of
 * the content, while the wheel still moves it pixel by pixel.
 */
export class VirtualScroll {
  /** Pixels of the content above the viewport. */
  offset = 0;
  private content = 0;
  private viewport = 0;
  private lastTop = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;

  /** @param scroller its `scrollTop` is read and set */
  constructor(private readonly scroller: { scrollTop: number }) {}

  /** Height that the scroller's own content must have, in pixels. */
  get range(): number {
    return Math.max(this.viewport, Math.min(this.content, TALLEST_PIXELS));
  }

  /** Says how tall content and viewport are now, in pixels. To be called before the scroller's content is given its {@link range}. */
  measure(content: number, viewport: number): void {
    this.content = content;
    this.viewport = viewport;
    this.offset = this.clamp(this.offset);
  }

  /** Goes to an offset, or as near to it as there is content. */
  to(offset: number): void {
    const wasAtTop = this.offset === 0 && this.lastTop === 0;
    this.offset = this.clamp(offset);
    // To read back where the scroller is has all of the page laid out.
    if (!wasAtTop || this.offset > 0) this.settle();
  }

  /** Takes over where the scroller was scrolled to. Returns whether that is elsewhere. */
  follow(): boolean {
    const top = this.scroller.scrollTop;
    const by = top - this.lastTop;
    if (by === 0) return false;
    this.lastTop = top;
    const { scale } = this;
    const near = Math.abs(by) <= NEAR_VIEWPORTS * this.viewport;
    const atAnEnd = top <= 0 || top >= this.range - this.viewport;
    this.offset = this.clamp(
      near && !atAnEnd && scale > 1 ? this.offset + by : top * scale,
    );
    if (near && scale > 1) {
      clearTimeout(this.rest);
      this.rest = setTimeout(() => this.settle(), REST_MS);
    }
    return true;
  }

  dispose(): void {
    clearTimeout(this.rest);
  }

  /** Pixels of the content that one of the thumb stands for. */
  private get scale(): number {
    const thumb = this.range - this.viewport;
    return thumb > 0 ? (this.content - this.viewport) / thumb : 1;
  }

  private settle(): void {
    this.scroller.scrollTop = this.offset / this.scale;
    // Browsers round it.
    this.lastTop = this.scroller.scrollTop;
  }

  private clamp(offset: number): number {
    return Math.min(
      Math.max(0, this.content - this.viewport),
      Math.max(0, offset),
    );
  }
}
