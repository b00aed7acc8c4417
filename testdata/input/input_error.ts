/** What the person who gave the command can put right: its message names the file or option, the value and what was expected. */
export class InputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InputError";
  }
}
