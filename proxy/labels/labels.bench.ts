// How fast a volume of labels comes to the server and becomes a segmentation, and whether the server's memory stays what it is; beside
// writing the same bytes to the disk directly.
import { open } from "node:fs/promises";
import path from "node:path";
import { bench } from "../../config/bench/bench.js";
import { bringLabels } from "../../src/clio/model/bring_labels.js";
import { residentMiB } from "../bench/load.js";
import { ServerProcess } from "../testing/server_process.js";
import { LabelsClient } from "./command/labels_client.js";
import { writeImage } from "./testing/label_server.js";

const EDGE = 512;
const MEBIBYTE = 2 ** 20;
/** The most that the server may grow while bytes come: a part is held at a time, and what the collector has not got to. */
const MOST_GROWTH = 150;

bench("labels", async (report) => {
  let data = "";
  const server = await ServerProcess.start({}, async (database) => {
    data = path.dirname(database);
    await writeImage(data, "vnc", [EDGE, EDGE, EDGE]);
  });
  try {
    const voxels = new Uint32Array(EDGE ** 3);
    // Cells of 32 voxels a side.
    for (let at = 0; at < voxels.length; at++) {
      const [x, y, z] = [at % EDGE, (at >> 9) % EDGE, at >> 18];
      voxels[at] = 1 + (x >> 5) + 16 * ((y >> 5) + 16 * (z >> 5));
    }
    const bytes = new Uint8Array(voxels.buffer);
    const size = bytes.length;
    const client = new LabelsClient(server.origin, "vnc", undefined);
    const before = await residentMiB(server.pid!);
    let [sent, highest] = [0, before];
    const began = performance.now();
    const done = await bringLabels(
      client,
      {
        ...{ size, key: "bench" },
        read: (from, count) => Promise.resolve(bytes.slice(from, from + count)),
      },
      {
        ...{ name: "Bench", format: "raw", dtype: "uint32" },
        shape: [EDGE, EDGE, EDGE],
      },
      ({ state }) => {
        if (state !== "receiving") sent ||= performance.now();
        else
          void residentMiB(server.pid!).then((now) => {
            if (sent === 0) highest = Math.max(highest, now);
          });
      },
    );
    const end = performance.now();
    if (done.state !== "done") throw new Error(done.problem);
    const direct = await writeDirectly(path.join(data, "direct"), bytes);
    const speed = (ms: number) => size / MEBIBYTE / (ms / 1000);
    report({
      ...{ name: "upload, 512^3 of uint32", value: speed(sent - began) },
      ...{ unit: "MiB/s", peer: "written to the disk directly" },
      ...{ peerValue: speed(direct) },
    });
    report({
      ...{ name: "upload until it is a segmentation with meshes", unit: "s" },
      value: (end - began) / 1000,
    });
    report({
      ...{ name: "memory of the server while bytes come, more", unit: "MiB" },
      ...{ value: highest - before, target: `< ${MOST_GROWTH}` },
    });
  } finally {
    await server.close();
  }
});

/** @returns milliseconds */
async function writeDirectly(file: string, bytes: Uint8Array): Promise<number> {
  const began = performance.now();
  const handle = await open(file, "w");
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
  const took = performance.now() - began;
  return took;
}
