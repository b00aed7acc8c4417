import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

const startTimeoutMs = 30_000;
const ready = /^Clio is ready: (\S+)$/m;

/** A real server, as `npm start` runs it, in a process of its own. */
export class StoryServer {
  private constructor(
    private readonly child: ChildProcess,
    /** Where the page is served, such as `http://127.0.0.1:40123`. */
    readonly origin: string,
    /** Everything it printed so far: grows while it runs. */
    readonly printed: string[],
  ) {}

  /**
   * @param data its data folder
   * @param env further variables; nothing of the configuration of whoever runs the tests reaches it
   */
  static async start(
    data: string,
    env: Record<string, string> = {},
  ): Promise<StoryServer> {
    const port = env.PORT ?? String(await freePort());
    const printed: string[] = [];
    const child = spawn(
      process.execPath,
      ["--enable-source-maps", "dist/server/server.js"],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          HOST: "",
          // Else each story would find the marks of those before it.
          CLIO_CONFIG: "config/stories/alone.json",
          CLIO_DATA: data,
          ...env,
          PORT: port,
        },
      },
    );
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed.push(text);
      });
    const link = await linkOf(child, printed);
    return new StoryServer(child, new URL(link).origin, printed);
  }

  /** Asks it to end, and resolves when it has. */
  stop(): Promise<void> {
    return this.end("SIGTERM");
  }

  /** Ends it with no chance to do anything about it. */
  kill(): Promise<void> {
    return this.end("SIGKILL");
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    const exit = once(this.child, "exit");
    this.child.kill(signal);
    await exit;
  }
}

/** Waits for the link that the server prints when it listens. */
function linkOf(child: ChildProcess, printed: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      child.off("error", onError).off("exit", onExit);
      child.stdout?.off("data", look);
    };
    const refuse = (what: string) => {
      settle();
      child.kill("SIGKILL");
      reject(new Error(`The server ${what}. It printed:\n${printed.join("")}`));
    };
    const look = () => {
      const link = ready.exec(printed.join(""))?.[1];
      if (link === undefined) return;
      settle();
      resolve(link);
    };
    const onError = (error: Error) => refuse(`did not start: ${error.message}`);
    const onExit = (code: number | null) => refuse(`ended with code ${code}`);
    const timer = setTimeout(
      () => refuse(`was not ready after ${startTimeoutMs / 1000} s`),
      startTimeoutMs,
    );
    child.once("error", onError).once("exit", onExit);
    child.stdout?.on("data", look);
  });
}

/** A port of the loopback address that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string")
    throw new Error(`No port: the system answered ${String(address)}.`);
  probe.close();
  await once(probe, "close");
  return address.port;
}
