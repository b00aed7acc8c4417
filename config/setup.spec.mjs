/* global describe, expect, it */
import { checkNode, isInstalled } from "./setup.mjs";

describe("The setup of a command", () => {
  it("runs on Node 20.9 and on every later one", () => {
    for (const version of ["20.9.0", "20.20.2", "22.0.0", "100.1.0"])
      expect(() => checkNode(version)).not.toThrow();
  });

  it("says which Node it needs, which one this is, and where to get another", () => {
    for (const version of ["20.8.1", "18.20.0", "9.11.2"])
      expect(() => checkNode(version)).toThrowMatching(
        ({ message }) =>
          message.includes("20.9") &&
          message.includes(version) &&
          message.includes("nodejs.org"),
      );
  });

  const lockfile = (packages) => JSON.stringify({ packages });
  const wanted = lockfile({
    "": { name: "clio", version: "1.0.0" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/b-mac": { version: "2.0.0", optional: true },
  });

  it("finds nothing installed where npm left no record, as after an install that was interrupted", () => {
    expect(isInstalled(wanted, undefined)).toBeFalse();
  });

  it("finds everything installed although a package of another system is left out", () => {
    const installed = {
      "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    };
    expect(isInstalled(wanted, lockfile(installed))).toBeTrue();
  });

  it("finds a package that is missing, of another version, or of another content", () => {
    for (const installed of [
      {},
      { "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } },
      { "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } },
    ])
      expect(isInstalled(wanted, lockfile(installed))).toBeFalse();
  });
});
