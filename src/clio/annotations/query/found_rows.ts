/** The rows that match a search, in order. They are gathered as far as they are asked for: mostly the first few of a million. */
export class FoundRows {
  /** How many are gathered, and up to where in the order. */
  private gathered = 0;
  private at = 0;

  /**
   * @param order the rows of all marks in their order
   * @param matches by row: 1 where the mark matches
   * @param count how many do
   * @param room where they are gathered, with place for all of them
   */
  constructor(
    private readonly order: Uint32Array,
    private readonly matches: Uint8Array,
    readonly count: number,
    private readonly room: Uint32Array,
  ) {}

  /** Those from rank `from` up to, and not including, `to`, as far as there are any. */
  between(from: number, to: number): Uint32Array {
    const { order, matches, room, count } = this;
    if (count === order.length) return order.subarray(from, to);
    const end = Math.min(to, count);
    let { at, gathered } = this;
    // A count that is none of theirs ends with the marks.
    for (; gathered < end && at < order.length; ++at) {
      const row = order[at];
      if (matches[row] === 1) room[gathered++] = row;
    }
    this.at = at;
    this.gathered = gathered;
    return room.subarray(from, Math.max(from, Math.min(end, gathered)));
  }

  /** All of them. */
  get all(): Uint32Array {
    return this.between(0, this.count);
  }

  /** The place of a row among them; undefined where it does not match. */
  rankOf(row: number): number | undefined {
    return this.matches[row] === 1 ? this.all.indexOf(row) : undefined;
  }
}
