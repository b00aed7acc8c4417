/** Faults put into the browser's own IndexedDB, for the specs: the n-th call fails, or is the last one before a crash. */

/** The calls that a database operation is made of, in the order in which they are counted. */
const CALLS: readonly [object, string][] = [
  [IDBDatabase.prototype, "transaction"],
  ...["get", "getAll", "getAllKeys", "put", "add", "delete"].map(
    (name): [object, string] => [IDBObjectStore.prototype, name],
  ),
  ...["get", "getKey", "getAll", "getAllKeys", "openCursor"].map(
    (name): [object, string] => [IDBIndex.prototype, name],
  ),
  ...["update", "continue"].map((name): [object, string] => [
    IDBCursor.prototype,
    name,
  ]),
];

const WRITES: ReadonlySet<string> = new Set(["put", "add", "update"]);

export type FaultKind =
  /** The call throws, as it does when the browser has closed the database or the disk is full. */
  | "throw"
  /** From this call on, every one that writes throws, as on a full disk. */
  | "full"
  /** The call goes through, and its transaction is aborted. */
  | "abort"
  /** The call and every one after it throw and what is not committed is gone: to the database, a killed browser. */
  | "crash";

type Call = (this: unknown, ...args: unknown[]) => unknown;

function errorOf(kind: FaultKind): DOMException {
  return kind === "full"
    ? new DOMException(
        "No space is left (put in by a spec)",
        "QuotaExceededError",
      )
    : new DOMException("The disk failed (put in by a spec)", "UnknownError");
}

function transactionOf(target: unknown): IDBTransaction | undefined {
  if (target instanceof IDBObjectStore) return target.transaction;
  if (target instanceof IDBIndex) return target.objectStore.transaction;
  if (target instanceof IDBCursor) {
    return transactionOf(target.source);
  }
  return undefined;
}

/** Puts one fault into every connection of this page until `heal`. */
export class Fault {
  /** Calls so far. */
  calls = 0;
  private readonly originals: [object, string, Call][] = [];

  /** @param at number of the call that is hit, counted from 1; 0 hits none. */
  constructor(
    private readonly kind: FaultKind,
    private readonly at: number,
  ) {
    for (const [prototype, name] of CALLS) {
      const original = Reflect.get(prototype, name) as Call;
      this.originals.push([prototype, name, original]);
      const meddle = this.meddle.bind(this);
      Reflect.set(
        prototype,
        name,
        function (this: unknown, ...args: unknown[]) {
          return meddle(this, original, args);
        },
      );
    }
  }

  /** Whether the operation made as many calls as it takes to be hit. */
  get hit(): boolean {
    return this.at > 0 && this.calls >= this.at;
  }

  heal(): void {
    for (const [prototype, name, original] of this.originals) {
      Reflect.set(prototype, name, original);
    }
  }

  private meddle(target: unknown, original: Call, args: unknown[]): unknown {
    this.calls += 1;
    const { kind, at, calls } = this;
    const lasts = kind === "crash" || kind === "full";
    if (at === 0 || calls < at || (calls > at && !lasts)) {
      return original.apply(target, args);
    }
    if (kind === "full" && !WRITES.has(original.name)) {
      return original.apply(target, args);
    }
    if (kind === "abort" && target instanceof IDBDatabase) {
      const tx = original.apply(target, args) as IDBTransaction;
      tx.abort();
      return tx;
    }
    if (kind === "abort") {
      const request = original.apply(target, args);
      transactionOf(target)?.abort();
      return request;
    }
    if (kind === "crash") abortQuietly(transactionOf(target));
    throw errorOf(kind);
  }
}

function abortQuietly(tx: IDBTransaction | undefined): void {
  try {
    tx?.abort();
  } catch {
    // It has ended already, and what it wrote stays, as it would if the browser were killed now.
  }
}
