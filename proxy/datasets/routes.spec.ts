import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  expectProblem,
  startServer,
  temporaryFolder,
  writeFiles,
  type ServerFixture,
} from "../testing/server_fixture.js";

interface Answered {
  title: string;
  neuroglancer: { layers: { name: string; source: unknown }[] };
}

function description(source: unknown, more: object = {}): string {
  return JSON.stringify({
    title: "A title",
    description: "What it is",
    ...more,
    neuroglancer: {
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
      layers: [
        { type: "image", name: "image", source, shader: "void main() {}" },
      ],
    },
  });
}

const templated = `{
  "far": ${description("precomputed://gs://bucket/{tag}/{uuid}", { tag: "v1.2" })},
  "shadowed": ${description("precomputed://gs://bucket/shadow")}
}`;

describe("The list of datasets", () => {
  let server: ServerFixture;
  let elsewhere: string;

  const list = async (target = "/v2/datasets", host?: string) => {
    const headers: Record<string, string> = host ? { Host: host } : {};
    const answer = await server.ask(target, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    return JSON.parse(answer.body.toString()) as Record<string, Answered>;
  };
  const sourceOf = (dataset: Answered) => dataset.neuroglancer.layers[0].source;
  const volumeFile = (name: string) =>
    path.join(server.folder, "data/volumes", name);
  const warnings = (volume: string) =>
    server
      .logged()
      .filter((line) => line.level === "warn" && line.volume === volume);

  beforeAll(async () => {
    elsewhere = await temporaryFolder();
    await writeFiles(elsewhere, { "dataset.json": description("./image") });
    server = await startServer({
      "datasets.json": templated,
      "data/volumes/demo/dataset.json": description("./image"),
      "data/volumes/listed/dataset.json": description([
        { url: "./image", subsources: { default: true } },
        "precomputed://gs://bucket/other",
      ]),
      "data/volumes/shadowed/dataset.json": description("./image"),
      "data/volumes/half/image/info": "{}",
      "data/volumes/.made/dataset.json": description("./image"),
      "data/volumes/made.partial/dataset.json": description("./image"),
      "data/volumes/UPPER/dataset.json": description("./image"),
      "data/volumes/notjson/dataset.json": '{"title": "x",\n  oops}',
      "data/volumes/badkey/dataset.json": '{"title": "x", "neuroglancer": 7}',
      "data/volumes/climber/dataset.json": description("./../../secret"),
      "data/volumes/file": "not a folder",
    });
    await symlink(elsewhere, volumeFile("linked"));
  });
  afterAll(async () => {
    await server.close();
    await rm(elsewhere, { recursive: true });
  });

  it("holds the catalogue and every finished volume, with and without a slash at the end", async () => {
    const ids = ["demo", "far", "listed", "shadowed"];
    expect(Object.keys(await list()).sort()).toEqual(ids);
    expect(Object.keys(await list("/v2/datasets/")).sort()).toEqual(ids);
  });

  it("leads relative sources to the origin that the client sees, and keeps all else", async () => {
    const here = `http://127.0.0.1:${server.port}`;
    const { demo, listed } = await list();
    expect(demo.neuroglancer.layers[0]).toEqual(
      jasmine.objectContaining({
        source: `precomputed://${here}/volumes/demo/image`,
        shader: "void main() {}",
      }),
    );
    expect(sourceOf(listed)).toEqual([
      {
        url: `precomputed://${here}/volumes/listed/image`,
        subsources: { default: true },
      },
      "precomputed://gs://bucket/other",
    ]);
    const tunnelled = await list("/v2/datasets", "127.0.0.1:9999");
    expect(sourceOf(tunnelled.demo)).toBe(
      "precomputed://http://127.0.0.1:9999/volumes/demo/image",
    );
  });

  it("fills templates where there is a value, and keeps them where asked to", async () => {
    const filled = await list("/v2/datasets?templates=false");
    expect(sourceOf(filled.far)).toBe("precomputed://gs://bucket/v1.2/{uuid}");
    const kept = await list("/v2/datasets?templates=true");
    expect(sourceOf(kept.far)).toBe("precomputed://gs://bucket/{tag}/{uuid}");
    for (const query of ["templates=yes", "templates=true&templates=true"]) {
      const answer = await server.ask(`/v2/datasets?${query}`);
      expectProblem(answer, 400, "bad-query");
    }
  });

  it("gives one dataset by its id", async () => {
    const answer = await server.ask("/v2/datasets/far?templates=true");
    const far = JSON.parse(answer.body.toString()) as Answered;
    expect(far.title).toBe("A title");
    expect(sourceOf(far)).toBe("precomputed://gs://bucket/{tag}/{uuid}");
  });

  it("answers an id that it does not have with 404, prototype keys included", async () => {
    for (const id of [
      "none",
      "__proto__",
      "constructor",
      "toString",
      "%2e%2e",
    ]) {
      const answer = await server.ask(`/v2/datasets/${id}`);
      expectProblem(answer, 404, "not-found");
    }
    expectProblem(await server.ask("/v2/datasets/%zz"), 400, "bad-url");
    expectProblem(await server.ask("/v2/datasets/far/x"), 404, "not-found");
  });

  it("leaves out a broken description and logs its key once", async () => {
    await list();
    await list();
    for (const [volume, problem] of [
      ["notjson", /line 2, column 3/],
      ["badkey", /^neuroglancer: 7, expected /],
      ["climber", /^neuroglancer\.layers\.0\.source: "\.\/\.\.\/\.\.\/secret"/],
    ] as const) {
      const lines = warnings(volume);
      expect(lines.length).withContext(volume).toBe(1);
      expect((lines[0].problems as string[])[0]).toMatch(problem);
    }
  });

  it("prefers the catalogue where a volume has the same id, and logs that once", async () => {
    const datasets = await list();
    expect(sourceOf(datasets.shadowed)).toBe(
      "precomputed://gs://bucket/shadow",
    );
    expect(warnings("shadowed").length).toBe(1);
  });

  it("follows what happens in the data folder while it runs", async () => {
    await mkdir(volumeFile("late"));
    const late = path.join(volumeFile("late"), "dataset.json");
    expect(Object.keys(await list())).not.toContain("late");
    await writeFile(late, description("./image"));
    expect(Object.keys(await list())).toContain("late");
    await writeFile(late, description("./image", { title: "Another" }));
    expect((await list()).late.title).toBe("Another");
    await writeFile(late, "{");
    expect(Object.keys(await list())).not.toContain("late");
    await rm(volumeFile("late"), { recursive: true });
    expect(Object.keys(await list())).not.toContain("late");
  });

  it("is written as a whole, and not by one id", async () => {
    for (const method of ["POST", "DELETE", "PUT"]) {
      const answer = await server.ask("/v2/datasets/far", { method });
      expectProblem(answer, 405, "method-not-allowed");
    }
  });

  it("changes nothing that a file describes", async () => {
    for (const id of ["far", "demo"]) {
      const body = { [id]: JSON.parse(description("gs://b/c")) as unknown };
      const put = await server.ask("/v2/datasets", { method: "POST", body });
      expectProblem(put, 400, "described-by-file");
      const removed = await server.ask("/v2/datasets", {
        method: "DELETE",
        body: [id],
      });
      expectProblem(removed, 400, "described-by-file");
    }
  });
});

describe("The catalogue while the server runs", () => {
  it("is read again when it changes, and stays as it was while it is broken", async () => {
    const server = await startServer({ "datasets.json": templated });
    const ids = async () =>
      Object.keys(
        JSON.parse(
          (await server.ask("/v2/datasets")).body.toString(),
        ) as object,
      );
    const file = path.join(server.folder, "datasets.json");
    try {
      expect(await ids()).toEqual(["far", "shadowed"]);
      await writeFile(file, `{"new": ${description("zarr://s3://b/c")}}`);
      expect(await ids()).toEqual(["new"]);
      await writeFile(file, '{"new": {"title": 7}}');
      expect(await ids()).toEqual(["new"]);
      expect(await ids()).toEqual(["new"]);
      const errors = server.logged().filter((line) => line.level === "error");
      expect(errors.length).toBe(1);
      expect(String(errors[0].problems)).toContain("new.title: 7");
      await rm(file);
      expect(await ids()).toEqual(["new"]);
    } finally {
      await server.close();
    }
  });
});
