/** Rows beyond the wanted ones that are asked for with them, on either side. */
const MARGIN = 40;

/** Where rows come from. */
export interface RowSource<Row> {
  /** Number of rows; undefined while it is not known. */
  readonly count: number | undefined;
  /** The rows from `from` up to, and not including, `to`. */
  rows(from: number, to: number): Promise<readonly Row[]>;
}

/**
 * The rows around those in view, out of a source that answers late. One question is on its way at a time, and the next one is about
 * what is in view by then, so that fast scrolling asks for no row that was passed.
 */
export class VirtualRows<Row> {
  private from = 0;
  private to = 0;
  private held: readonly Row[] = [];
  private wanted = { from: 0, to: 0 };
  private stale = false;
  private asking = false;

  /**
   * @param arrived called when rows have come
   * @param failed called with the reason when they could not be had; nothing is asked again until something else is wanted
   */
  constructor(
    private readonly source: RowSource<Row>,
    private readonly arrived: () => void,
    private readonly failed: (reason: unknown) => void,
  ) {}

  /** The row at an index, as it was last heard of; undefined where it is not there yet. */
  at(index: number): Row | undefined {
    return this.held[index - this.from];
  }

  /** Asks for the rows from `from` up to, and not including, `to`, unless they are there. */
  want(from: number, to: number): void {
    this.wanted = { from, to };
    if (!this.asking) void this.ask();
  }

  /** The rows may be others now. Those of before stand until the new ones have come. */
  invalidate(): void {
    this.stale = true;
    if (!this.asking) void this.ask();
  }

  private async ask(): Promise<void> {
    this.asking = true;
    try {
      while (this.isMissing()) {
        this.stale = false;
        const from = Math.max(0, this.wanted.from - MARGIN);
        const to = this.wanted.to + MARGIN;
        this.held = await this.source.rows(from, to);
        this.from = from;
        this.to = to;
        this.arrived();
      }
    } catch (reason) {
      this.failed(reason);
    } finally {
      this.asking = false;
    }
  }

  private isMissing(): boolean {
    const { from, to } = this.wanted;
    return to > from && (this.stale || from < this.from || to > this.to);
  }
}
