import { createHash } from "node:crypto";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import {
  noPython,
  pythonWithZarr,
  runPython,
} from "../../config/stories/python.js";
import { violations } from "../../config/stories/axe.js";
import { downloaded } from "../../config/stories/downloaded.js";
import { eventually } from "../../config/stories/eventually.js";
import {
  clickVoxel,
  needsMedulla,
  newContext,
  openWatched,
  sharedPath,
  StoryServer,
  storyData,
} from "../../config/stories/harness.js";
import type { Vec3 } from "./model/box.js";
import {
  chooseDataset,
  segmentsSeen,
  selected,
  selectSegments,
} from "./merges/testing/merge_page.js";

const MEDULLA = "fibsem-medulla-ts2";
const EDGE = 250;

/** Corners of the box that is drawn: voxels of it. */
const FIRST: Vec3 = [100, 90, 125];
const LAST: Vec3 = [139, 119, 125];

const panel = (page: Page) =>
  page.getByRole("region", { name: "To napari", exact: true });

/** What the raw file of the volume holds in a box, z slowest. */
function rawVoxels<T>(
  file: string,
  [lower, upper]: readonly [Vec3, Vec3],
  read: (bytes: Buffer, index: number) => T,
): T[] {
  const bytes = gunzipSync(readFileSync(sharedPath("data", MEDULLA, file)!));
  const values: T[] = [];
  for (let z = lower[2]; z < upper[2]; z++)
    for (let y = lower[1]; y < upper[1]; y++)
      for (let x = lower[0]; x < upper[0]; x++)
        values.push(read(bytes, x + EDGE * (y + EDGE * z)));
  return values;
}

const sha256 = ({ buffer }: Uint8Array | BigUint64Array) =>
  createHash("sha256").update(new Uint8Array(buffer)).digest("hex");

interface Saved {
  readonly shape: readonly number[];
  readonly sha256: string;
  readonly about: {
    readonly offset: Vec3;
    readonly voxelSize: Vec3;
    readonly scale: number;
  };
}

describe("The way to napari", () => {
  it("leads from a drawn box by keyboard to a script that fetches what the viewer shows there, merges and marks included", async () => {
    needsMedulla();
    const python = await pythonWithZarr();
    if (python === undefined) pending(noPython);
    const folder = mkdtempSync(path.join(tmpdir(), "clio-napari-"));
    // A server of its own: what is merged and marked goes there.
    const volume = path.join("volumes", MEDULLA);
    cpSync(path.join(storyData(), volume), path.join(folder, "data", volume), {
      recursive: true,
    });
    const config = path.join(folder, "clio.json");
    writeFileSync(config, JSON.stringify({ sync: true }));
    const server = await StoryServer.start(path.join(folder, "data"), {
      CLIO_CONFIG: config,
    });
    try {
      const { page, faults } = await openWatched(
        await newContext(),
        server.origin,
      );
      await chooseDataset(page, MEDULLA, server.origin);
      const box = [FIRST, [140, 120, 126]] as const;
      await page.keyboard.press("Alt+N");
      await panel(page)
        .getByRole("radio", { name: /cross-hair/ })
        .waitFor();
      await panel(page)
        .getByRole("status")
        .getByText(/MB, about/)
        .waitFor();
      expect(await violations(page, [".clio-side-panel"])).toEqual({});

      await page.keyboard.press("Shift+B");
      await clickVoxel(page, FIRST);
      await clickVoxel(page, LAST);
      await panel(page).getByText("40 × 30 × 1 voxels").waitFor();
      await page.keyboard.press("Shift+B");
      const ids = rawVoxels("overseg.raw.gz", box, (bytes, i) =>
        BigInt(bytes.readUInt32LE(4 * i)),
      );
      const [a, b] = [...new Set(ids)].filter((id) => id !== 0n).map(String);
      await selectSegments(page, [a, b]);
      await page.keyboard.press("m");
      await selected(page, [a]);
      const [seen] = await segmentsSeen(page, "supervoxels", [FIRST]);
      const merged = ids.map((id) => (String(id) === b ? BigInt(a) : id));
      expect(seen).toBe(String(merged[0]));

      // From the first choice to the download without the mouse.
      await panel(page)
        .getByRole("radio", { name: /cross-hair/ })
        .focus();
      await page.keyboard.press("ArrowDown");
      const status = panel(page).getByRole("status").first();
      await status.getByText(/^40 × 30 × 1 voxels, /).waitFor();
      // What was done in the page is at the server.
      await eventually(
        async () => {
          const at = `${server.origin}/api/cutouts/${MEDULLA}`;
          const place = [...FIRST, 140, 120, 126].join();
          const answers = await Promise.all(
            [
              `/supervoxels/0/${place}/.zattrs`,
              `/supervoxels/0/${place}/.zattrs?merges=none`,
              `/marks?box=${place}`,
            ].map(
              async (each) =>
                (await fetch(at + each)).json() as Promise<unknown>,
            ),
          );
          return answers as unknown as [
            { clio: { merges: string } },
            { clio: object },
            { marks: object[] },
          ];
        },
        ([{ clio }, , { marks }]) =>
          // Of no merges.
          clio.merges !== "e3b0c44298fc1c14" && marks.length === 1,
      );
      await panel(page).getByRole("button", { name: "Get the script" }).focus();
      const { name, text } = await downloaded(page, () =>
        page.keyboard.press("Enter"),
      );
      expect(name).toBe(`napari-${MEDULLA}.py`);
      await panel(page).getByText("The script is in your downloads.").waitFor();
      expect(await violations(page, [".clio-side-panel"])).toEqual({});
      expect(page.url()).not.toContain("token");
      expect(faults).toEqual([]);

      const script = path.join(folder, name);
      writeFileSync(script, text);
      const saved = path.join(folder, "saved");
      const { code, stderr } = await runPython(python!, [
        script,
        "--save",
        saved,
      ]);
      expect(code).withContext(stderr).toBe(0);
      const { stdout } = await runPython(python!, [
        "proxy/cutouts/testing/read_saved.py",
        saved,
      ]);
      const found = JSON.parse(stdout) as Record<string, Saved>;
      const grey = rawVoxels("gray.raw.gz", box, (bytes, i) => bytes[i]);
      for (const [layer, voxels] of [
        ["image", Uint8Array.from(grey)],
        ["supervoxels", BigUint64Array.from(merged)],
        ["labels", new Uint32Array(40 * 30)],
      ] as const) {
        const { shape, sha256: hash, about } = found[`${layer}.zarr`];
        expect(shape).toEqual([1, 30, 40]);
        expect(about.offset).toEqual(FIRST);
        expect(about.voxelSize).toEqual([10, 10, 10]);
        expect(about.scale).toBe(0);
        expect(hash)
          .withContext(layer)
          .toBe(sha256(voxels as Uint8Array));
      }
      const { marks } = JSON.parse(
        readFileSync(path.join(saved, "marks.json"), "utf8"),
      ) as { marks: { kind: string; corners: Vec3[] }[] };
      expect(marks.map(({ kind, corners }) => [kind, ...corners])).toEqual([
        ["box", FIRST, LAST],
      ]);
      // The token is in the script alone: neither in what was saved nor in what the server has printed.
      const token = /\\"token\\": ?\\"([^"\\]+)/.exec(text)?.[1];
      expect(token).toBeDefined();
      expect(server.printed.join("")).not.toContain(token!);
      await page.close();
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
