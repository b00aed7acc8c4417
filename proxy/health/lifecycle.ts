/** Where the server is between its start and its end. */
export class Lifecycle {
  private readonly started = performance.now();
  private readonly listeners = new Set<() => void>();
  private leaving = false;

  /** Seconds since the start. */
  get uptime(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** Whether the server has begun to shut down: it finishes what it has and takes nothing new. */
  get isStopping(): boolean {
    return this.leaving;
  }

  /**
   * Has `listener` called when the shutdown begins: what never ends by itself has to end then.
   * @returns takes the listener away again
   */
  onStop(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** From now on the server is shutting down. */
  beginStop(): void {
    this.leaving = true;
    for (const listener of this.listeners) listener();
  }
}
