/** The server as `npm start` runs it, to be killed: local, on a port and a data folder that outlive it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import {
  standardFiles,
  temporaryFolder,
  writeFiles,
} from "./server_fixture.js";

const program = path.resolve("dist/server/server.js");

/** A port of 127.0.0.1 that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** One server, over all its lives. */
export class ServerProcess {
  private child: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  /**
   * Starts one in a new folder.
   * @param settings of its configuration
   * @param prepare puts into its database what is to be there from the start
   */
  static async start(
    settings: object = {},
    prepare: (database: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<ServerProcess> {
    if (!existsSync(program)) {
      throw new Error(
        "dist/server/server.js is not built: npx webpack --config config/webpack.config.mjs --config-name server",
      );
    }
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, "config"));
    await writeFiles(folder, {
      ...standardFiles,
      "config/datasets.json": "{}",
      "clio.json": JSON.stringify({
        viewer: "viewer",
        log: { level: "error" },
        ...settings,
      }),
    });
    const server = new ServerProcess(folder, await freePort());
    await mkdir(path.dirname(server.database));
    await prepare(server.database);
    await server.restart();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its process id, while it lives. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Where it keeps what it keeps. */
  get database(): string {
    return path.join(this.folder, "data/clio.db");
  }

  /** Starts it again where it has ended, and resolves when it listens. */
  async restart(): Promise<void> {
    const child = spawn(process.execPath, [program], {
      cwd: this.folder,
      env: {
        ...process.env,
        PORT: String(this.port),
        HOST: "",
        CLIO_DATA: "data",
        CLIO_CONFIG: "clio.json",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.child = child;
    await once(child.stdout, "data");
  }

  /** Ends it with no chance to do anything about it. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Ends it in good order, and takes its folder away. */
  async close(): Promise<void> {
    await this.end("SIGTERM");
    await rm(this.folder, { recursive: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    this.child = undefined;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}
