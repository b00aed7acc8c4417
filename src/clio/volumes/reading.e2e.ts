import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import {
  newContext,
  openWatched,
  StoryServer,
  viewerReady,
  type WatchedPage,
} from "../../../config/stories/harness.js";
import { type Vec3, vec3 } from "../model/box.js";
import {
  type PageOfClio,
  readImage,
  readLabels,
  show,
} from "./testing/page.js";
import {
  cells,
  type SmallVolume,
  writePrecomputed,
  writeZarr,
} from "./testing/small_volumes.js";

const size: Vec3 = [70, 50, 20];
const offset: Vec3 = [1000, 200, 30];

/** Distinct at nearly every voxel, and above what a double holds. */
const labelAt = ([x, y, z]: Vec3) =>
  2n ** 60n + BigInt((x >> 2) + 100 * (y >> 2) + 10_000 * (z >> 2));
const greyAt = ([x, y, z]: Vec3, scale: number) =>
  BigInt((x * 3 + y * 5 + z * 7 + scale * 11) % 251);
const wideAt = ([x, y, z]: Vec3) => BigInt(x + 100 * y + 1000 * z);

const labels = {
  type: "segmentation",
  dataType: "uint64",
  valueAt: labelAt,
} as const;
const finest = {
  size,
  offset,
  resolution: [8, 8, 8],
  chunks: [[64, 32, 16]],
} as const;

/** Every layer's ids are those of `labelAt`. */
const labelVolumes: Record<string, SmallVolume> = {
  raw: { ...labels, scales: [finest] },
  compressed: {
    ...labels,
    scales: [{ ...finest, encoding: "compressed_segmentation" }],
  },
  anisotropic: { ...labels, scales: [{ ...finest, resolution: [4, 4, 40] }] },
  sharded: { ...labels, scales: [{ ...finest, sharded: true }] },
  several_chunkings: {
    ...labels,
    scales: [
      {
        ...finest,
        chunks: [
          [70, 50, 1],
          [32, 32, 8],
          [1, 50, 20],
        ],
      },
    ],
  },
};

const grey: SmallVolume = {
  type: "image",
  dataType: "uint8",
  channels: 2,
  scales: [
    { ...finest, resolution: [4, 4, 40] },
    {
      size: [35, 25, 20],
      offset: [500, 100, 30],
      resolution: [8, 8, 40],
      chunks: [[16, 16, 16]],
    },
    {
      size: [18, 13, 10],
      offset: [250, 50, 15],
      resolution: [16, 16, 80],
      chunks: [[16, 16, 16]],
    },
  ],
  valueAt: greyAt,
};

const holed: SmallVolume = {
  ...labels,
  scales: [finest],
  isMissing: ([x]) => x > 0,
};

const torn: SmallVolume = { ...labels, scales: [finest] };

