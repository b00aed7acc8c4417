/** An answer that is JSON text already: a large one that is kept need not be written anew for each who asks. */
export class JsonText {
  constructor(readonly text: string) {}

  /** @param value without numbers that `JSON.stringify` does not write: no `bigint`, and none of the lossless parser's */
  static of(value: unknown): JsonText {
    return new JsonText(JSON.stringify(value));
  }
}
