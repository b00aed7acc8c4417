import type { AnnotationRecord } from "../../model/annotation.js";
import type { SandboxKey } from "../../model/sandbox.js";
import { readSandbox } from "../../store/reader.js";
import type { Store } from "../../store/store.js";
import { newestOf } from "./newest_of.js";

/** What makes a file of records, batch by batch. */
export interface MarksWriter {
  add(records: readonly AnnotationRecord[]): void;
  finish(): Blob;
}

export interface ExportOptions {
  /** Told how many records there were so far. */
  readonly progress: (done: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Writes batches of records.
 * @throws the signal's reason, where it is cancelled
 */
export async function writeBatches(
  batches: AsyncIterable<readonly AnnotationRecord[]>,
  writer: MarksWriter,
  { progress, signal }: ExportOptions,
): Promise<Blob> {
  let done = 0;
  for await (const records of batches) {
    signal.throwIfAborted();
    writer.add(records);
    progress((done += records.length));
  }
  return writer.finish();
}

/**
 * Writes all records of a sandbox, those included that are on no disk yet.
 * @throws {Error} where the storage is not open, or the signal's reason, where it is cancelled
 */
export async function writeAll(
  store: Store,
  key: SandboxKey,
  writer: MarksWriter,
  { progress, signal }: ExportOptions,
): Promise<Blob> {
  const { db, state } = store;
  if (db === undefined) {
    throw new Error(
      `The storage is ${state.value}. As Clio JSON what is in memory can be saved.`,
    );
  }
  const waiting = newestOf(store.pending, key);
  let done = 0;
  const add = async (records: readonly AnnotationRecord[]) => {
    writer.add(records);
    progress((done += records.length));
    // The page gets to draw, and a person to cancel.
    await new Promise((resolve) => setTimeout(resolve));
  };
  await readSandbox(
    db,
    key,
    (records) => add(records.filter(({ id }) => !waiting.has(id))),
    { signal },
  );
  await add([...waiting.values()].filter((record) => record !== undefined));
  return writer.finish();
}
