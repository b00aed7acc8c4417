import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "../../testing/server_fixture.js";
import type { Records } from "../record.js";
import { plan, rowsOf } from "../testing/records.js";
import { scatteredRecords } from "../testing/scattered.js";
import { IndexBusyError } from "./folder_lock.js";
import { IndexPlanError, IndexWriter, type IndexPlan } from "./index_writer.js";
import { readManifest } from "./manifest.js";
import { CorruptIndexError } from "./sealed_file.js";
import { visibleRecords } from "./visible_records.js";

const smallPlan: IndexPlan = { ...plan, segmentRecords: 1000 };
const batchRecords = 300;

/** Batch `i` of an index. */
function batch(i: number): Records {
  return scatteredRecords(batchRecords, "clustered", i, batchRecords * i);
}

async function addBatches(
  writer: IndexWriter,
  end: number,
  stopAfter = end,
): Promise<void> {
  const first = Number(writer.checkpoint ?? -1) + 1;
  for (let i = first; i < stopAfter; i++) await writer.add(batch(i), String(i));
}

/** What lies below a folder, with the bytes of each file. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of await readdir(folder, { recursive: true })) {
    // A folder has no bytes.
    const bytes = await readFile(path.join(folder, name)).catch(() => "");
    files.set(name, bytes.toString("base64"));
  }
  return files;
}

describe("The writer of an index", () => {
  let root: string;
  let made = 0;
  beforeAll(async () => {
    root = await temporaryFolder();
  });
  afterAll(() => rm(root, { recursive: true }));

  const newFolder = () => path.join(root, String(made++));

  async function written(folder: string): Promise<string[]> {
    const { segments } = (await readManifest(folder))!;
    const rows: string[] = [];
    for (const segment of segments) {
      for await (const { records } of visibleRecords(folder, segment)) {
        for (const { place, signature } of rowsOf(records)) {
          rows.push(`${place.join()} ${signature}`);
        }
      }
    }
    return rows.sort();
  }

  function rowsOfBatches(...batches: readonly Records[]): string[] {
    return batches
      .flatMap(rowsOf)
      .map(({ place, signature }) => `${place.join()} ${signature}`)
      .sort();
  }

  it("sorts so many records at once, makes one segment of them, and puts what made them into the manifest", async () => {
    const folder = newFolder();
    const writer = await IndexWriter.open(folder, smallPlan);
    await addBatches(writer, 10);
    // Sorted are 900, 900, 900 and 300.
    await writer.publish();
    const { encoder, voxelSize, stride, segments } =
      (await readManifest(folder))!;
    expect({ encoder, voxelSize, stride }).toEqual(plan);
    expect(segments.map(({ count }) => count)).toEqual([3000]);
    const batches = Array.from({ length: 10 }, (_, i) => batch(i));
    expect(await written(folder)).toEqual(rowsOfBatches(...batches));
    expect(await readdir(folder)).toEqual(["manifest.json", "segments"]);
  });

  it("goes on where an interrupted one came to, to the same bytes", async () => {
    const undisturbed = newFolder();
    const whole = await IndexWriter.open(undisturbed, smallPlan);
    await addBatches(whole, 10);
    await whole.publish();
    const folder = newFolder();
    for (const stopAfter of [0, 2, 5, 6, 10]) {
      const writer = await IndexWriter.open(folder, smallPlan);
      await addBatches(writer, 10, stopAfter);
      await writer.close();
    }
    // What a writer has left that was killed while it made one segment of all.
    const half = path.join(folder, "building/1.partial");
    await writeFile(half, new Uint8Array(100_000));
    const last = await IndexWriter.open(folder, smallPlan);
    expect(last.written).toBe(2700);
    expect(last.checkpoint).toBe("8");
    await addBatches(last, 10);
    await last.publish();
    expect(await filesOf(folder)).toEqual(await filesOf(undisturbed));
  });

  it("makes a region anew beside what is published, and only with the same encoder", async () => {
    const folder = newFolder();
    const region = { min: [0, 0, 0], max: [800, 16, 1] } as const;
    const regional = { ...smallPlan, region };
    await expectAsync(IndexWriter.open(folder, regional)).toBeRejectedWithError(
      IndexPlanError,
      /there is no index yet/,
    );
    const first = await IndexWriter.open(folder, smallPlan);
    await first.add(batch(0), "0");
    await first.publish();
    await expectAsync(
      IndexWriter.open(folder, {
        ...regional,
        encoder: { ...plan.encoder, hash: "1".repeat(64) },
      }),
    ).toBeRejectedWithError(IndexPlanError, /^encoder: /);

    // 50 places of the first row lie in the region.
    const anew = scatteredRecords(50, "uniform", 99);
    for (let times = 0; times < 2; times++) {
      const writer = await IndexWriter.open(folder, regional);
      await expectAsync(writer.add(batch(0), "0")).toBeRejectedWithError(
        IndexPlanError,
        /outside of the region/,
      );
      await writer.add(anew, "0");
      await writer.publish();
      const kept = rowsOf(batch(0)).slice(50);
      expect(await written(folder)).toEqual(
        [
          ...rowsOfBatches(anew),
          ...kept.map(({ place, signature }) => `${place.join()} ${signature}`),
        ].sort(),
      );
    }
  });

  it("refuses another plan than the one begun, until that is discarded", async () => {
    const folder = newFolder();
    const writer = await IndexWriter.open(folder, smallPlan);
    await addBatches(writer, 5);
    await writer.close();
    await expectAsync(IndexWriter.open(folder, plan)).toBeRejectedWithError(
      IndexPlanError,
      /other settings/,
    );
    await IndexWriter.discard(folder);
    const other = await IndexWriter.open(folder, plan);
    expect(other.checkpoint).toBeUndefined();
    await other.close();
  });

  it("has the index to itself; the lock of a killed process counts as none", async () => {
    const folder = newFolder();
    const writer = await IndexWriter.open(folder, plan);
    await expectAsync(IndexWriter.open(folder, plan)).toBeRejectedWithError(
      IndexBusyError,
      new RegExp(`process ${process.pid} `),
    );
    await writer.close();
    // No process has a number beyond what Linux gives out.
    await writeFile(path.join(folder, "lock"), String(2 ** 22 + 1));
    await (await IndexWriter.open(folder, plan)).close();
  });

  it("takes no batch that is not made of whole records", async () => {
    const writer = await IndexWriter.open(newFolder(), smallPlan);
    const positions = new Uint32Array(4);
    const signatures = new BigUint64Array(1);
    await expectAsync(
      writer.add({ positions, signatures }, "0"),
    ).toBeRejectedWithError(IndexPlanError, /^1 signatures with 4 /);
    await expectAsync(
      writer.add(scatteredRecords(1001, "uniform", 1), "0"),
    ).toBeRejectedWithError(IndexPlanError, /at most 1000/);
    await writer.close();
  });

  it("says so where the disk refuses, and keeps what is safe", async () => {
    const folder = newFolder();
    const writer = await IndexWriter.open(folder, smallPlan);
    await addBatches(writer, 5);
    // In the way of the next segments.
    await rm(path.join(folder, "building"), { recursive: true });
    await writeFile(path.join(folder, "building"), "");
    await addBatches(writer, 10).catch(() => undefined);
    await expectAsync(writer.publish()).toBeRejectedWithError(/ENOTDIR/);
    expect(await readManifest(folder)).toBeUndefined();
    await rm(path.join(folder, "building"));
    await mkdir(path.join(folder, "building"));
    const again = await IndexWriter.open(folder, smallPlan);
    await addBatches(again, 3);
    await again.publish();
    expect((await readManifest(folder))?.segments).toHaveSize(1);
  });

  it("leaves a manifest in which every flipped bit shows", async () => {
    const folder = newFolder();
    const writer = await IndexWriter.open(folder, smallPlan);
    await writer.add(batch(0), "0");
    await writer.publish();
    const file = path.join(folder, "manifest.json");
    const bytes = await readFile(file);
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << (at % 8);
      await writeFile(file, flipped);
      await expectAsync(readManifest(folder))
        .withContext(`byte ${at}`)
        .toBeRejectedWithError(CorruptIndexError);
    }
  });
});
