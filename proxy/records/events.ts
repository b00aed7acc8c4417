/** What happened to somebody's records, or to what is merged for everybody. */
export interface RecordEvent {
  /** Whose; `EVERYBODY` where merges hold for everybody now. */
  user: string;
  dataset: string;
  /** Of the user; 0 of everybody. */
  revision: number;
}

type Listener = (event: RecordEvent) => void;

/** Tells whoever listens that records have changed, once that is on disk. */
export class RecordEvents {
  private readonly listeners = new Set<Listener>();

  /** @returns takes the listener away again */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(event: RecordEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** How many listen. */
  get size(): number {
    return this.listeners.size;
  }
}
