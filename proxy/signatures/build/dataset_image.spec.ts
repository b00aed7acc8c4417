import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfig } from "../../config.js";
import { makeLog } from "../../log/log.js";
import { BuildPlanError } from "./build_index.js";
import { imageOf } from "./dataset_image.js";

describe("The image of a dataset", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-image-"));
    mkdirSync(path.join(folder, "volumes/own"), { recursive: true });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const scene = (layers: readonly object[]) => ({
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    layers,
  });

  async function find(id: string, catalogue: object) {
    const file = path.join(folder, "datasets.json");
    writeFileSync(file, JSON.stringify(catalogue));
    const config = path.join(folder, "config.json");
    const buckets = { secret: { url: "s3://lab/vnc" } };
    writeFileSync(
      config,
      JSON.stringify({ data: ".", datasets: file, buckets }),
    );
    const env = { CLIO_CONFIG: config };
    return imageOf(await readConfig(env, folder), id, makeLog("silent"));
  }

  const published = (source: unknown, more: object = {}) => ({
    a: {
      ...more,
      neuroglancer: scene([
        {
          name: "cells",
          type: "segmentation",
          source: "precomputed://gs://b/s",
        },
        { name: "em", type: "image", source },
      ]),
    },
  });

  it("is where its source says, on the web", async () => {
    for (const [source, url] of [
      ["precomputed://https://e.org/em/", "https://e.org/em"],
      ["https://e.org/em|neuroglancer-precomputed:", "https://e.org/em"],
      [
        "precomputed://gs://b/{tag}/em",
        "https://storage.googleapis.com/b/v1/em",
      ],
      ["precomputed://s3://b/x/em", "https://b.s3.amazonaws.com/x/em"],
      [[{ url: "precomputed://http://e.org/em" }], "http://e.org/em"],
    ])
      expect(await find("a", published(source, { tag: "v1" }))).toEqual({
        kind: "web",
        url: url as string,
      });
  });

  it("is in the volume's folder, where the dataset is one's own", async () => {
    writeFileSync(
      path.join(folder, "volumes/own/dataset.json"),
      JSON.stringify({
        mainLayer: "em",
        neuroglancer: scene([
          { name: "other", type: "image", source: "./other" },
          { name: "em", type: "image", source: "./em" },
        ]),
      }),
    );
    expect(await find("own", {})).toEqual({
      kind: "folder",
      folder: path.join(folder, "volumes/own/em"),
    });
  });

  it("is in the bucket that the server alone reads, where the dataset lies there", async () => {
    const { a: secret } = published("./images/em/");
    expect(await find("secret", { secret })).toEqual({
      kind: "bucket",
      bucket: { url: "s3://lab/vnc", region: "us-east-1" },
      names: ["images", "em"],
    });
  });

  it("is asked for in vain where it is in another format, or there is none", async () => {
    for (const [id, catalogue, message] of [
      ["b", published("x"), /dataset "b": expected one of a/],
      [
        "a",
        published("zarr://gs://b/em"),
        /layer em: zarr:\/\/gs:\/\/b\/em, exp/,
      ],
      [
        "a",
        published("precomputed://file:///etc"),
        /layer em: precomputed:\/\//,
      ],
      [
        "a",
        { a: { neuroglancer: scene([{ name: "x", type: "annotation" }]) } },
        /dataset a: has no image/,
      ],
    ] as const)
      await expectAsync(find(id, catalogue)).toBeRejectedWithError(
        BuildPlanError,
        message,
      );
  });
});
