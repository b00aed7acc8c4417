/** How a person follows an act on many marks, and ends it before anything is written. */
export interface EditWatch {
  /** Aborted, nothing is changed; once it is being written, which is one change, it comes too late. */
  readonly signal: AbortSignal;
  /** Told now and then how many of the marks are ready to be written. */
  readonly progress: (done: number, of: number) => void;
}
