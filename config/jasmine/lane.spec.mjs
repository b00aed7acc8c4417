/* global afterEach, beforeEach, describe, expect, it */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "../commands/child.mjs";

describe("Specs in two lanes", () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-lanes-"));
    mkdirSync(path.join(folder, "claims"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the specs of a text, and returns of each lane how it ended and the results it wrote. */
  async function runLanes(text) {
    const specs = path.join(folder, "specs.mjs");
    writeFileSync(specs, text);
    const lanes = [0, 1].map(async (lane) => {
      const results = path.join(folder, `results-${lane}`);
      const args = [results, path.join(folder, "claims"), specs];
      const { code } = await run(
        process.execPath,
        ["config/jasmine/lane.mjs", ...args],
        { env: { CLIO_SEED: "5", CLIO_GREP: "" } },
      );
      const lines = existsSync(results)
        ? readFileSync(results, "utf8").trim().split("\n")
        : [];
      return { code, results: lines.map((line) => JSON.parse(line)) };
    });
    return Promise.all(lanes);
  }

  const names = (lanes, wanted) =>
    lanes
      .flatMap(({ results }) => results)
      .filter(({ kind }) => kind === wanted)
      .map(({ name }) => name)
      .sort();

  it("run each once, after what comes before all of them", async () => {
    const lanes = await runLanes(`
      let ready = 0;
      beforeAll(() => { ready += 1; });
      for (const suite of "abcdef")
        describe(suite, () => {
          for (const spec of "12")
            it(spec, () => expect(ready).toBeGreaterThan(0));
        });`);
    expect(names(lanes, "passed")).toEqual(
      [..."abcdef"].flatMap((suite) => [`${suite} 1`, `${suite} 2`]),
    );
    expect(lanes.map(({ code }) => code)).toEqual([0, 0]);
    for (const { results } of lanes)
      expect(results.at(-1)).toEqual({ kind: "end" });
  });

  it("say what failed, and run the rest", async () => {
    const lanes = await runLanes(`
      describe("a", () => it("fails", () => expect(1).toBe(2)));
      describe("b", () => it("passes", () => expect(1).toBe(1)));`);
    expect(names(lanes, "failed")).toEqual(["a fails"]);
    expect(names(lanes, "passed")).toEqual(["b passes"]);
    expect(lanes.map(({ code }) => code).sort()).toEqual([0, 1]);
  });

  it("leave the end out where one of them ends its process", async () => {
    const lanes = await runLanes(`
      describe("a", () => it("leaves", () => process.exit(0)));
      describe("b", () => it("passes", () => expect(1).toBe(1)));`);
    const ends = lanes.filter(({ results }) =>
      results.some(({ kind }) => kind === "end"),
    );
    expect(ends.length).toBe(1);
  });
});
