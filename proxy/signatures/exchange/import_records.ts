import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { IndexPlanError, type IndexWriter } from "../index/index_writer.js";
import { packedBytes, unpackRecords } from "./packed_records.js";

/** Told how far an import has come, in records. */
export type OnRecords = (done: number, total: number) => void;

/** How many records are read at once. */
const readAtOnce = 2 ** 16;

interface RecordFile {
  readonly file: string;
  readonly count: number;
}

/**
 * Adds the original's records to an index: those of one file of packed records, or those of a folder with `info.json` and a file a
 * block in `blocks/`. Goes on behind the writer's checkpoint.
 * @param source the file or the folder
 * @throws IndexPlanError where it is neither, or a file is not one of packed records
 */
export async function importRecords(
  source: string,
  writer: IndexWriter,
  onRecords: OnRecords,
): Promise<void> {
  const files = await recordFiles(source);
  const total = files.reduce((sum, { count }) => sum + count, 0);
  // Records are counted through all files, in the order of their names.
  const begin = Number(writer.checkpoint ?? 0);
  let reached = 0;
  for (const { file, count } of files) {
    const from = Math.max(0, begin - reached);
    if (from < count) {
      await importFile(file, from, count, async (records, row) => {
        await writer.add(unpackRecords(records), String(reached + row));
        onRecords(reached + row, total);
      });
    }
    reached += count;
  }
}

async function importFile(
  file: string,
  from: number,
  count: number,
  add: (records: Uint8Array, next: number) => Promise<void>,
): Promise<void> {
  const handle = await open(file, "r");
  const room = Buffer.alloc(Math.min(readAtOnce, count - from) * packedBytes);
  try {
    for (let row = from; row < count;) {
      const length = Math.min(readAtOnce, count - row);
      const bytes = room.subarray(0, length * packedBytes);
      const { bytesRead } = await handle.read(
        bytes,
        0,
        bytes.length,
        row * packedBytes,
      );
      if (bytesRead < bytes.length) {
        throw new IndexPlanError(`${file}: it became shorter meanwhile`);
      }
      row += length;
      await add(bytes, row);
    }
  } finally {
    await handle.close();
  }
}

async function recordFiles(source: string): Promise<RecordFile[]> {
  const names = (await stat(source)).isDirectory()
    ? (await readdir(path.join(source, "blocks"))).map((name) =>
        path.join(source, "blocks", name),
      )
    : [source];
  return Promise.all(
    names.sort().map(async (file) => {
      const { size } = await stat(file);
      if (size % packedBytes !== 0) {
        throw new IndexPlanError(
          `${file}: ${size} bytes, expected records of ${packedBytes} bytes`,
        );
      }
      return { file, count: size / packedBytes };
    }),
  );
}
