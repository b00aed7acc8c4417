/** Where the server is between its start and its end. */
export class Lifecycle {
  private readonly started = performance.now();
  private leaving = false;

  /** Seconds since the start. */
  get uptime(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** Whether the server has begun to shut down: it finishes what it has and takes nothing new. */
  get isStopping(): boolean {
    return this.leaving;
  }

  /** From now on the server is shutting down. */
  beginStop(): void {
    this.leaving = true;
  }
}
