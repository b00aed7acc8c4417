/** A dataset that labels can be brought to, as a folder of the server's data. */
import path from "node:path";
import { writeFiles } from "../../testing/server_fixture.js";

/**
 * Writes the description of a dataset, and as much of its image as says how large it is.
 * @param data the server's data folder
 * @param size in voxels of 8 nm
 */
export async function writeImage(
  data: string,
  name: string,
  size: readonly [number, number, number],
): Promise<void> {
  const folder = path.join(data, "volumes", name);
  const resolution = [8, 8, 8];
  await writeFiles(folder, {
    "dataset.json": JSON.stringify({
      neuroglancer: {
        dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
        layers: [{ type: "image", name: "image", source: "./image" }],
      },
    }),
    "image/info": JSON.stringify({ scales: [{ size, resolution }] }),
  });
}
