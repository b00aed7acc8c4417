/**
 * What a person is typing over a value that may change under it, by this tab's own edits and by another's. What is typed is never
 * overwritten, and what the value was changed to meanwhile is never lost from sight.
 */
export class Draft {
  /** What the field shows. */
  text: string;
  /** What another hand has made of the value while it was typed over; undefined where there is nothing to tell. */
  elsewhere: string | undefined;
  /** Texts on their way into the record, oldest first. */
  private readonly sent: string[] = [];

  /** @param stored the record's value as text */
  constructor(private stored: string) {
    this.text = stored;
  }

  /** Whether what is typed is neither stored nor on its way. */
  get dirty(): boolean {
    return this.text !== this.known;
  }

  /** The record has come with this value. */
  update(stored: string): void {
    if (stored === this.stored) return;
    const untouched = !this.dirty && this.sent.length === 0;
    this.stored = stored;
    const own = this.sent.indexOf(stored);
    if (own >= 0) this.sent.splice(0, own + 1);
    else if (untouched) this.text = stored;
    else this.elsewhere = stored === this.text ? undefined : stored;
  }

  /** What is typed is on its way into the record from now on. */
  send(): void {
    this.sent.push(this.text);
  }

  /**
   * What is known of a text that was sent.
   * @param done whether the record has it; where it was refused it is something typed again
   */
  settle(text: string, done: boolean): void {
    const index = this.sent.indexOf(text);
    // The record came with it before this was known, and perhaps with another's since.
    if (index < 0) return;
    this.sent.splice(index, 1);
    if (done) this.stored = text;
  }

  /** Drops what is typed. Returns whether there was anything to drop. */
  revert(): boolean {
    const { dirty } = this;
    this.text = this.known;
    return dirty;
  }

  private get known(): string {
    return this.sent.at(-1) ?? this.stored;
  }
}
