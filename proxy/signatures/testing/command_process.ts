import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/** So often an index is killed before it is finished: what goes on where one was killed is killed as well. */
export const KILLS_OF_ONE = 3;

/** How a command came to its end, and what it printed until then. */
export interface CommandEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  /** The size in KiB at which the system refuses to let a file grow; any where it is not said. */
  readonly largestFile?: number;
  /** Further variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a command as npm does, in a process of its own.
 * @param name of its bundle: "signatures", "dataset"
 * @param data the data folder; that of the configuration where empty
 * @throws Error where the bundle is not built
 */
export function startCommand(
  name: string,
  data: string,
  args: readonly string[],
  { largestFile, env }: CommandOptions = {},
) {
  const program = path.resolve(`dist/server/${name}.js`);
  if (!existsSync(program)) {
    throw new Error(
      `${program} is not built: npx webpack --config config/webpack.config.mjs --config-name server`,
    );
  }
  const limit = `ulimit -f ${largestFile ?? "unlimited"}`;
  const command = [process.execPath, program, ...args];
  const shell = ["-c", `${limit}; exec "$@"`, "bash", ...command];
  const child = spawn("bash", shell, {
    env: { ...process.env, CLIO_DATA: data, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = new Promise<CommandEnd>((resolve) =>
    child.on("close", (code) => resolve({ code, out, err })),
  );
  return { child, ended };
}
