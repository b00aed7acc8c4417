import { existsSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { ProgressBars } from "../../../testdata/command/progress_bars.js";
import {
  bringLabels,
  type BroughtBytes,
} from "../../../src/clio/model/bring_labels.js";
import {
  labelFormatOf,
  type LabelFormat,
} from "../../../src/clio/model/label_formats.js";
import type { LabelVolume, NewLabels } from "../../../src/clio/model/labels.js";
import { ArgumentError, type LabelsRequest } from "./arguments.js";
import { LabelsClient } from "./labels_client.js";
import { withPacked } from "./pack_folder.js";

type Asked = Exclude<LabelsRequest, { command: "help" }>;
type UploadRequest = Extract<LabelsRequest, { command: "upload" }>;

/**
 * Does what was asked for.
 * @param base from which the paths that a person typed lead
 * @returns whether all is well
 * @throws ArgumentError, RefusedError
 */
export async function run(
  request: Asked,
  base: string,
  token: string | undefined,
): Promise<boolean> {
  const client = new LabelsClient(request.server, request.dataset, token);
  switch (request.command) {
    case "upload":
      return upload(client, request, base);
    case "list": {
      const { volumes, uploads, quota } = await client.list();
      for (const volume of volumes) console.log(lineOf(volume));
      for (const { id, name, state, received, bytes, problem } of uploads)
        console.log(
          [id, name, state, problem ?? `${received} of ${bytes} bytes`].join(
            "  ",
          ),
        );
      console.log(`${mebibytes(quota.used)} of ${mebibytes(quota.limit)}`);
      return true;
    }
    case "rename":
      console.log(
        lineOf(await client.change(request.id, { name: request.name })),
      );
      return true;
    case "share":
    case "unshare": {
      const { id, groups } = request;
      const { volumes } = await client.list();
      const before = volumes.find((each) => each.id === id)?.groups ?? [];
      const after =
        request.command === "share"
          ? [...before, ...groups]
          : before.filter((each) => !groups.includes(each));
      console.log(lineOf(await client.change(id, { groups: after })));
      return true;
    }
    case "delete":
      await client.remove(request.id);
      return true;
  }
}

async function upload(
  client: LabelsClient,
  request: UploadRequest,
  base: string,
): Promise<boolean> {
  const file = path.resolve(base, request.file);
  if (!existsSync(file)) throw new ArgumentError(`${file}: not found`);
  const { name = path.basename(file), offset, voxelSize, shape } = request;
  const bars = new ProgressBars(process.stderr);
  try {
    const send = (from: string, format: LabelFormat) => {
      const asked: Omit<NewLabels, "bytes" | "key"> = {
        ...{ name, format, offset, voxelSize, shape, dtype: request.dtype },
      };
      return withBytes(from, (bytes) =>
        bringLabels(client, bytes, asked, (upload) => {
          bars.tell("sent", upload.received, upload.bytes);
          if (upload.state !== "receiving" && upload.state !== "failed")
            bars.tell("converted", Math.round(100 * upload.progress), 100);
        }),
      );
    };
    const done = statSync(file).isDirectory()
      ? await withPacked(file, (packed) => send(packed, "zarr"))
      : await send(file, formatOf(file));
    if (done.state === "done") console.log(`${done.id}  ${done.name}`);
    else console.error(`${file}: ${done.problem ?? "refused"}`);
    return done.state === "done";
  } finally {
    bars.stop();
  }
}

/** Does something with the bytes of a file. */
async function withBytes<T>(
  file: string,
  work: (bytes: BroughtBytes) => Promise<T>,
): Promise<T> {
  const handle = await open(file);
  try {
    const { size, mtimeMs } = await handle.stat();
    return await work({
      ...{ size, key: String(mtimeMs) },
      async read(from, count) {
        const { buffer, bytesRead } = await handle.read({
          ...{ buffer: new Uint8Array(count), position: from },
        });
        return buffer.subarray(0, bytesRead);
      },
    });
  } finally {
    await handle.close();
  }
}

function formatOf(file: string): LabelFormat {
  if (file.endsWith(".raw")) return "raw";
  const format = labelFormatOf(file);
  if (format !== undefined) return format;
  throw new ArgumentError(
    `${file}: expected a .npy, .npz, .tif, .tiff, .zip or .raw file, or a folder that is a Zarr`,
  );
}

/** A volume in one line. */
function lineOf(volume: LabelVolume): string {
  const { id, name, owner, groups, shape, labels, bytes } = volume;
  return [
    ...[id, name, owner, `${shape.join(" x ")} voxels`, `${labels} labels`],
    mebibytes(bytes),
    groups.length === 0 ? "" : `groups:${groups.join(",")}`,
  ]
    .filter(Boolean)
    .join("  ");
}

const mebibytes = (bytes: number): string =>
  `${(bytes / 2 ** 20).toFixed(1)} MiB`;
