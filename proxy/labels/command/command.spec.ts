import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { readLabels } from "../../../testdata/testing/volume_reader.js";
import { ServerProcess } from "../../testing/server_process.js";
import { writeFiles } from "../../testing/server_fixture.js";
import { rawOf } from "../testing/label_files.js";
import { writeImage } from "../testing/label_server.js";

const voxels = new Uint16Array(6000).fill(9, 100, 3000);

describe("npm run labels", () => {
  let server: ServerProcess;
  let data: string;

  beforeAll(async () => {
    server = await ServerProcess.start({}, async (database) => {
      data = path.dirname(database);
      await writeImage(data, "vnc", [256, 256, 256]);
    });
    await writeFiles(server.folder, {
      "painted.zarr/.zarray": JSON.stringify({
        ...{ zarr_format: 2, shape: [10, 20, 30], chunks: [10, 20, 30] },
        ...{ dtype: "<u2", order: "C", fill_value: 0 },
        ...{ filters: null, compressor: null },
      }),
      "painted.zarr/.zattrs": JSON.stringify({
        clio: { offset: [64, 64, 64], voxelSize: [8, 8, 8] },
      }),
      "painted.zarr/0.0.0": rawOf(voxels),
    });
  });
  afterAll(() => server.close());

  const run = async (...args: readonly string[]) => {
    const options = { env: { ...process.env, INIT_CWD: server.folder } };
    const command = ["dist/server/labels.js", ...args, "--dataset", "vnc"];
    const ran = promisify(execFile)(
      process.execPath,
      [...command, "--server", server.origin],
      options,
    );
    // What it says where it fails is what it has to say.
    return ran.catch((error: { stdout: string; stderr: string }) => error);
  };

  it("brings a folder that is a Zarr, lists, renames and deletes it, and says what is wrong", async () => {
    const [id] = (await run("upload", "painted.zarr")).stdout.split(" ");
    const volume = path.join(data, "labels/volumes", id);
    expect(readLabels(volume)).toEqual(BigUint64Array.from(voxels, BigInt));
    const renamed = await run("rename", id, "Cells");
    expect(renamed.stdout).toMatch(/ {2}Cells {2}local {2}30 x 20 x 10 voxels/);
    expect((await run("list")).stdout).toContain("Cells");
    const foreign = await run("share", id, "lab");
    expect(foreign.stderr).toMatch(/groups: "lab", expected a group/);
    expect((await run("delete", id)).stderr).toBe("");
    expect((await run("list")).stdout).not.toContain("Cells");
    expect((await run("delete", id)).stderr).toMatch(/no such volume/);
    expect((await run("upload", "none.npy")).stderr).toMatch(/not found/);
    const far = await run("upload", "painted.zarr", "--offset", "250,0,0");
    expect(far.stderr).toMatch(/along x the volume reaches/);
    expect((await run("upload")).stderr).toMatch(/expected a file/);
  });
});
