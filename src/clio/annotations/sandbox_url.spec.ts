import fc from "fast-check";
import { imageDataset } from "../model/sandbox.js";
import {
  othersUrl,
  parseOthersPath,
  parseSandboxPath,
  sandboxUrl,
} from "./sandbox_url.js";

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

  it("of somebody else leads back to the person and the dataset, and is none of one's own", () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(name, name, (user, dataset) => {
        const path = withoutScheme(othersUrl({ user, dataset }));
        expect(parseOthersPath(path)).toEqual({ user, dataset });
      }),
    );
    for (const path of ["sandbox/a", "others/a", "others//b", "others/a/b/c"]) {
      expect(parseOthersPath(path)).toBe(undefined);
    }
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
