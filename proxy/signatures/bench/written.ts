/** What is measured, on the disk: signatures one after the other, and the index of them. */
import { appendFile, open, writeFile } from "node:fs/promises";
import { IndexWriter } from "../index/index_writer.js";
import { plan } from "../testing/records.js";
import { placesInBlock } from "../testing/scattered.js";

const batchRecords = 1_000_000;

/** Makes so many signatures: the same seed gives the same. */
export type Signatures = (
  count: number,
  seed: number,
) => BigUint64Array<ArrayBuffer>;

/** Writes `count` signatures, 8 bytes each, and gives `fewest` of them or more, from all over the file. */
export async function writeSignatures(
  file: string,
  count: number,
  signatures: Signatures,
  fewest: number,
): Promise<bigint[]> {
  await writeFile(file, "");
  const some: bigint[] = [];
  const perBatch = Math.ceil((fewest * batchRecords) / count);
  for (let first = 0; first < count; first += batchRecords) {
    const batch = signatures(Math.min(batchRecords, count - first), first + 1);
    some.push(...batch.subarray(0, perBatch));
    await appendFile(file, new Uint8Array(batch.buffer));
  }
  return some;
}

/** Writes the index of the signatures in a file, at places that fill a block. */
export async function writeIndex(
  folder: string,
  file: string,
  count: number,
): Promise<void> {
  const writer = await IndexWriter.open(folder, plan);
  const source = await open(file);
  try {
    for (let first = 0; first < count; first += batchRecords) {
      const signatures = new BigUint64Array(
        Math.min(batchRecords, count - first),
      );
      const { byteLength } = signatures;
      const { bytesRead } = await source.read(
        signatures,
        0,
        byteLength,
        8 * first,
      );
      // Else what is missing would be indexed as zeros.
      if (bytesRead !== byteLength) {
        throw new Error(
          `${file}: ${bytesRead} bytes of ${byteLength} at ${8 * first}`,
        );
      }
      const positions = placesInBlock(signatures.length, first);
      await writer.add({ positions, signatures }, String(first));
    }
  } finally {
    await source.close();
  }
  await writer.publish();
}
