import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { clientId, TestIssuer } from "../../proxy/identity/testing/issuer.js";
import { StoryServer } from "./server.js";
import { storyData } from "./volumes.js";

export type { PersonName } from "../../proxy/identity/testing/issuer.js";

/** A server that keeps what people do, with one volume and its signature index, on a port and a data folder of its own that outlive its process. */
export class AccountServer {
  private constructor(
    private readonly folder: string,
    private server: StoryServer,
    /** Signs people in; undefined where the server serves the user of this machine alone. */
    readonly issuer: TestIssuer | undefined,
  ) {}

  /** One that serves the user of this machine. */
  static startLocal(): Promise<AccountServer> {
    return AccountServer.startWith(undefined, "demo");
  }

  /**
   * One for a group: whoever is signed in may mark the volume.
   * @param described what the description of the volume says beside what it says by itself
   */
  static async startGroup(
    volume = "demo",
    described: object = {},
  ): Promise<AccountServer> {
    const issuer = await TestIssuer.start();
    return AccountServer.startWith(issuer, volume, described);
  }

  private static async startWith(
    issuer: TestIssuer | undefined,
    volume: string,
    described: object = {},
  ): Promise<AccountServer> {
    const folder = await mkdtemp(path.join(tmpdir(), "clio-account-"));
    for (const part of [`volumes/${volume}`, `signatures/${volume}`]) {
      // Not every volume has an index.
      if (!existsSync(path.join(storyData(), part))) continue;
      const copy = path.join(folder, "data", part);
      await mkdir(path.dirname(copy), { recursive: true });
      await cp(path.join(storyData(), part), copy, { recursive: true });
    }
    const file = path.join(folder, `data/volumes/${volume}/dataset.json`);
    const dataset = JSON.parse(await readFile(file, "utf8")) as object;
    await writeFile(
      file,
      JSON.stringify({ ...dataset, ...described, public: true }),
    );
    const identity =
      issuer === undefined
        ? { kind: "local" }
        : { kind: "oidc", issuer: issuer.origin, clientId };
    await writeFile(
      path.join(folder, "clio.json"),
      JSON.stringify({ identity }),
    );
    return new AccountServer(folder, await startServer(folder), issuer);
  }

  get origin(): string {
    return this.server.origin;
  }

  /** Puts somebody into a group, as an administrator does. */
  join(user: string, group: string): Promise<void> {
    return this.administer("join", user, group);
  }

  /** Gives somebody a role in a dataset, as an administrator does. */
  grant(user: string, role: string, dataset: string): Promise<void> {
    return this.administer("grant", user, role, "--dataset", dataset);
  }

  /** Ends it with no chance to do anything about it. */
  kill(): Promise<void> {
    return this.server.kill();
  }

  /** Starts it again where it was. */
  async restart(): Promise<void> {
    const { port } = new URL(this.origin);
    this.server = await startServer(this.folder, { PORT: port });
  }

  private async administer(...args: readonly string[]): Promise<void> {
    await promisify(execFile)(
      process.execPath,
      ["dist/server/admin.js", ...args],
      {
        env: {
          ...process.env,
          CLIO_DATA: path.join(this.folder, "data"),
          CLIO_CONFIG: path.join(this.folder, "clio.json"),
        },
      },
    );
  }

  /** Ends it, and takes its folder away. */
  async close(): Promise<void> {
    await this.server.stop();
    await this.issuer?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function startServer(
  folder: string,
  env: Record<string, string> = {},
): Promise<StoryServer> {
  return StoryServer.start(path.join(folder, "data"), {
    ...env,
    CLIO_CONFIG: path.join(folder, "clio.json"),
  });
}
