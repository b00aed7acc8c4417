import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PublishedManifest } from "../index/manifest.js";
import { visibleRecords } from "../index/visible_records.js";
import type { Records } from "../record.js";
import type { OnRecords } from "./import_records.js";
import { packRecords } from "./packed_records.js";

/** How many blocks are gathered in memory before they are written. */
const blocksAtOnce = 4096;

/** The original's tables by 16 bits each: ours are the lanes. */
const masks = {
  ham_0: String(0xffffn << 48n),
  ham_1: String(0xffffn << 32n),
  ham_2: String(0xffffn << 16n),
  ham_3: String(0xffffn),
};

/**
 * Writes an index in the original's form: `info.json`, and a file of packed records a block in `blocks/`. The folder appears when
 * it is whole.
 * @param folder of the index
 * @param target a folder that does not exist yet
 * @param blockSize the edge of a block, in voxels
 */
export async function exportRecords(
  folder: string,
  { segments }: PublishedManifest,
  target: string,
  blockSize: number,
  onRecords: OnRecords,
): Promise<void> {
  const partial = `${target}.partial`;
  const blocksFolder = path.join(partial, "blocks");
  const total = segments.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  await rm(partial, { recursive: true, force: true });
  await mkdir(blocksFolder, { recursive: true });
  const blocks = new Map<string, Buffer[]>();
  for (const segment of segments) {
    let row = 0;
    for await (const { records, next } of visibleRecords(folder, segment)) {
      addToBlocks(blocks, records, blockSize);
      if (blocks.size >= blocksAtOnce) await writeBlocks(blocksFolder, blocks);
      done += next - row;
      row = next;
      onRecords(done, total);
    }
  }
  await writeBlocks(blocksFolder, blocks);
  const info = { block_size: blockSize, num_bits: 64, ...masks };
  await writeFile(path.join(partial, "info.json"), JSON.stringify(info));
  await rename(partial, target);
}

function addToBlocks(
  blocks: Map<string, Buffer[]>,
  { positions, signatures }: Records,
  blockSize: number,
): void {
  for (let row = 0; row < signatures.length; row++) {
    const place = positions.subarray(3 * row, 3 * row + 3);
    const name = Array.from(place, (value) =>
      Math.floor(value / blockSize),
    ).join("_");
    const packed = packRecords({
      positions: place,
      signatures: signatures.subarray(row, row + 1),
    });
    const block = blocks.get(name);
    if (block === undefined) blocks.set(name, [packed]);
    else block.push(packed);
  }
}

async function writeBlocks(
  folder: string,
  blocks: Map<string, Buffer[]>,
): Promise<void> {
  for (const [name, records] of blocks) {
    await appendFile(path.join(folder, name), Buffer.concat(records));
  }
  blocks.clear();
}
