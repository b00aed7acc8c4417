/** What is wrong with a volume of labels that somebody brings. The message is for that person: field or file, value, what was expected. */
export class LabelsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LabelsError";
  }
}
