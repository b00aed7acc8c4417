import { InputError } from "../input/input_error.js";
import { HELP, readArguments } from "./arguments.js";

const read = (line: string) => readArguments(line.split(" "), "/data");

function refusal(line: string): string {
  try {
    read(line);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "none";
}

describe("The dataset command", () => {
  it("reads what a demo is to be like", () => {
    expect(read("demo --out x --size 128,96,64 --seed 7 --replace")).toEqual({
      command: "demo",
      plan: { out: "x", size: [128, 96, 64], seed: 7, replace: true },
    });
  });

  it("reads what a dataset is to be made from, and puts it where the server looks", () => {
    expect(
      read(
        "make --name a-1 --image g.raw --labels s=a.raw --labels b=c=d.tif --voxel-size 4.6,4.6,45 --clahe --no-meshes --title T",
      ),
    ).toEqual({
      command: "make",
      plan: {
        out: "/data/volumes/a-1",
        replace: undefined,
        title: "T",
        description: undefined,
        image: "g.raw",
        labels: new Map([
          ["s", "a.raw"],
          ["b", "c=d.tif"],
        ]),
        clahe: true,
        meshes: false,
        voxelSize: [4.6, 4.6, 45],
      },
    });
  });

  it("refuses by name what is missing, unknown or out of range", () => {
    const refusals: [string, RegExp][] = [
      ["build", /^build: expected demo or make/],
      ["demo", /^--out: missing/],
      ["demo --out x y", /^y: expected nothing after demo/],
      [
        "demo --out x --size 64,64",
        /^--size 64,64: expected three whole numbers from 64 to 2048/,
      ],
      ["demo --out x --size 64,64,63", /^--size 64,64,63: expected/],
      ["demo --out x --seed -1", /--seed/],
      ["demo --out x --seed 1.5", /^--seed 1.5: expected a whole number/],
      ["demo --out x --clahe", /^--clahe: not an option of demo/],
      ["make --image a", /^--name: missing/],
      ["make --name A --image a", /^--name A: expected small letters/],
      ["make --name ../a --image a", /^--name \.\.\/a: expected/],
      ["make --name a", /^--image: missing/],
      ["make --name a --image a --seed 1", /^--seed: not an option of make/],
      [
        "make --name a --image a --voxel-size 1,2,0",
        /^--voxel-size 1,2,0: expected three lengths in nm/,
      ],
      [
        "make --name a --image a --labels b",
        /^--labels b: expected LAYER=PATH/,
      ],
      [
        "make --name a --image a --labels b=1 --labels b=2",
        /^--labels b=2: there is a layer b already/,
      ],
      ["make --name a --image a --colour", /--colour/],
    ];
    for (const [line, message] of refusals)
      expect(refusal(line)).toMatch(message);
  });

  it("explains each option that it takes", () => {
    expect(read("--help")).toEqual({ command: "help" });
    for (const option of [
      "out",
      "size",
      "seed",
      "name",
      "image",
      "labels",
      "voxel-size",
      "clahe",
      "no-meshes",
      "title",
      "description",
      "replace",
    ])
      expect(HELP).toContain(`--${option} `);
  });
});
