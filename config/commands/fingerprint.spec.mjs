/* global afterEach, beforeEach, describe, expect, it */
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fingerprint } from "./fingerprint.mjs";

describe("The fingerprint of sources", () => {
  let root;
  const write = (name, text) => writeFileSync(path.join(root, name), text);
  const take = () =>
    fingerprint(
      root,
      ["src", "package.json", "gone"],
      (name) => !name.endsWith(".spec.ts"),
    );

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "clio-fingerprint-"));
    mkdirSync(path.join(root, "src/deep"), { recursive: true });
    write("src/a.ts", "one");
    write("src/deep/b.ts", "two");
    write("package.json", "{}");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("stays while nothing but the times change", () => {
    const before = take();
    utimesSync(path.join(root, "src/a.ts"), 1, 1);
    expect(take()).toBe(before);
  });

  it("changes with the content of a file, however deep, also at the same size", () => {
    const before = take();
    write("src/deep/b.ts", "owt");
    expect(take()).not.toBe(before);
    write("src/deep/b.ts", "two");
    expect(take()).toBe(before);
  });

  it("changes with a file's name, and with a file more or less", () => {
    const seen = new Set([take()]);
    renameSync(path.join(root, "src/a.ts"), path.join(root, "src/c.ts"));
    seen.add(take());
    write("src/d.ts", "");
    seen.add(take());
    rmSync(path.join(root, "package.json"));
    seen.add(take());
    expect(seen.size).toBe(4);
  });

  it("tells where one file ends and the next begins", () => {
    const before = take();
    write("src/a.ts", "onesrc/deep/b.tstwo");
    rmSync(path.join(root, "src/deep/b.ts"));
    expect(take()).not.toBe(before);
  });

  it("leaves out what does not count", () => {
    const before = take();
    write("src/a.spec.ts", "three");
    expect(take()).toBe(before);
  });
});
