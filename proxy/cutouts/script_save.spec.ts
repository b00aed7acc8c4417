import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import {
  connect,
  createServer as createProxy,
  type AddressInfo,
} from "node:net";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { marks, ScriptFixture, standIns } from "./testing/script_fixture.js";

describe("What the script for napari saves", () => {
  let fixture: ScriptFixture;
  beforeAll(async () => (fixture = await ScriptFixture.start()));
  afterAll(() => fixture.server.close());
  beforeEach(() => fixture.begin());
  afterEach(() => fixture.end());

  it("saves voxels, labels, scale, offsets, marks and matches as they are, as Zarr and as NumPy", async () => {
    const filled = await fixture.parameters();
    const script = fixture.write(filled);
    for (const [format, ending] of [
      ["zarr", "zarr"],
      ["numpy", "npy"],
    ] as const) {
      const saved = path.join(fixture.folder, format);
      const args = [script, "--save", saved, "--format", format];
      const { code, stderr } = await fixture.run(args);
      expect(code).withContext(stderr).toBe(0);
      expect(stderr).toContain("image: 100% of");
      await fixture.expectSaved(saved, ending);
      const json = (name: string) =>
        JSON.parse(readFileSync(path.join(saved, name), "utf8")) as object;
      expect(json("marks.json")).toEqual({
        marks: jasmine.arrayWithExactContents(marks) as unknown as object,
      });
      expect(json("matches.json")).toEqual({ matches: filled.matches });
      const all = readdirSync(saved, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".json"))
        .map((name) => readFileSync(path.join(saved, name), "utf8"));
      expect(all.join("")).not.toContain(filled.token);
    }
  });

  it("gets through where connections are cut, and does not fetch again what it has", async () => {
    let connections = 0;
    // Lets every other connection end after a part of the answer.
    const cutting = createProxy((client) => {
      const isCut = connections++ % 2 === 1;
      const upstream = connect(fixture.server.port, "127.0.0.1");
      client.on("error", () => upstream.destroy());
      upstream.on("error", () => client.destroy());
      client.pipe(upstream);
      let sent = 0;
      upstream.on("data", (bytes: Buffer) => {
        sent += bytes.length;
        if (isCut && sent > 200) {
          client.write(bytes.subarray(0, bytes.length >> 1), () =>
            client.destroy(),
          );
          upstream.destroy();
        } else client.write(bytes);
      });
      upstream.on("end", () => client.end());
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => cutting.once("listening", resolve));
    const { port } = cutting.address() as AddressInfo;
    try {
      const script = fixture.write(
        await fixture.parameters(`http://127.0.0.1:${port}`),
      );
      const saved = path.join(fixture.folder, "saved");
      const args = [script, "--save", saved];
      const { code, stderr } = await fixture.run(args);
      expect(code).withContext(stderr).toBe(0);
      await fixture.expectSaved(saved, "zarr");
      // One chunk is missing, as where the script was stopped: it alone is fetched.
      rmSync(path.join(saved, "cells.zarr/0.0.1"));
      // And somebody has painted meanwhile.
      const painted = path.join(saved, "labels.zarr/0.0.0");
      writeFileSync(painted, deflateSync(Buffer.alloc(4 * 38 * 64 * 64)));
      const before = fixture.server.logged().length;
      expect((await fixture.run(args)).code).toBe(0);
      const asked = JSON.stringify(fixture.server.logged().slice(before));
      expect(asked).toContain("0.0.1");
      expect(asked).not.toContain("0.0.0");
      expect(existsSync(painted)).toBeTrue();
      await fixture.expectSaved(saved, "zarr");
    } finally {
      cutting.close();
    }
  });

  it("reads public sources by what tensorstore and cloud-volume document, and says in a sentence what they say", async () => {
    const filled = await fixture.parameters();
    const sources = [
      "precomputed://https://em.example.org/image",
      "gs://em-example/cells/|neuroglancer-precomputed:",
    ];
    const layers = filled.layers.map((layer, i) => ({
      ...{ ...layer, source: sources[i] },
    }));
    const env = { PYTHONPATH: path.join(standIns, "direct") };
    const script = fixture.write({ ...filled, layers });
    for (const library of ["tensorstore", "cloudvolume"]) {
      const saved = path.join(fixture.folder, `by-${library}`);
      const args = [script, "--direct", library, "--save", saved];
      const formatted = [...args, "--format", "numpy"];
      const before = fixture.server.logged().length;
      const { code, stderr } = await fixture.run(formatted, env);
      expect(code).withContext(stderr).toBe(0);
      await fixture.expectSaved(saved, "npy");
      // No voxel came through the server.
      const asked = JSON.stringify(fixture.server.logged().slice(before));
      expect(asked).not.toContain("/api/cutouts/cut/image");
    }
    const ending = async (changed: object) => {
      const [image] = layers;
      fixture.write({ ...filled, layers: [{ ...image, ...changed }] });
      const saved = path.join(fixture.folder, "wrong");
      const args = [script, "--direct", "tensorstore", "--save", saved];
      const { code, stderr } = await fixture.run(args, env);
      expect(code).toBe(1);
      expect(stderr).not.toContain("Traceback");
      return stderr;
    };
    expect(await ending({ source: undefined })).toContain(
      "has no public source: leave --direct out",
    );
    expect(await ending({ source: "precomputed://gs://none" })).toContain(
      "could not read the layer image from gs://none: NOT_FOUND",
    );
    const without = `import runpy, sys; sys.modules["cloudvolume"] = None; del sys.argv[0]; runpy.run_path(sys.argv[0], run_name="__main__")`;
    const args = ["--direct", "cloudvolume", "--save", fixture.folder];
    const missing = await fixture.run(["-c", without, script, ...args]);
    expect(missing.stderr).toContain(
      "is not installed: python3 -m pip install cloud-volume",
    );
  });
});
