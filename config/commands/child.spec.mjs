/* global describe, expect, expectAsync, it */
import { run } from "./child.mjs";

const node = (program, options) =>
  run(process.execPath, ["-e", program], options);

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("A child of a command", () => {
  it("gives its code and what it printed on both streams", async () => {
    const program =
      "console.log('out'); console.error('err'); process.exitCode = 3";
    const end = await node(program);
    expect(end.code).toBe(3);
    expect(end.output.split("\n").sort()).toEqual(["", "err", "out"]);
    expect(end.timedOut).toBeFalse();
  });

  it("gives the code of a shell where a signal ended it", async () => {
    const { code } = await node("process.kill(process.pid, 'SIGKILL')");
    expect(code).toBe(137);
  });

  it("is ended after its time, and says so", async () => {
    const end = await node("setTimeout(() => {}, 60000)", { timeoutMs: 300 });
    expect(end.timedOut).toBeTrue();
    expect(end.code).toBe(143);
  });

  it("leaves none of its own children behind", async () => {
    const { code, output } = await node(
      `const { spawn } = require("node:child_process");
       console.log(spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit" }).pid);
       process.stdout.write("", () => process.exit(0));`,
    );
    expect(code).toBe(0);
    const pid = Number(output.trim());
    expect(pid).toBeGreaterThan(0);
    for (let tries = 0; tries < 500 && isAlive(pid); tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAlive(pid)).toBeFalse();
  });

  it("names the program that cannot be run", async () => {
    await expectAsync(run("/no/such/program", [])).toBeRejectedWithError(
      /\/no\/such\/program/,
    );
  });
});
