/** The real application on a free port of 127.0.0.1, with a data folder, a viewer and a catalogue of its own. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeApp } from "../app.js";
import { databaseFile, type Config } from "../config.js";
import { Lifecycle } from "../health/lifecycle.js";
import { makeLog } from "../log/log.js";
import type { Route } from "../routes/route.js";
import { listen, stop } from "../server.js";
import { openStorage } from "../storage/open.js";
import type { Storage } from "../storage/storage.js";

/** An answer, its body as bytes. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A problem as programs read it; only what the specs look at. */
export interface ProblemJson {
  title: string;
  status: number;
  detail: string;
  code: string;
}

/** How to ask. A body that is neither text nor bytes goes as JSON. */
export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A running server. */
export interface ServerFixture {
  folder: string;
  config: Config;
  port: number;
  lifecycle: Lifecycle;
  storage: Storage;
  routes: readonly Route[];
  /** The lines of the log so far, parsed. */
  logged: () => Record<string, unknown>[];
  /** Sends a request whose path and headers arrive as they are written here. */
  ask: (target: string, options?: AskOptions) => Promise<Answer>;
  /** Sends bytes and gives all that comes back until the server closes the connection. */
  askRaw: (text: string) => Promise<string>;
  close: () => Promise<void>;
}

/** Files by path below a folder; what is between them is made. */
export type Files = Record<string, string | Uint8Array>;

/** Writes files, and the folders on their way. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** A new empty folder, by its real path. */
export async function temporaryFolder(): Promise<string> {
  return realpath(await mkdtemp(path.join(tmpdir(), "clio-server-")));
}

const page = "<!doctype html><title>Clio</title>";

/** What a server has where a spec does not say otherwise. */
export const standardFiles: Files = {
  "viewer/index.html": page,
  "viewer/main.0123456789abcdef.js": "export {};",
  "viewer/plain.js": "export {};",
  "datasets.json": "{}",
};

function sendRequest(
  port: number,
  target: string,
  method: string,
  headers: Record<string, string>,
  body: string | Uint8Array | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, path: target, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (received += chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
    socket.write(text);
  });
}

/**
 * Starts a server.
 * @param files what lies in its folder besides `standardFiles`: volumes below `data/volumes/`
 * @param settings what differs from the default configuration
 */
export async function startServer(
  files: Files = {},
  settings: Partial<Config> = {},
): Promise<ServerFixture> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, "data/volumes"), { recursive: true });
  await writeFiles(folder, { ...standardFiles, ...files });
  const config: Config = {
    host: "127.0.0.1",
    port: 0,
    data: path.join(folder, "data"),
    datasets: path.join(folder, "datasets.json"),
    viewer: path.join(folder, "viewer"),
    identity: { kind: "local" },
    sync: true,
    limits: { requestsPerMinute: 1_000_000, failuresPerMinute: 1_000_000 },
    cors: { origins: [] },
    buckets: {},
    bodies: {},
    cutouts: { megabytes: 4096 },
    neuprint: {},
    labels: { quota: 64, voxels: 64, memory: 256 },
    signatures: { memory: 512, seconds: 30, searchesPerUser: 64 },
    log: { level: "debug" },
    ...settings,
  };
  const lines: string[] = [];
  const log = makeLog(config.log.level, {
    write: (line) => void lines.push(line),
  });
  const lifecycle = new Lifecycle();
  const storage = await openStorage(databaseFile(config));
  const { app, routes } = await makeApp(config, log, lifecycle, storage);
  const server = await listen(app, config);
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    config,
    port,
    lifecycle,
    storage,
    routes,
    logged: () =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    ask: (target, { method = "GET", headers = {}, body } = {}) => {
      const isPlain =
        body === undefined ||
        typeof body === "string" ||
        body instanceof Uint8Array;
      const text = isPlain ? body : JSON.stringify(body);
      const type = { "Content-Type": "application/json" };
      const size =
        text === undefined
          ? {}
          : { ...type, "Content-Length": String(Buffer.byteLength(text)) };
      const host = { Host: `127.0.0.1:${port}` };
      return sendRequest(
        port,
        target,
        method,
        { ...host, ...size, ...headers },
        text,
      );
    },
    askRaw: (text) => sendRaw(port, text),
    close: async () => {
      await stop(server, lifecycle);
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Expects an answer to be a problem with this status and code, and nothing of the server's insides in it. */
export function expectProblem(
  answer: Answer,
  status: number,
  code: string,
): ProblemJson {
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  const text = answer.body.toString();
  expect(text).not.toMatch(/\bat .*\.[jt]s:\d|node_modules/);
  const problem = JSON.parse(text) as ProblemJson;
  expect(problem.status).toBe(status);
  expect(problem.code).toBe(code);
  expect(problem.title).not.toBe("");
  expect(problem.detail).not.toBe("");
  return problem;
}
