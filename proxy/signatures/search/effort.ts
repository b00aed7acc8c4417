/** Thrown where a search ends because nobody waits for it any more. */
export class CancelledError extends Error {
  constructor() {
    super("the search was cancelled");
    this.name = "CancelledError";
  }
}

/** What a search has cost so far in one thread, and whether it is to go on. */
export class Effort {
  /** How many signatures were compared with an example. */
  examined = 0;
  private readonly cancelled: Int32Array;

  /** @param cancelled a word, other than 0 once the search is to end */
  constructor(cancelled: SharedArrayBuffer) {
    this.cancelled = new Int32Array(cancelled);
  }

  /**
   * Called before signatures are compared.
   * @throws CancelledError where the search is to end
   */
  add(signatures: number): void {
    this.examined += signatures;
    if (Atomics.load(this.cancelled, 0) !== 0) throw new CancelledError();
  }
}
