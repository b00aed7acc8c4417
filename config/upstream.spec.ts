// The deviations of neuroglancer/README.md hold for one release of upstream: each is checked here against what is installed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
// By its default export: webpack would answer the named `createRequire` itself, and not at run time.
import nodeModule from "node:module";
import path from "node:path";

const root = process.cwd();
const upstream = path.join(root, "node_modules/neuroglancer");
const lib = path.join(upstream, "lib");
const read = (...parts: string[]) => readFileSync(path.join(...parts), "utf8");

const require = nodeModule.createRequire(path.join(root, "package.json"));
const { replaceFailures } = require(
  path.join(root, "neuroglancer/network_failures_loader.cjs"),
) as { replaceFailures: (source: string) => string };
const { replaceEntering } = require(
  path.join(root, "neuroglancer/resting_pointer_loader.cjs"),
) as { replaceEntering: (source: string) => string };
const { replaceUpdating } = require(
  path.join(root, "neuroglancer/kept_children_loader.cjs"),
) as { replaceUpdating: (source: string) => string };
const { replaceFunctionsFromText } = require(
  path.join(root, "neuroglancer/csp/function_from_text_loader.cjs"),
) as {
  replaceFunctionsFromText: (name: string, source: string) => string;
};

/** Upstream's modules that make functions from text, relative to its lib folder. */
const FUNCTION_FROM_TEXT = [
  "annotation/index.js",
  "sliceview/compressed_segmentation/encode_common.js",
];

function importsOf(source: string): string[] {
  return [
    ...source.matchAll(/^import "(?:#src|neuroglancer\/unstable)\/(.+)";/gm),
  ].map((match) => match[1]);
}

describe("The pinned upstream release", () => {
  it("is the one that the fork was made for", () => {
    const installed = JSON.parse(read(upstream, "package.json")) as {
      version: string;
    };
    const release = JSON.parse(read(root, "neuroglancer/release.json")) as {
      version: string;
    };
    const wanted = JSON.parse(read(root, "package.json")) as {
      dependencies: Record<string, string>;
    };
    expect(installed.version).toBe(release.version);
    expect(wanted.dependencies.neuroglancer).toBe(release.version);
  });

  it("makes functions from text in the two known modules and nowhere else", () => {
    const found = readdirSync(lib, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith(".js"))
      .filter((file) => /\bnew Function\b|\beval\(/.test(read(lib, file)))
      .map((file) => file.split(path.sep).join("/"));
    expect(found.sort()).toEqual(FUNCTION_FROM_TEXT);
  });

  for (const name of FUNCTION_FROM_TEXT) {
    it(`still reads as the replacement in ${name} expects`, () => {
      const replaced = replaceFunctionsFromText(name, read(lib, name));
      expect(replaced).not.toContain("new Function");
    });

    it(`stops the build when ${name} changes where it makes a function from text`, () => {
      const changed = read(lib, name).replace(
        "new Function(",
        "new Function( ",
      );
      expect(() => replaceFunctionsFromText(name, changed)).toThrowError(
        /has changed where it makes a function from text/,
      );
    });
  }

  it("still fails to reach a server where our meaning of that is put in, and stops the build where it changes that", () => {
    const source = read(lib, "util/http_request.js");
    expect(replaceFailures(source)).toContain("mayBeMissing(e.url)");
    const changed = source.replace("e.status === 0", "e.status == 0");
    expect(() => replaceFailures(changed)).toThrowError(
      /has changed where a request fails/,
    );
  });

  it("still takes the focus where our meaning of a mouse that enters is put in, and stops the build where it changes that", () => {
    const source = read(lib, "util/automatic_focus.js");
    const replaced = replaceEntering(source);
    expect(replaced).toContain("onMouseMovedInto(this, element, () => {");
    expect(replaced).not.toContain('"mouseenter"');
    const changed = source.replace('"mouseenter"', '"pointerenter"');
    expect(() => replaceEntering(changed)).toThrowError(
      /has changed where it takes the focus/,
    );
  });

  it("still updates the children of an element where ours takes others out first, and stops the build where it changes that", () => {
    const source = read(lib, "util/dom.js");
    expect(replaceUpdating(source)).toContain(
      "const children = takeOutOthers(element, wanted);",
    );
    const changed = source.replace("updateChildren(", "placeChildren(");
    expect(() => replaceUpdating(changed)).toThrowError(
      /has changed where it updates the children/,
    );
  });

  it("starts its chunk worker with the modules that ours imports, in the same order", () => {
    const theirs = importsOf(read(lib, "chunk_worker.bundle.js"));
    const ours = importsOf(read(root, "neuroglancer/chunk_worker.bundle.ts"));
    expect(theirs.length).toBeGreaterThan(5);
    expect(ours).toEqual(theirs);
  });

  it("draws points as instances of a square, whose number is all that tells the picked one", () => {
    const point = read(lib, "annotation/point.js");
    for (const part of [
      "shaderGetter3d =",
      "vertexIdHelper =",
      "drawCircles(shader.gl, 1, context.count)",
      "sliceViewRenderHelper: RenderHelper",
      "perspectiveViewRenderHelper: RenderHelper",
    ]) {
      expect(point).toContain(part);
    }
    const handler = read(lib, "annotation/type_handler.js");
    const [, setPartIndex] = handler.split("setPartIndex(builder");
    expect(setPartIndex).toContain("pickBaseOffset = getPickBaseOffset()");
    expect(handler.match(/gl_InstanceID/g)).toEqual(["gl_InstanceID"]);
    expect(handler).toContain(
      "getPickBaseOffset() { return uint(gl_InstanceID)",
    );
  });

  it("lacks in its icon package exactly the icons that we drew", () => {
    const wanted = new Set<string>();
    for (const file of readdirSync(lib, { recursive: true }).map(String)) {
      if (!file.endsWith(".js")) continue;
      for (const [, icon] of read(lib, file).matchAll(
        /from "ikonate\/icons\/(.+?)\.svg\?raw"/g,
      )) {
        wanted.add(icon);
      }
    }
    expect(wanted.size).toBeGreaterThan(10);
    const missing = [...wanted].filter(
      (icon) =>
        !existsSync(path.join(root, `node_modules/ikonate/icons/${icon}.svg`)),
    );
    expect(missing.sort()).toEqual(["code-alt", "controls-alt", "layers"]);
    for (const icon of missing) {
      expect(existsSync(path.join(root, `neuroglancer/icons/${icon}.svg`)))
        .withContext(icon)
        .toBeTrue();
    }
  });
});
