import fc from "fast-check";
import { imageDataset } from "../model/sandbox.js";
import { parseSandboxPath, sandboxUrl } from "./sandbox_url.js";

const withoutScheme = (url: string) => url.slice("clio://".length);

describe("The URL of a sandbox", () => {
  it("leads back to its dataset, whatever the name", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: "grapheme" }),
        fc.boolean(),
        (name, isImage) => {
          const dataset = isImage ? imageDataset(name) : `d${name}`;
          expect(parseSandboxPath(withoutScheme(sandboxUrl(dataset)))).toBe(
            dataset,
          );
        },
      ),
    );
  });

  it("holds no character that ends a part of a source pipeline", () => {
    expect(sandboxUrl(imageDataset("precomputed://gs://a/b|zip:c"))).toBe(
      "clio://image/precomputed%3A%2F%2Fgs%3A%2F%2Fa%2Fb%7Czip%3Ac",
    );
  });

  it("is refused with what was expected when it names nothing", () => {
    for (const path of ["", "sandbox/", "atlas/x", "sandbox/%E0%A4%A", "x"]) {
      expect(() => parseSandboxPath(path)).toThrowError(
        /names no sandbox; expected clio:\/\/sandbox\/<dataset>/,
      );
    }
  });
});
