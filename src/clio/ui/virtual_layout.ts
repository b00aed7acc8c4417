/** Where the rows of a table lie: all of one height, and below one of them its details. Pixels from the first row's upper edge. */
export class VirtualLayout {
  /**
   * @param rowHeight pixels
   * @param open the row whose details are shown, and how high those are
   */
  constructor(
    readonly count: number,
    readonly rowHeight: number,
    readonly open?: { readonly index: number; readonly height: number },
  ) {}

  /** Height of all rows and the details. */
  get height(): number {
    return this.top(this.count);
  }

  /** Where a row begins; of the index after the last one, where all end. */
  top(index: number): number {
    const { open, rowHeight } = this;
    const details = open !== undefined && index > open.index ? open.height : 0;
    return index * rowHeight + details;
  }

  /** The row at an offset; the details belong to the row above them. */
  at(offset: number): number {
    const { open, rowHeight } = this;
    if (open === undefined || offset < this.top(open.index)) {
      return Math.floor(offset / rowHeight);
    }
    const below = offset - open.height;
    return Math.max(open.index, Math.floor(below / rowHeight));
  }

  /** Where a row ends, its details included. */
  bottom(index: number): number {
    return this.top(index + 1);
  }
}
