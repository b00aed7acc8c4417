import { watchSizes } from "./watch_sizes.js";

/** How much of a table is in view, in pixels. Kept, because to ask for it while the page is being changed has all of it laid out. */
export class VirtualSize {
  /** Of the rows below the header. */
  height = 0;
  width = 0;
  readonly dispose: () => void;

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
    this.dispose = watchSizes([scroller, header, ...others], () => {
      this.height = Math.max(0, scroller.clientHeight - header.offsetHeight);
      this.width = scroller.clientWidth;
      changed();
    });
  }
}
