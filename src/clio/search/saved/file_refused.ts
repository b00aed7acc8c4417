/** Why nothing of a file is taken: each a line with the field, its value and what was expected. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";

  constructor(readonly reasons: readonly string[]) {
    super(reasons.join("; "));
  }
}
