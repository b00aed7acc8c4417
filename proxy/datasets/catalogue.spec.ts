import { rm } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder, writeFiles } from "../testing/server_fixture.js";
import { CatalogueError, readCatalogue } from "./catalogue.js";
import { fillTemplates, sourceUrls } from "./expand.js";

describe("A dataset catalogue", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const problemsOf = async (text: string): Promise<readonly string[]> => {
    await writeFiles(folder, { "datasets.json": text });
    try {
      await readCatalogue(path.join(folder, "datasets.json"));
    } catch (error) {
      if (error instanceof CatalogueError) return error.problems;
      throw error;
    }
    return [];
  };
  const entry = (source: string) =>
    `{"title":"t","neuroglancer":{"dimensions":{"x":[1,"m"],"y":[1,"m"],"z":[1,"m"]},"layers":[{"name":"a","segments":[18446744073709551615, 5],"source":"${source}"}]}}`;

  it("of the project itself can be read, and all its templates can be filled", async () => {
    const datasets = await readCatalogue("config/datasets.json");
    expect([...datasets.keys()]).toEqual(["hemibrain", "manc", "fafb"]);
    for (const dataset of datasets.values()) {
      for (const { source } of fillTemplates(dataset).neuroglancer.layers) {
        const urls = sourceUrls(source).map(({ url }) => url);
        expect(urls.length).toBe(1);
        expect(urls[0]).toMatch(/^precomputed:\/\/(gs|https):\/\/[^{}]+$/);
      }
    }
  });

  it("names its file, and each wrong key in it", async () => {
    const [problem] = await problemsOf('{"a": {"title": 3}}');
    expect(problem).toBe(
      `${path.join(folder, "datasets.json")}: a.title: 3, expected text`,
    );
    expect(await problemsOf("[]")).toEqual([
      jasmine.stringMatching(/expected an object from id to dataset/),
    ]);
    expect(await problemsOf('{"a": 1,}')).toEqual([
      jasmine.stringMatching(/not JSON at line 1, column 9/),
    ]);
  });

  it("may not point into the server's own folders", async () => {
    const problems = await problemsOf(`{"a": ${entry("./image")}}`);
    expect(problems.length).toBe(1);
    expect(problems[0]).toContain('a.neuroglancer.layers.0.source: "./image"');
  });

  it("keeps 64-bit ids whole that were written as numbers", async () => {
    expect(await problemsOf(`{"a": ${entry("zarr://s3://b")}}`)).toEqual([]);
    const datasets = await readCatalogue(path.join(folder, "datasets.json"));
    expect(datasets.get("a")?.neuroglancer.layers[0].segments).toEqual([
      "18446744073709551615",
      5,
    ]);
  });
});
