import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { readImage, readLabels } from "../testing/volume_reader.js";
import { makeDataset } from "./make_dataset.js";

const shared = path.resolve(
  process.env.CLIO_SHARED ?? "../shared",
  "data/fibsem-medulla-ts2",
);

describe("The dataset of the real volume fibsem-medulla-ts2", () => {
  it("has the raw files' voxels", async () => {
    if (!existsSync(shared)) {
      pending(
        `${shared} is not there: CLIO_SHARED names the folder of shared test data (../shared)`,
      );
      return;
    }
    const folder = mkdtempSync(path.join(tmpdir(), "clio-medulla-"));
    try {
      const out = path.join(folder, "fibsem-medulla-ts2");
      const raw = (name: string) => path.join(shared, `${name}.raw.gz`);
      await makeDataset({
        out,
        image: raw("gray"),
        labels: new Map([
          ["supervoxels", raw("overseg")],
          ["bodies", raw("gt_body")],
        ]),
        meshes: false,
      });
      const bytes = (name: string) => gunzipSync(readFileSync(raw(name)));
      const image = readImage(path.join(out, "image"));
      expect(bytes("gray").equals(Buffer.from(image.buffer))).toBeTrue();
      for (const [layer, name] of [
        ["supervoxels", "overseg"],
        ["bodies", "gt_body"],
      ]) {
        const expected = bytes(name);
        const wrong = readLabels(path.join(out, layer)).findIndex(
          (id, at) => id !== BigInt(expected.readUInt32LE(at * 4)),
        );
        expect(wrong)
          .withContext(`first voxel of ${layer} that differs`)
          .toBe(-1);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
