import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { runs } from "../testing/counts.js";
import { temporaryFolder } from "../testing/server_fixture.js";
import { resolveInside, volumePath } from "./path.js";

describe("The path of a file in a volume", () => {
  let root: string;
  let volumes: string;
  beforeAll(async () => {
    root = await temporaryFolder();
    volumes = path.join(root, "volumes");
    await mkdir(path.join(volumes, "demo/image"), { recursive: true });
    await writeFile(path.join(root, "secret"), "secret");
    await writeFile(path.join(volumes, "demo/image/1:0"), "{}");
    await symlink(root, path.join(volumes, "demo/out"));
    await symlink("image", path.join(volumes, "demo/same"));
  });
  afterAll(() => rm(root, { recursive: true }));

  it("keeps the names of meshes and annotations as they are", () => {
    expect(volumePath("/demo/meshes/12:0:0-1_0-1_0-1")).toEqual([
      "demo",
      "meshes",
      "12:0:0-1_0-1_0-1",
    ]);
    expect(volumePath("/demo/a%20b/%C3%A4%3A1")).toEqual([
      "demo",
      "a b",
      "ä:1",
    ]);
  });

  it("never leads out of the folder, however it is written", async () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "%2e%2e",
      "%2E.",
      "..%2f",
      "%2f",
      "%5c",
      "\\",
      "..\\",
      "%00",
      "%252e",
      "%",
      "%zz",
      "",
      "demo",
      "image",
      "out",
      "secret",
      "1:0",
      "~",
      ".partial",
    );
    const target = fc
      .array(fc.array(piece, { maxLength: 3 }), { minLength: 1, maxLength: 6 })
      .map((names) => names.map((name) => `/${name.join("")}`).join(""));
    await fc.assert(
      fc.asyncProperty(target, async (urlPath) => {
        let names: string[];
        try {
          names = volumePath(urlPath);
        } catch (error) {
          expect([400, 404]).toContain((error as { status: number }).status);
          return;
        }
        const lexical = path.relative(volumes, path.join(volumes, ...names));
        expect(lexical.split(path.sep)).not.toContain("..");
        const file = await resolveInside(volumes, names);
        if (file !== undefined) {
          expect(file.startsWith(volumes + path.sep)).toBeTrue();
        }
      }),
      { numRuns: runs(1_000, 50_000) },
    );
  });

  it("follows a symbolic link within the folder and none out of it", async () => {
    expect(await resolveInside(volumes, ["demo", "same", "1:0"])).toBe(
      path.join(volumes, "demo/image/1:0"),
    );
    expect(
      await resolveInside(volumes, ["demo", "out", "secret"]),
    ).toBeUndefined();
    expect(await resolveInside(volumes, ["demo", "out"])).toBeUndefined();
  });
});
