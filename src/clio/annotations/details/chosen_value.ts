/**
 * What a person chose in a field, shown from then on. Records that come while the choice is being written were read before it: shown as they
 * are, they would take it back for a moment, and a key that falls into that goes astray.
 */
export class ChosenValue<Value> {
  private chosen: { readonly value: Value; isWritten: boolean } | undefined;

  /** What is to be shown where the newest record has this value. */
  shownFor(recorded: Value): Value {
    return this.chosen === undefined ? recorded : this.chosen.value;
  }

  /** A record has come. */
  recordCame(recorded: Value): void {
    const { chosen } = this;
    if (chosen?.isWritten === true || chosen?.value === recorded) {
      this.chosen = undefined;
    }
  }

  /**
   * Holds a value until its writing has ended, and a record has come that has it.
   * @throws what `write` throws: the value is let go then
   */
  async hold(value: Value, write: () => Promise<unknown>): Promise<void> {
    const chosen = { value, isWritten: false };
    this.chosen = chosen;
    try {
      await write();
      chosen.isWritten = true;
    } catch (error) {
      if (this.chosen === chosen) this.chosen = undefined;
      throw error;
    }
  }
}