describe("Reading voxels of the layers that are shown", () => {
  let data: string;
  let server: StoryServer;
  let watched: WatchedPage;
  let page: Page;
  /** The paths of all chunks that the page asked for. */
  let asked: string[];

  beforeAll(async () => {
    data = await mkdtemp(path.join(tmpdir(), "clio-reading-"));
    const volumes = path.join(data, "volumes");
    const all = { ...labelVolumes, grey, holed, torn };
    for (const [name, volume] of Object.entries(all))
      await writePrecomputed(path.join(volumes, name), volume);
    await writeFile(path.join(volumes, "torn/s0/1000-1064_200-232_30-46"), "?");
    await writeZarr(path.join(volumes, "zarr"), size, [32, 32, 8], wideAt);
    await mkdir(path.join(volumes, "void"));
    server = await StoryServer.start(data);
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await rm(data, { recursive: true });
  });

  /** Opens the viewer with a layer for each volume, of the volume's name. */
  async function open(
    names: readonly string[],
    settings: object = {},
    allow: readonly RegExp[] = [],
  ): Promise<void> {
    const context = await newContext();
    watched = await openWatched(context, server.origin, { allow });
    page = watched.page;
    asked = [];
    context.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (/^\/volumes\/.*\d-\d/.test(pathname)) asked.push(pathname);
    });
    const layers = names.map((name) => ({
      name,
      type: ["grey", "zarr"].includes(name) ? "image" : "segmentation",
      source: `${name === "zarr" ? "zarr3" : "precomputed"}://${server.origin}/volumes/${name}`,
      ...settings,
    }));
    await show(page, server.origin, layers);
  }

  async function close(): Promise<void> {
    expect(watched.faults).toEqual([]);
    await page.context().close();
  }

  const inView = (voxel: Vec3) => vec3((axis) => voxel[axis] + offset[axis]);

  describe("whatever the format", () => {
    beforeAll(() => open([...Object.keys(labelVolumes), "grey", "holed"]));
    afterAll(close);

    for (const name of Object.keys(labelVolumes))
      it(`finds the ids of a ${name.replace("_", " ")} volume, in every chunk and beyond what a double holds`, async () => {
        const voxels = [
          ...cells([2, 2, 2]).map((corner) =>
            vec3((axis) => corner[axis] * (size[axis] - 1)),
          ),
          ...cells([10, 10, 10]).map(([x, y, z]): Vec3 => [
            x * 7,
            y * 5,
            z * 2,
          ]),
        ];
        expect(await readLabels(page, name, voxels.map(inView))).toEqual(
          voxels.map(labelAt),
        );
        const image = await readImage(page, name, {
          lower: inView([60, 30, 0]),
          upper: inView([70, 34, 20]),
        });
        expect(image.shape).toEqual([10, 4, 20]);
        expect(image.values).toEqual(
          cells([10, 4, 20]).map(([x, y, z]) => labelAt([x + 60, y + 30, z])),
        );
      });

    it("gives no id outside of the volume, and the background where a chunk was never written", async () => {
      const places = [
        inView([-1, 0, 0]),
        inView([70, 0, 0]),
        inView([0, 0, 20]),
        [0, 0, 0] as const,
        inView([64, 0, 0]),
        inView([63, 0, 0]),
        inView([63.9, 0.5, 0.1]),
      ];
      const last = labelAt([63, 0, 0]);
      expect(await readLabels(page, "holed", places)).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        0n,
        last,
        last,
      ]);
      const image = await readImage(page, "holed", {
        lower: inView([63, 0, 0]),
        upper: inView([65, 1, 1]),
      });
      expect(image.values).toEqual([last, 0n]);
    });

    it("reads the first channel of an image at each of its scales, filling what lies outside", async () => {
      for (const [scale, { size: scaleSize }] of grey.scales.entries()) {
        const image = await readImage(
          page,
          "grey",
          { lower: inView([-8, -8, -8]), upper: inView([72, 56, 24]) },
          { scale, outside: 255 },
        );
        const { lower } = image.box;
        expect(image.values).toEqual(
          cells(image.shape).map((at) => {
            const voxel = vec3((axis) => at[axis] + lower[axis]);
            const isInside = voxel.every(
              (place, axis) => place >= 0 && place < scaleSize[axis],
            );
            return isInside ? greyAt(voxel, scale) : 255n;
          }),
        );
        expect(image.inside).toEqual({ lower: [0, 0, 0], upper: scaleSize });
      }
    });

    it("chooses a scale by the size of its voxels, whatever the sections' thickness", async () => {
      const chosen = await page.evaluate(async () => {
        const { volumes } = (window as unknown as PageOfClio).clio;
        const volume = await volumes.of("grey");
        return [1, 4, 8, 15, 16, 80, 1000].map((nanometres) =>
          volumes.scaleFor(volume, nanometres),
        );
      });
      // At 16 nm the sections of 80 nm would be coarser than both the finest scale's and what was asked for.
      expect(chosen).toEqual([0, 0, 1, 1, 1, 2, 2]);
    });

    it("refuses a box beyond its limit, an unknown scale and a place that is none, by name", async () => {
      const box = { lower: [0, 0, 0], upper: [4000, 4000, 4000] } as const;
      await expectAsync(readImage(page, "raw", box)).toBeRejectedWithError(
        /4000 x 4000 x 4000 voxels of The layer raw .* takes 488282 MiB; the limit is 256 MiB/,
      );
      await expectAsync(
        readImage(page, "raw", box, { scale: 3 }),
      ).toBeRejectedWithError(/has the scales 0 to 0; scale 3 was asked for/);
      await expectAsync(
        readLabels(page, "raw", [[1, NaN, 3]]),
      ).toBeRejectedWithError(/Position 0 is 1,NaN,3; expected three finite/);
    });
  });

  // A view of its own: its axes have no unit, and a view has one unit for all layers.
  it("reads x, y and z of a source that stores z first", async () => {
    await open(["zarr"]);
    const voxels = cells([7, 5, 4]).map(([x, y, z]): Vec3 => [
      x * 11,
      y * 12,
      z * 6,
    ]);
    expect(await readLabels(page, "zarr", voxels)).toEqual(voxels.map(wideAt));
    const image = await readImage(page, "zarr", {
      lower: [30, 30, 6],
      upper: [35, 36, 10],
    });
    expect(image.values).toEqual(
      cells([5, 6, 4]).map(([x, y, z]) => wideAt([x + 30, y + 30, z + 6])),
    );
    await close();
  });

  it("fetches each chunk once, and none that the screen has already fetched", async () => {
    for (const name of ["raw", "anisotropic"]) {
      await open([name]);
      await viewerReady(page);
      expect(asked.length)
        .withContext("shown on the screen")
        .toBeGreaterThan(0);
      const everywhere = cells([35, 25, 10]).map(([x, y, z]) =>
        inView([2 * x, 2 * y, 2 * z]),
      );
      await readLabels(page, name, everywhere);
      await readLabels(page, name, everywhere);
      expect(asked.length).withContext(asked.join(" ")).toBe(8);
      expect(new Set(asked).size).toBe(8);
      await close();
    }
  });

  it("stops at an abort with the signal's reason, fetches nothing more, and has all when it is asked again", async () => {
    // Not on the screen: every request is the reader's.
    await open(["several_chunkings"], { visible: false });
    const context = page.context();
    await context.route(/several_chunkings\/s0/, (route) => {
      setTimeout(() => void route.continue().catch(() => undefined), 1000);
    });
    await page.evaluate(
      async ({ lower, upper }) => {
        const { volumes } = (window as unknown as PageOfClio).clio;
        const volume = await volumes.of("several_chunkings");
        const control = new AbortController();
        const reading = volumes
          .imageAt(volume, { lower, upper }, 0, { signal: control.signal })
          .then(
            () => "it was read to its end",
            (error: Error) => error.message,
          );
        Object.assign(window, { control, reading });
      },
      { lower: inView([0, 0, 0]), upper: inView(size) },
    );
    if (asked.length === 0) await context.waitForEvent("request");
    const reason = await page.evaluate(() => {
      const { control, reading } = window as unknown as {
        control: AbortController;
        reading: Promise<string>;
      };
      control.abort(new Error("seen enough"));
      return reading;
    });
    expect(reason).toBe("seen enough");
    await page.waitForTimeout(1500);
    // Of 18 chunks those that were on their way: upstream lets a download that nobody wants any more come to its end.
    expect(asked.length).toBeLessThanOrEqual(8);
    // Those came when nobody was waiting for them.
    const box = { lower: inView([0, 0, 0]), upper: inView(size) };
    const again = await readImage(page, "several_chunkings", box);
    expect(again.values.length).toBe(size[0] * size[1] * size[2]);
    await close();
  });

  it("says which layer could not be read where and why, and reads on elsewhere", async () => {
    await open(["torn", "void"], {}, [/./]);
    await expectAsync(
      readLabels(page, "torn", [inView([0, 0, 0])]),
    ).toBeRejectedWithError(
      /The layer torn \(.*volumes\/torn.*\) could not be read at scale 0, voxels 0,0,0 to 64,32,16: Raw-format chunk is 1 bytes/,
    );
    expect(await readLabels(page, "torn", [inView([69, 0, 0])])).toEqual([
      labelAt([69, 0, 0]),
    ]);
    await expectAsync(
      readLabels(page, "void", [[0, 0, 0]]),
    ).toBeRejectedWithError(/The layer void shows no volume.*volumes\/void/);
    const afterRemoval = await page.evaluate(async () => {
      const { viewer, clio } = window as unknown as PageOfClio;
      const volume = await clio.volumes.of("torn");
      viewer!.layerManager.clear();
      return clio.volumes.labelsAt(volume, [[1069, 200, 30]]).then(
        () => "it was read",
        (error: Error) => error.message,
      );
    });
    expect(afterRemoval).toMatch(
      /The layer torn .* could not be read .*: The layer no longer shows/,
    );
    await close();
  });
});
