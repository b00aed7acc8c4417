import { readFileSync } from "node:fs";
import path from "node:path";
import { greyAt } from "./testing/cutout_volumes.js";
import {
  ScriptFixture,
  sha256,
  standIns,
  voxels,
  voxelSize,
} from "./testing/script_fixture.js";

describe("The script in napari", () => {
  let fixture: ScriptFixture;
  beforeAll(async () => (fixture = await ScriptFixture.start()));
  afterAll(() => fixture.server.close());
  beforeEach(() => fixture.begin());
  afterEach(() => fixture.end());

  it("opens napari by what napari documents, everything at its place, and keeps what is painted", async () => {
    const script = fixture.write(await fixture.parameters());
    const record = path.join(fixture.folder, "record.json");
    const { code, stderr } = await fixture.run(
      // In the folder that it is run in lies its copy of what was painted.
      [
        "-c",
        `import os, runpy; os.chdir(${JSON.stringify(fixture.folder)}); runpy.run_path(${JSON.stringify(script)}, run_name="__main__")`,
      ],
      { PYTHONPATH: standIns, NAPARI_RECORD: record },
    );
    expect(code).withContext(stderr).toBe(0);
    const { calls, keys } = JSON.parse(readFileSync(record, "utf8")) as {
      calls: Record<string, unknown>[];
      keys: string[];
    };
    const of = (call: string, name?: string) =>
      calls.find(
        (each) =>
          each.call === call && (name === undefined || each.name === name),
      )!;
    const scale = [30, 8, 8];
    // The middle of the first voxel, in nm.
    const translate = [6.5 * 30, 3.5 * 8, 12.5 * 8];
    expect(of("Viewer").axis_labels).toEqual(["z", "y", "x"]);
    expect(of("add_image")).toEqual(
      jasmine.objectContaining({
        ...{ name: "image", scale, translate, contrast_limits: [10, 200] },
        data: jasmine.objectContaining({
          dtype: "uint8",
          shape: [38, 65, 129],
        }),
      }),
    );
    const sum = voxels(Uint8Array, greyAt).reduce((a, b) => a + b, 0);
    expect((of("add_image").data as { sum: string }).sum).toBe(String(sum));
    expect(of("add_labels", "cells")).toEqual(
      jasmine.objectContaining({ scale, translate }),
    );
    expect(of("colormap").colors).toEqual({
      [String(2n ** 60n + 1n)]: "#ff8800",
      ...{ 0: "transparent", None: "gray" },
    });
    const points = of("add_points", "marks: points");
    expect(points.data).toEqual(
      jasmine.arrayWithExactContents([
        [8, 10, 20],
        [9, 11, 21],
      ]),
    );
    const half = [15, 4, 4];
    expect(points.translate).toEqual(half);
    const fields = points.properties as Record<string, unknown[]>;
    expect(Object.keys(fields)).toEqual(
      jasmine.arrayContaining(["description", "tags", "checked", "field size"]),
    );
    expect(new Set(fields.type)).toEqual(new Set(["", "synapse"]));
    const shapes = of("add_shapes");
    expect([...(shapes.shape_type as string[])].sort()).toEqual([
      ...["ellipse", "ellipse", "line", "path", "rectangle"],
    ]);
    expect(of("add_points", "matches").data).toEqual([[8, 10, 20]]);
    const painted = of("add_labels", "painted");
    expect(painted).toEqual(jasmine.objectContaining({ scale, translate }));
    expect((painted.data as { sum: string }).sum).toBe("0");
    expect(keys).toEqual(["Shift-S"]);
    expect(of("show_error")).toBeUndefined();
    const sent = calls.filter(({ call }) => call === "show_info").at(-1);
    expect(sent?.message).toContain("Clio has your labels: napari");
    const [[name, copy], ...others] = Object.entries(
      await fixture.readSaved(fixture.folder),
    );
    expect(others).toEqual([]);
    expect(name).toMatch(
      /^clio-labels-cut-12_3_6_141_68_44-\d{8}-\d{6}-\d{6}\.zarr$/,
    );
    expect(copy.about).toEqual({
      ...{ dataset: "cut", scale: 0, offset: [12, 3, 6], voxelSize },
      ...{ shape: [129, 65, 38], dtype: "uint32" },
    });
    const labels = new Uint32Array(38 * 65 * 129);
    for (let z = 1; z < 3; z++)
      for (let y = 2; y < 5; y++)
        labels.fill(9, (z * 65 + y) * 129 + 3, (z * 65 + y) * 129 + 7);
    expect(copy.sha256).toBe(sha256(new Uint8Array(labels.buffer)));
  });
});
