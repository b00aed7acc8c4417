/* global afterEach, beforeEach, describe, expect, expectAsync, it */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { withLock } from "./lock.mjs";

describe("A lock between commands", () => {
  let folder;
  let file;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "clio-lock-"));
    file = path.join(folder, "below/a.lock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives back what the work gives, and leaves no file", async () => {
    const held = await withLock(file, async () =>
      Number(readFileSync(file, "utf8")),
    );
    expect(held).toBe(process.pid);
    expect(existsSync(file)).toBeFalse();
  });

  it("is free again after work that fails", async () => {
    await expectAsync(
      withLock(file, async () => {
        throw new Error("no");
      }),
    ).toBeRejectedWithError("no");
    expect(existsSync(file)).toBeFalse();
  });

  it("is taken over from a process that died with it", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await withLock(file, async () => {});
    writeFileSync(file, `${pid}\n`);
    expect(await withLock(file, async () => "mine")).toBe("mine");
  });

  it("names the process that it waits for", async () => {
    const owner = spawn(process.execPath, [
      "-e",
      "setTimeout(() => {}, 60000)",
    ]);
    await withLock(file, async () => {});
    writeFileSync(file, `${owner.pid}\n`);
    const told = [];
    const mine = withLock(
      file,
      async () => "mine",
      (pid) => {
        told.push(pid);
        owner.kill("SIGKILL");
      },
    );
    await once(owner, "exit");
    expect(await mine).toBe("mine");
    expect(told).toEqual([owner.pid]);
  });

  it("lets one process in at a time, also when all of them find a dead owner", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await withLock(file, async () => {});
    writeFileSync(file, `${pid}\n`);
    const diary = path.join(folder, "diary");
    const program = `
      import { appendFileSync } from "node:fs";
      import { setTimeout } from "node:timers/promises";
      import { withLock } from ${JSON.stringify(new URL("./lock.mjs", import.meta.url).href)};
      await withLock(${JSON.stringify(file)}, async () => {
        appendFileSync(${JSON.stringify(diary)}, "in ");
        await setTimeout(20);
        appendFileSync(${JSON.stringify(diary)}, "out ");
      });`;
    const processes = Array.from({ length: 5 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", program], {
        stdio: "inherit",
      }),
    );
    const ends = await Promise.all(processes.map((each) => once(each, "exit")));
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(readFileSync(diary, "utf8")).toBe("in out ".repeat(5));
  });
});
