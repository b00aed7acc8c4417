// A cut-out of 512 voxels a side through the server, beside reading the files of the same chunks from the disk and unpacking them; and
// whether the server's memory stays what it is, however often.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { get } from "node:http";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { bench, type Report } from "../../config/bench/bench.js";
import {
  encodeUint64Channels,
  TypedArrayBuilder,
} from "../../neuroglancer/codecs.js";
import { residentMiB } from "../bench/load.js";
import { ServerProcess } from "../testing/server_process.js";

const gunzip = promisify(zlib.gunzip);

/** Edges of the volume, of its chunks, and of the cut-out, in voxels; the cut-out begins within a chunk. */
const size = 576;
const chunk = 64;
const edge = 512;
const begin = 32;

/** How often each is cut out: what is left over each time would add up. */
const rounds = 3;

/** How often the memory is looked at, in milliseconds. */
const lookEvery = 50;

const layers = [
  { name: "image", type: "image", bytes: 1 },
  { name: "cells", type: "segmentation", bytes: 8 },
] as const;
type Layer = (typeof layers)[number];

bench("cutout", async (report) => {
  const server = await ServerProcess.start({}, async (database) => {
    const folder = path.join(path.dirname(database), "volumes/bench");
    await makeVolume(folder);
  });
  const volume = path.join(server.folder, "data/volumes/bench");
  try {
    for (const layer of layers) await measure(report, server, volume, layer);
  } finally {
    await server.close();
  }
});

async function measure(
  report: Report,
  server: ServerProcess,
  volume: string,
  { name, bytes }: Layer,
): Promise<void> {
  const corner = Array.from({ length: 3 }, () => begin);
  const box = [...corner, ...corner.map((from) => from + edge)].join();
  const url = `${server.origin}/api/cutouts/bench/${name}/0/${box}/array.npy`;
  const megabytes = (edge ** 3 * bytes) / 1e6;
  let most = 0;
  const look = setInterval(() => {
    void residentMiB(server.pid!).then((now) => (most = Math.max(most, now)));
  }, lookEvery);
  const peaks: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    most = 0;
    rates.push(megabytes / (await secondsOf(() => fetched(url))));
    peaks.push(most);
  }
  clearInterval(look);
  const folder = path.join(volume, name, "s");
  const direct = megabytes / (await secondsOf(() => readAll(folder)));
  report({
    name: `${edge}^3 of ${name} (${megabytes.toFixed(0)} MB)`,
    value: Math.max(...rates),
    unit: "MB/s",
    ...{ peer: "the same chunks from the disk", peerValue: direct },
  });
  report({
    name: `memory at most, ${name}`,
    value: Math.max(...peaks),
    unit: "MiB",
    target: "< 1024",
  });
  report({
    name: `memory, last of ${rounds} by the first, ${name}`,
    value: peaks[rounds - 1] / peaks[0],
    unit: "×",
    target: "< 1.25",
  });
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

function fetched(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      if (answer.statusCode !== 200)
        reject(new Error(`${url}: ${answer.statusCode}`));
      answer.on("error", reject).on("end", resolve).resume();
    }).on("error", reject);
  });
}

/** Reads and unpacks all files, a few at a time: as fast as the disk and zlib let Node. */
async function readAll(folder: string): Promise<void> {
  const names = (await readdir(folder)).values();
  const work = async () => {
    for (const name of names)
      await gunzip(await readFile(path.join(folder, name)));
  };
  await Promise.all(Array.from({ length: 4 }, work));
}

async function makeVolume(folder: string): Promise<void> {
  const scene = {
    neuroglancer: {
      layers: layers.map(({ name, type }) => ({
        ...{ name, type, source: `./${name}` },
      })),
    },
  };
  for (const { name, type } of layers) {
    const files = path.join(folder, name, "s");
    await mkdir(files, { recursive: true });
    const isImage = type === "image";
    // A few that differ are as good as many: nothing between the disk and the answer looks at whether two are the same.
    const kinds = [0, 1, 2, 3].map((seed) =>
      zlib.gzipSync(isImage ? greyChunk(seed) : cellsChunk(seed), { level: 3 }),
    );
    const starts = Array.from({ length: size / chunk }, (_, i) => i * chunk);
    const range = (from: number) => `${from}-${from + chunk}`;
    for (const z of starts)
      for (const y of starts)
        for (const x of starts)
          await writeFile(
            path.join(files, `${range(x)}_${range(y)}_${range(z)}.gz`),
            kinds[((x + y + z) / chunk) & 3],
          );
    const scale = {
      ...{ key: "s", size: [size, size, size], resolution: [8, 8, 8] },
      chunk_sizes: [[chunk, chunk, chunk]],
      encoding: isImage ? "raw" : "compressed_segmentation",
      ...(isImage ? {} : { compressed_segmentation_block_size: [8, 8, 8] }),
    };
    const info = {
      ...{ type, data_type: isImage ? "uint8" : "uint64", num_channels: 1 },
      scales: [scale],
    };
    await writeFile(path.join(folder, name, "info"), JSON.stringify(info));
  }
  await writeFile(path.join(folder, "dataset.json"), JSON.stringify(scene));
}

/** Noise, as the grey of EM is to a compressor. */
function greyChunk(seed: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length: chunk ** 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 90 + (state >>> 26);
  });
}

/** Cells of some thousands of voxels with slanted borders. */
function cellsChunk(seed: number): Uint8Array {
  const ids = BigUint64Array.from({ length: chunk ** 3 }, (_, i) => {
    const x = i % chunk;
    const y = Math.floor(i / chunk) % chunk;
    const z = Math.floor(i / chunk ** 2);
    const cell = ((x + z) >> 4) + 8 * ((y + (x >> 2)) >> 4) + 64 * (z >> 5);
    return 2n ** 50n + BigInt(cell + 1000 * seed);
  });
  const output = new TypedArrayBuilder(Uint32Array);
  encodeUint64Channels(output, [8, 8, 8], ids, [chunk, chunk, chunk, 1]);
  return new Uint8Array(output.view.slice().buffer);
}
