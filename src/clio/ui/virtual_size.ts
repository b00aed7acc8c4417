/** How much of a table is in view, in pixels. Kept, because to ask for it while the page is being changed has all of it laid out. */
export class VirtualSize {
  /** Of the rows below the header. */
  height = 0;
  width = 0;
  private readonly observer: ResizeObserver;

  /**
   * @param others whose sizes matter as well
   * @param changed called when any of the sizes is another one
   */
  constructor(
    scroller: HTMLElement,
    header: HTMLElement,
    others: readonly HTMLElement[],
    changed: () => void,
  ) {
    this.observer = new ResizeObserver(() => {
      this.height = Math.max(0, scroller.clientHeight - header.offsetHeight);
      this.width = scroller.clientWidth;
      changed();
    });
    for (const part of [scroller, header, ...others]) {
      this.observer.observe(part);
    }
  }

  dispose(): void {
    this.observer.disconnect();
  }
}
