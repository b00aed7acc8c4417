import {
  bearer,
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";

/** A description with every field that the original's clients read. */
const hemibrain = {
  title: "hemibrain {tag}",
  description: "Half of a brain",
  tag: "v0.9",
  uuid: "a89eb3af",
  dvid: "https://dvid.example",
  mainLayer: "grayscale",
  neuroglancer: {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [17213, 19391, 20696],
    crossSectionScale: 2,
    layers: [
      {
        name: "grayscale",
        type: "image",
        source: "precomputed://gs://neuroglancer/emdata",
      },
      {
        name: "seg-{tag}",
        type: "segmentation",
        source: {
          url: "dvid://https://dvid.example/{uuid}/segmentation",
          subsources: { default: true, meshes: true },
        },
      },
    ],
  },
  orderedLayers: ["grayscale", "seg-{tag}"],
  roles: { "seg-{tag}": ["mergeable"] },
  typing: { bodyAnnotation: { type: "object" } },
  neuprintHTTP: { dataset: "hemibrain:{tag}", server: "https://np.example" },
  bodyAnnotationSchema: { shape: ["status"], collection: {} },
  transfer: ["network-1"],
  navHide: true,
  versions: [
    {
      tag: "v0.8",
      neuroglancer: {
        layers: [
          {
            name: "older",
            type: "segmentation",
            source: "precomputed://gs://b/{tag}/{uuid}",
          },
        ],
      },
    },
  ],
};

type Json = Record<string, unknown>;

describe("Datasets that are described over HTTP", () => {
  let server: GroupServer;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());

  const describeAll = (body: unknown, method = "POST") =>
    server.askAs("root", "/v2/datasets", { method, body });
  const datasets = async (query = "") =>
    jsonOf<Record<string, Json>>(
      await server.askAs("root", `/v2/datasets${query}`),
    );

  it("come back field by field, with their templates filled or as they were written", async () => {
    expect((await describeAll({ hemibrain })).status).toBe(200);
    const kept = (await datasets("?templates=true")).hemibrain;
    for (const [field, value] of Object.entries(hemibrain)) {
      expect(kept[field]).withContext(field).toEqual(value);
    }
    // Clio's own addition to the shape.
    const more = { marks: { types: {}, fields: [] } };
    expect(kept).toEqual({ ...hemibrain, ...more });

    const filled = (await datasets()).hemibrain;
    // Everywhere, keys included; in a version by its own tag, and what it does not say by the dataset's.
    const version = JSON.stringify(hemibrain.versions)
      .replaceAll("{tag}", "v0.8")
      .replaceAll("{uuid}", "a89eb3af");
    const rest = JSON.stringify(hemibrain)
      .replaceAll("{tag}", "v0.9")
      .replaceAll("{uuid}", "a89eb3af");
    expect(filled).toEqual({
      ...(JSON.parse(rest) as Json),
      ...more,
      versions: JSON.parse(version) as Json[],
    });
    const alone = await server.askAs("root", "/v2/datasets/hemibrain");
    expect(jsonOf(alone)).toEqual(filled);
  });

  it("have versions that are opened under ids of their own, by the roles of the dataset", async () => {
    await describeAll({ hemibrain });
    const target = "/v2/datasets/hemibrain-v0.8";
    expectProblem(await server.askAs("bob", target), 403, "forbidden");
    const role = "/api/datasets/hemibrain/roles/bob@lab.org/clio_general";
    await server.askAs("root", role, { method: "PUT" });
    const version = jsonOf<Json>(await server.askAs("bob", target));
    expect(version.title).toBe("hemibrain v0.9:v0.8");
    const { layers } = version.neuroglancer as { layers: { name: string }[] };
    expect(layers.map(({ name }) => name)).toEqual([
      "grayscale",
      "seg-v0.9",
      "older",
    ]);
    const marks = "/v2/annotations/hemibrain-v0.8";
    const made = await server.askAs("bob", marks, {
      method: "POST",
      body: { kind: "point", pos: [1, 2, 3] },
    });
    expect(jsonOf(made)).toEqual({ key: "Pt1_2_3" });
    const others = jsonOf<Json[]>(
      await server.askAs("bob", "/v2/annotations/hemibrain"),
    );
    expect(others).toEqual([]);
    expectProblem(await server.askAs("ada", marks), 403, "forbidden");
  });

  it("keep all that is sent when they are written again, and refuse a tag that is earlier", async () => {
    await describeAll({ tagged: { ...hemibrain, tag: "v0.9" } });
    const later = { ...hemibrain, tag: "v0.10", more: { of: ["any", 1] } };
    expect((await describeAll({ tagged: later }, "PUT")).status).toBe(200);
    const { tagged } = await datasets("?templates=true");
    expect(tagged.tag).toBe("v0.10");
    expect(tagged.more).toEqual(later.more);
    const earlier = await describeAll({
      fresh: hemibrain,
      tagged: { ...hemibrain, tag: "v0.9" },
    });
    const { detail } = expectProblem(earlier, 400, "bad-body");
    expect(detail).toBe(
      'tagged.tag: "v0.9", expected a tag that is not earlier than "v0.10"',
    );
    // All or none.
    expect(Object.keys(await datasets())).not.toContain("fresh");
  });

  it("are refused by every key that is wrong, and none is taken over", async () => {
    const answer = await describeAll({
      good: hemibrain,
      bad: { ...hemibrain, mainLayer: "grey", title: 7 },
      near: {
        ...hemibrain,
        mainLayer: "grey",
      },
    });
    const { detail } = expectProblem(answer, 400, "bad-body");
    expect(detail).toContain("bad.title: 7, expected text");
    expect(detail).toContain('near.mainLayer: "grey", expected the name');
    const relative = await describeAll({
      here: { layers: [{ name: "em", source: "./../secret" }] },
    });
    expect(expectProblem(relative, 400, "bad-body").detail).toMatch(
      /^here\.neuroglancer\.layers\.0\.source: "\.\/\.\.\/secret", expected /,
    );
    for (const [body, key] of [
      [[], "(the whole): "],
      [{ "no id": hemibrain }, 'no id."no id": '],
      [JSON.parse('{"constructor": 7}'), "constructor."],
    ] as const) {
      const { detail } = expectProblem(
        await describeAll(body),
        400,
        "bad-body",
      );
      expect(detail.startsWith(key)).withContext(detail).toBeTrue();
    }
    const ids = Object.keys(await datasets());
    expect(ids).not.toContain("good");
    expect(ids).not.toContain("here");
  });

  it("are taken away by their ids, all or none, and what was marked in them stays", async () => {
    await describeAll({ gone: hemibrain });
    const point = { kind: "point", pos: [4, 5, 6] };
    const marks = "/v2/annotations/gone";
    await server.askAs("root", marks, { method: "POST", body: point });
    const remove = (body: unknown) => describeAll(body, "DELETE");
    expectProblem(await remove(["gone", "never"]), 404, "not-found");
    expect(Object.keys(await datasets())).toContain("gone");
    expectProblem(await remove({ id: "gone" }), 400, "bad-body");
    expect((await remove(["gone"])).status).toBe(200);
    expect(Object.keys(await datasets())).not.toContain("gone");
    expectProblem(await server.askAs("root", marks), 404, "not-found");
    await describeAll({ gone: hemibrain });
    const found = jsonOf<Json[]>(await server.askAs("root", marks));
    expect(found.map(({ key }) => key)).toEqual(["Pt4_5_6"]);
  });

  it("are in the audit list, with who described them", async () => {
    await describeAll({ audited: hemibrain });
    await describeAll(["audited"], "DELETE");
    const list = jsonOf<Json[]>(await server.askAs("root", "/api/audit"));
    const told = list
      .filter(({ subject }) => subject === "audited")
      .map(({ actor, action, detail }) => [actor, action, detail]);
    expect(told).toEqual([
      ["root@lab.org", "dataset-removed", ""],
      ["root@lab.org", "dataset-described", "added"],
    ]);
  });

  it("are listed to whoever may read them", async () => {
    await describeAll({ shown: { ...hemibrain, public: true }, hemibrain });
    const anonymous = jsonOf<Json>(await server.ask("/v2/datasets"));
    expect(Object.keys(anonymous)).toEqual(["open", "shown"]);
    const token = await server.tokenOf("eve");
    const eve = await server.ask("/v2/datasets", { headers: bearer(token) });
    expect(Object.keys(jsonOf<Json>(eve)).sort()).toEqual([
      "open",
      "other",
      "shown",
    ]);
  });
});
