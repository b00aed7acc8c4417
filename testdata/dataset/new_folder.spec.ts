import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeFolder } from "./new_folder.js";

describe("A folder that is there whole or not at all", () => {
  let parent: string;
  let place: string;

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), "clio-folder-"));
    place = path.join(parent, "mine");
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  const put = (folder: string, text: string) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "file"), text);
    return Promise.resolve();
  };
  const content = () => readFileSync(path.join(place, "file"), "utf8");
  /** No process has this number: it is above the highest that any system gives. */
  const gone = 2 ** 30;

  it("is under another name, which no listing shows, until it is full", async () => {
    await makeFolder(place, false, async (folder) => {
      await put(folder, "new");
      expect(readdirSync(parent).map((name) => name[0])).toEqual(["."]);
    });
    expect(readdirSync(parent)).toEqual(["mine"]);
    expect(content()).toBe("new");
  });

  it("is not there where filling it failed", async () => {
    const failing = makeFolder(place, false, async (folder) => {
      await put(folder, "half");
      throw new Error("no more room");
    });
    await expectAsync(failing).toBeRejectedWithError("no more room");
    expect(readdirSync(parent)).toEqual([]);
  });

  it("takes away what killed processes have left, and nothing of a running one", async () => {
    const running = `.mine.unfinished-${process.ppid}`;
    for (const name of [
      `.mine.unfinished-${gone}`,
      running,
      `.yours.unfinished-${gone}`,
    ])
      await put(path.join(parent, name), "half");
    await makeFolder(place, false, (folder) => put(folder, "new"));
    expect(readdirSync(parent).sort()).toEqual([
      running,
      `.yours.unfinished-${gone}`,
      "mine",
    ]);
  });

  it("brings back what a process that was killed at the last moment had moved out of the way", async () => {
    await put(path.join(parent, `.mine.unfinished-${gone}-replaced`), "old");
    await expectAsync(
      makeFolder(place, false, (folder) => put(folder, "new")),
    ).toBeRejectedWithError(/exists already/);
    expect(content()).toBe("old");
    expect(readdirSync(parent)).toEqual(["mine"]);
  });
});
