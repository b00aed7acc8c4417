import { parseDataset } from "./dataset.js";
import { versionsOf, withVersions } from "./dataset_versions.js";

const em = { name: "em", type: "image", source: "precomputed://gs://b/em" };
const seg = (tag: string) => ({
  name: "seg",
  type: "segmentation",
  source: `dvid://https://d/${tag}/seg`,
});

const vnc = parseDataset("vnc", {
  title: "VNC",
  description: "A nerve cord",
  tag: "v0",
  roles: { seg: ["mergeable"] },
  orderedLayers: ["em", "seg"],
  neuroglancer: { crossSectionScale: 2, layers: [em] },
  versions: [
    { tag: "v0.4", uuid: "a1", neuroglancer: { layers: [seg("a1")] } },
    {
      version: "new",
      description: "The newest",
      neuroglancer: { crossSectionScale: 1, layers: [seg("b2")] },
    },
    { title: "Not an id", neuroglancer: {} },
    { uuid: "nameless" },
  ],
});

describe("The versions of a dataset", () => {
  it("are datasets of their own: its layers and then theirs, and what they say in the place of what it says", () => {
    const versions = versionsOf("vnc", vnc);
    expect([...versions.keys()]).toEqual(["vnc-v0.4", "vnc-new"]);
    const [old, newest] = versions.values();
    expect(old).toEqual(
      jasmine.objectContaining({
        title: "VNC:v0.4",
        description: "A nerve cord",
        tag: "v0.4",
        uuid: "a1",
        roles: { seg: ["mergeable"] },
        orderedLayers: ["em", "seg"],
      }),
    );
    expect(old.versions).toBe(undefined);
    expect(old.neuroglancer.layers).toEqual([em, seg("a1")]);
    expect(old.neuroglancer.crossSectionScale).toBe(2);
    expect(newest.tag).toBe("v0");
    expect(newest.description).toBe("The newest");
    expect(newest.neuroglancer.layers).toEqual([em, seg("b2")]);
    expect(newest.neuroglancer.crossSectionScale).toBe(1);
  });

  it("stand behind their dataset in a list, and below a dataset that has the id of one", () => {
    const other = parseDataset("vnc-new", { neuroglancer: { layers: [em] } });
    const all = withVersions(
      new Map([
        ["vnc", vnc],
        ["vnc-new", other],
      ]),
    );
    expect([...all.keys()]).toEqual(["vnc", "vnc-v0.4", "vnc-new"]);
    expect(all.get("vnc-new")).toBe(other);
  });
});

describe("A description of an earlier shape", () => {
  it("is brought to the present one, its voxels of 8 nm where it says nothing", () => {
    const old = parseDataset("old", {
      description: "From before",
      layers: [em, { ...seg("c3"), roles: ["mergeable"] }],
      position: [1, 2, 3],
      location: "gs://b/em",
    });
    expect(old.neuroglancer).toEqual({
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
      layers: [em, { ...seg("c3"), roles: ["mergeable"] }],
      position: [1, 2, 3],
    });
    expect(old).toEqual(jasmine.objectContaining({ location: "gs://b/em" }));
    expect(Object.hasOwn(old, "layers")).toBeFalse();
  });
});

describe("The names in a description with versions", () => {
  const problems = (more: object) => {
    try {
      parseDataset("d", { neuroglancer: { layers: [em] }, ...more });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  it("are those of layers, or are refused by their key", () => {
    const version = (more: object) => ({ versions: [{ tag: "a", ...more }] });
    for (const [more, told] of [
      [
        { orderedLayers: "em" },
        /^orderedLayers: "em", expected a list of names/,
      ],
      [
        version({ mainLayer: "seg" }),
        /^versions\.0\.mainLayer: "seg", expected /,
      ],
      [
        version({ neuroglancer: { layers: [em] } }),
        /^versions\.0\.neuroglancer\.layers\.0\.name: "em", expected a name that no other layer has$/,
      ],
      [
        version({ neuroglancer: { layers: [{ source: "x" }] } }),
        /^versions\.0\.neuroglancer\.layers\.0\.name: missing$/,
      ],
      [version({ tag: "" }), /^versions\.0\.tag: "", expected a name/],
      [{ versions: {} }, /^versions: \{\}, expected a list of versions$/],
    ] as const) {
      expect(problems(more)).toMatch(told);
    }
    const layers = version({ neuroglancer: { layers: [seg("a")] } });
    expect(problems({ orderedLayers: ["em", "gone"] })).toBe("");
    expect(problems({ ...layers, roles: { seg: ["mergeable"] } })).toBe("");
  });
});
