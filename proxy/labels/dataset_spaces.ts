import * as v from "valibot";
import type { Dataset } from "../../src/clio/model/dataset.js";
import type { Config } from "../config.js";
import { fillTemplates, sourceUrls } from "../datasets/expand.js";
import type { DatasetList } from "../datasets/list.js";
import { Problem } from "../problems/problem.js";
import { fileStore } from "../signatures/build/volume/file_store.js";
import { placeOfSource } from "../signatures/build/volume/source_place.js";
import { VolumeError } from "../signatures/build/volume/volume_error.js";
import type { Space } from "./label_space.js";

const triple = v.tuple([v.number(), v.number(), v.number()]);

/** What is read of an image's description, whatever its encoding. */
const ImageSchema = v.object({
  scales: v.pipe(
    v.array(
      v.object({
        size: triple,
        resolution: triple,
        voxel_offset: v.optional(triple, [0, 0, 0]),
      }),
    ),
    v.minLength(1),
  ),
});

/** How large the images of datasets are, by which labels are checked. */
export class DatasetSpaces {
  private readonly known = new Map<string, Space>();

  constructor(
    private readonly datasets: Pick<DatasetList, "find" | "fromFile">,
    private readonly config: Pick<Config, "data" | "buckets">,
  ) {}

  /** @throws Problem 409 or 502 where the size of the dataset cannot be known */
  async of(id: string): Promise<Space> {
    const found = await this.datasets.find(id);
    // No address that came over HTTP is ever asked by the server.
    const isFromFile =
      found && (await this.datasets.fromFile(found.home)) !== undefined;
    const source = isFromFile ? imageSource(found.dataset) : undefined;
    const place =
      found === undefined || source === undefined
        ? undefined
        : placeOfSource(this.config, found.home, source);
    if (place === undefined)
      throw new Problem(
        409,
        "no-image",
        `Dataset ${JSON.stringify(id)} has no image in the precomputed format that a file of this server describes, by which labels could be checked.`,
      );
    const key = JSON.stringify([id, source]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const store = fileStore(place);
    let bytes: Uint8Array | undefined;
    try {
      bytes = await store.read("info");
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      throw unreadable(id, error);
    }
    const space = bytes && spaceOf(bytes);
    if (space === undefined)
      throw unreadable(id, new VolumeError(store.nameOf("info"), "no image"));
    // Volumes of this machine may be made anew under the same name.
    if (place.kind !== "folder") this.known.set(key, space);
    return space;
  }
}

function imageSource(dataset: Dataset): string | undefined {
  const { mainLayer, neuroglancer } = fillTemplates(dataset);
  const layer =
    neuroglancer.layers.find(({ name }) => name === mainLayer) ??
    neuroglancer.layers.find(({ type }) => type === "image");
  return layer && sourceUrls(layer.source)[0]?.url;
}

function spaceOf(bytes: Uint8Array): Space | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const result = v.safeParse(ImageSchema, json);
  if (!result.success) return undefined;
  const [{ size, resolution, voxel_offset }] = result.output.scales;
  return { shape: size, offset: voxel_offset, voxelSize: resolution };
}

function unreadable(id: string, cause: VolumeError): Problem {
  return new Problem(
    502,
    "image-unreadable",
    `The image of dataset ${JSON.stringify(id)} cannot be read, by which labels are checked. Try again later.`,
    {},
    { cause },
  );
}
