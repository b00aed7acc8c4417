import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { readLabels } from "../../testdata/testing/volume_reader.js";
import { bringLabels } from "../../src/clio/model/bring_labels.js";
import { readSealed, writeSealed } from "../signatures/index/sealed_file.js";
import { ServerProcess } from "../testing/server_process.js";
import { LabelsClient } from "./command/labels_client.js";
import { writeImage } from "./testing/label_server.js";
import { npyOf } from "./testing/label_files.js";

/** As many voxels of 64 bits as come in more than one part. */
const SIZE = [128, 128, 128] as const;

describe("A server that is killed while labels are brought to it", () => {
  let server: ServerProcess;
  let data: string;

  beforeAll(async () => {
    server = await ServerProcess.start({}, async (database) => {
      data = path.dirname(database);
      await writeImage(data, "vnc", SIZE);
    });
  });
  afterAll(() => server.close());

  it("has what came before when it is there again, and makes the whole volume of it or nothing", async () => {
    const voxels = new BigUint64Array(SIZE[0] * SIZE[1] * SIZE[2]);
    voxels.forEach((_, at) => (voxels[at] = BigInt(at >> 17)));
    const file = new Uint8Array(npyOf(voxels, SIZE));
    const client = new LabelsClient(server.origin, "vnc", undefined);
    const kills: Promise<void>[] = [];
    const again = async () => {
      await server.kill();
      await server.restart();
    };
    let converting = 0;
    const done = await bringLabels(
      client,
      {
        ...{ size: file.length, key: "painted" },
        read: (from, count) => Promise.resolve(file.slice(from, from + count)),
      },
      { name: "Killed", format: "npy" },
      ({ received, state }) => {
        const isHalf = state === "receiving" && received > 0;
        if (state === "converting") converting++;
        // In the middle of the bytes, and in the middle of the conversion.
        if (
          (isHalf && kills.length === 0) ||
          (converting === 2 && kills.length === 1)
        )
          kills.push(again());
      },
    );
    await Promise.all(kills);
    expect(kills.length).toBe(2);
    expect(done).toEqual(jasmine.objectContaining({ state: "done" }));
    const volume = path.join(data, "labels/volumes", done.id);
    expect(readLabels(volume).every((id, at) => id === voxels[at])).toBeTrue();
    expect(await readdir(path.join(data, "labels/volumes"))).toEqual([done.id]);
    const left = path.join(data, "labels/uploads", done.id);
    expect(await readdir(left)).toEqual(["upload.json"]);
    expect((await client.list()).volumes.map(({ id }) => id)).toEqual([
      done.id,
    ]);
  });

  it("forgets an upload whose beginning it did not finish, and a volume that was on its way out; gives up what ends it each time", async () => {
    const half = path.join(data, "labels/uploads/half");
    const gone = path.join(data, "labels/volumes/.gone-one");
    await mkdir(half);
    await mkdir(gone);
    // And of another the conversion has ended the server each time that it was begun.
    const client = new LabelsClient(server.origin, "vnc", undefined);
    const bytes = new Uint8Array(npyOf(new Uint8Array(8), [2, 2, 2]));
    const asked = { format: "npy", bytes: bytes.length } as const;
    const deadly = await client.begin({ ...asked, name: "Deadly" });
    // And of another the answer was lost: asked again it is the same; of a third it was never asked again.
    const lost = { ...asked, name: "Lost", key: "1" };
    const { id } = await client.begin(lost);
    const left = await client.begin({ ...asked, name: "Left" });
    await client.send(deadly.id, 0, bytes);
    await server.kill();
    const file = path.join(data, "labels/uploads", deadly.id, "upload.json");
    const { json } = (await readSealed(file))!;
    const counted = { state: "converting", attempts: 2 };
    await writeSealed(file, { ...(json as object), ...counted });
    const empty = path.join(data, "labels/uploads", left.id, "upload.json");
    const { json: begun } = (await readSealed(empty))!;
    const touched = Date.now() - 61 * 60 * 1000;
    await writeSealed(empty, { ...(begun as object), touched });
    await server.restart();
    expect(await client.upload(deadly.id)).toEqual(
      jasmine.objectContaining({
        state: "failed",
        problem: jasmine.stringContaining("the server was ended 2 times"),
      }),
    );
    const names = (await client.list()).uploads.map(({ name }) => name);
    expect(names.sort()).toEqual(["Deadly", "Lost"]);
    const { quota } = await client.list();
    const again = [client.begin(lost), client.begin(lost)];
    for (const each of again) expect((await each).id).toBe(id);
    expect((await client.list()).quota).toEqual(quota);
    await expectAsync(stat(path.dirname(empty))).toBeRejected();
    for (const other of [{ key: "2" }, { offset: [1, 0, 0] as const }]) {
      const more = { ...lost, ...other } as typeof lost;
      expect((await client.begin(more)).id).not.toBe(id);
    }
    await expectAsync(stat(half)).toBeRejected();
    await expectAsync(stat(gone)).toBeRejected();
  });
});
