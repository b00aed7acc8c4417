import { NullarySignal } from "neuroglancer/unstable/util/signal.js";

/** The marks that a person has chosen for an act on many. They stay chosen when the filter hides them. */
export class CheckSet {
  readonly changed = new NullarySignal();
  private readonly ids = new Set<string>();

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** All of them, in the order in which they were chosen. */
  list(): string[] {
    return [...this.ids];
  }

  add(ids: Iterable<string>): void {
    const before = this.size;
    for (const id of ids) this.ids.add(id);
    if (this.size !== before) this.changed.dispatch();
  }

  /** Takes marks out, because a person does not want them any more or because they are gone. */
  delete(ids: Iterable<string>): void {
    const before = this.size;
    for (const id of ids) this.ids.delete(id);
    if (this.size !== before) this.changed.dispatch();
  }

  clear(): void {
    if (this.size === 0) return;
    this.ids.clear();
    this.changed.dispatch();
  }
}
