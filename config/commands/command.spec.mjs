/* global describe, expect, it */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "./child.mjs";

const home = new URL(".", import.meta.url).href;

/** A command in a process of its own. */
const program = (main) => `
  import { existsSync } from "node:fs";
  import { setTimeout } from "node:timers/promises";
  import { run } from ${JSON.stringify(`${home}child.mjs`)};
  import { runCommand } from ${JSON.stringify(`${home}command.mjs`)};
  import { Problem } from ${JSON.stringify(`${home}progress.mjs`)};
  const sleeper = (first = "") => run(process.execPath, ["-e", "console.log('up'); " + first + " setTimeout(() => {}, 60000)"], { output: "print" });
  await runCommand(async () => { ${main} });`;
const args = (main) => ["--input-type=module", "-e", program(main)];

describe("A command", () => {
  it("ends with the code that it came to", async () => {
    expect((await run(process.execPath, args("return 7;"))).code).toBe(7);
  });

  it("prints what a person can put right without a stack", async () => {
    const main = 'throw new Problem("The cable is loose.");';
    const { code, output } = await run(process.execPath, args(main));
    expect(code).toBe(1);
    expect(output).toBe("\nThe cable is loose.\n");
  });

  it("prints the stack of what nobody foresaw", async () => {
    const main = 'throw new TypeError("odd");';
    const { code, output } = await run(process.execPath, args(main));
    expect(code).toBe(1);
    expect(output).toContain("TypeError: odd\n    at ");
  });

  it("does not wait for its other children once one step failed", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "clio-command-"));
    const isUp = JSON.stringify(path.join(folder, "up"));
    const sign = JSON.stringify(`fs.writeFileSync(${isUp}, "");`);
    const main = `sleeper(${sign}).catch(() => {});
      while (!existsSync(${isUp})) await setTimeout(10);
      throw new Problem("no");`;
    const { code, output } = await run(process.execPath, args(main));
    rmSync(folder, { recursive: true });
    expect(code).toBe(1);
    expect(output).toContain("up");
  });

  it("passes an interruption on to its children, and starts no other", async () => {
    const main = `const { code } = await sleeper(); console.log("code " + code); await sleeper(); return 0;`;
    const command = spawn(process.execPath, args(main));
    let output = "";
    for (const stream of [command.stdout, command.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    while (!output.includes("up")) await once(command.stdout, "data");
    command.kill("SIGTERM");
    const [code] = await once(command, "close");
    expect(code).toBe(143);
    expect(output).toBe("up\ncode 143\n\nInterrupted.\n");
  });
});
