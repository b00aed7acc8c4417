import {
  connect,
  createServer as createProxy,
  type AddressInfo,
} from "node:net";
import path from "node:path";
import type { LabelList } from "../../src/clio/model/labels.js";
import { readInfo, readLabels } from "../../testdata/testing/volume_reader.js";
import { jsonOf } from "../testing/group_server.js";
import { box, ScriptFixture, voxelSize } from "./testing/script_fixture.js";

describe("Labels that the script for napari sends", () => {
  let fixture: ScriptFixture;
  beforeAll(async () => (fixture = await ScriptFixture.start()));
  afterAll(() => fixture.server.close());
  beforeEach(() => fixture.begin());
  afterEach(() => fixture.end());

  /** Lets each PUT that `isCut` names end in the middle of its bytes, or when all have come and the answer is on its way. */
  async function cuttingPuts(isCut: (put: number) => "body" | "answer" | "") {
    let puts = 0;
    const proxy = createProxy((client) => {
      const upstream = connect(fixture.server.port, "127.0.0.1");
      client.on("error", () => upstream.destroy());
      upstream.on("error", () => client.destroy());
      let cut: ReturnType<typeof isCut> | undefined;
      let sent = 0;
      client.on("data", (bytes: Buffer) => {
        cut ??= bytes.toString("latin1", 0, 4) === "PUT " ? isCut(puts++) : "";
        sent += bytes.length;
        upstream.write(bytes);
        if (cut !== "body" || sent < 300_000) return;
        client.destroy();
        upstream.destroy();
      });
      client.on("end", () => upstream.end());
      upstream.on("data", (bytes) => {
        if (cut === "answer") client.destroy();
        else client.write(bytes);
      });
      upstream.on("end", () => client.end());
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => proxy.once("listening", resolve));
    const { port } = proxy.address() as AddressInfo;
    return { proxy, origin: `http://127.0.0.1:${port}` };
  }

  it("sends labels to the server in parts, goes on where a connection was cut, and takes back what it gives up", async () => {
    const { proxy, origin } = await cuttingPuts(
      (put) => (["body", "", "answer", "body", ""] as const)[put % 5],
    );
    try {
      const script = fixture.write(await fixture.parameters(origin));
      const file = path.join(fixture.folder, "labels.npy");
      const make = `import numpy, sys; a = numpy.zeros((38, 65, 129), "u8"); a += (2**60 + numpy.arange(38) // 8).astype("u8")[:, None, None]; numpy.save(sys.argv[1], a)`;
      await fixture.run(["-c", make, file]);
      const list = async () =>
        jsonOf<LabelList>(await fixture.server.ask("/api/labels/cut"));
      const before = (await list()).volumes.length;
      const given = await fixture.run([
        script,
        "--upload",
        file,
        "--attempts",
        "1",
      ]);
      expect(given.stderr).toContain("does not answer");
      expect((await list()).uploads).toEqual([]);
      const { code, stdout, stderr } = await fixture.run([
        script,
        "--upload",
        file,
      ]);
      expect(code).withContext(stderr).toBe(0);
      expect(stdout).toContain("Clio has your labels");
      const { volumes } = await list();
      expect(volumes.length).toBe(before + 1);
      const [volume] = volumes.filter(({ labels }) => labels === 5);
      expect(volume).toEqual(
        jasmine.objectContaining({
          ...{ shape: [129, 65, 38], offset: [12, 3, 6], voxelSize },
        }),
      );
      const made = path.join(
        fixture.server.config.data,
        "labels/volumes",
        volume.id,
      );
      const { size, voxel_offset } = readInfo(made).scales[0];
      const found = readLabels(made);
      let wrong = 0;
      for (let z = 0, at = 0; z < size[2]; z++)
        for (let y = 0; y < size[1]; y++)
          for (let x = 0; x < size[0]; x++, at++) {
            const inside = [x, y, z].map(
              (n, axis) => n + voxel_offset[axis] - box.lower[axis],
            );
            const expected = inside.every((n) => n >= 0)
              ? 2n ** 60n + BigInt(inside[2] >> 3)
              : 0n;
            if (found[at] !== expected) wrong++;
          }
      expect(wrong).toBe(0);
    } finally {
      proxy.close();
    }
  });

  it("refuses what are no labels before it sends anything, and says why", async () => {
    const filled = await fixture.parameters();
    const script = fixture.write(filled);
    const upload = async (file: string, make?: string) => {
      const target = path.join(fixture.folder, file);
      const zeros = `import numpy, sys; a = numpy.zeros((38, 65, 129)); numpy.save(sys.argv[1], ${make ?? ""})`;
      if (make !== undefined) await fixture.run(["-c", zeros, target]);
      const { code, stderr } = await fixture.run([script, "--upload", target]);
      expect(code).toBe(1);
      expect(stderr).not.toContain("Traceback");
      return stderr;
    };
    const before = fixture.server.logged().length;
    expect(await upload("fractions.npy", "a + 0.5")).toContain(
      "of type float64, expected whole numbers",
    );
    expect(await upload("negative.npy", 'a.astype("i4") - 1')).toContain(
      "hold -1, expected 0",
    );
    expect(await upload("none.npy")).toContain("none.npy cannot be read");
    fixture.write({ ...filled, labels: undefined });
    expect(await upload("negative.npy")).toContain("made without labels");
    expect(JSON.stringify(fixture.server.logged().slice(before))).not.toContain(
      "/api/labels",
    );
  });
});
