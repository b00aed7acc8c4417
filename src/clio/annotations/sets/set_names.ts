import { NullarySignal } from "neuroglancer/unstable/util/signal.js";

/** Names of sets as a part of a layer's state; "" stands for the marks that are in none. */
export class SetNames {
  readonly changed = new NullarySignal();
  private names: ReadonlySet<string> = new Set();

  get value(): ReadonlySet<string> {
    return this.names;
  }

  /** Puts a name in or takes it out. */
  put(name: string, isIn: boolean): void {
    if (this.names.has(name) === isIn) return;
    const names = new Set(this.names);
    if (isIn) names.add(name);
    else names.delete(name);
    this.set(names);
  }

  /** Has a set that is renamed keep its state. */
  rename(from: string, to: string): void {
    if (!this.names.has(from)) return;
    const names = new Set(this.names);
    names.delete(from);
    names.add(to);
    this.set(names);
  }

  reset(): void {
    this.set(new Set());
  }

  /** What is no list of names is left out, as a link may come from anywhere. */
  restoreState(json: unknown): void {
    const names: readonly unknown[] = Array.isArray(json) ? json : [];
    this.set(new Set(names.filter((name) => typeof name === "string")));
  }

  toJSON(): string[] | undefined {
    return this.names.size === 0 ? undefined : [...this.names];
  }

  private set(names: ReadonlySet<string>): void {
    if (names.size === 0 && this.names.size === 0) return;
    this.names = names;
    this.changed.dispatch();
  }
}
