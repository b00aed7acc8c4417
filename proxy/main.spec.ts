import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import {
  standardFiles,
  temporaryFolder,
  writeFiles,
} from "./testing/server_fixture.js";
import { freePort } from "./testing/server_process.js";

/** The server as `npm start` runs it. */
const program = path.resolve("dist/server/server.js");

describe("The server's process", () => {
  let folder: string;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    if (!existsSync(program)) {
      throw new Error(
        "dist/server/server.js is not built: npx webpack --config config/webpack.config.mjs --config-name server",
      );
    }
    folder = await temporaryFolder();
    await mkdir(path.join(folder, "config"));
    await writeFiles(folder, {
      ...standardFiles,
      "config/datasets.json": "{}",
      "clio.json": '{"viewer": "viewer"}',
      "bad.json": '{"viewer": "viewer", "datasets": "bad_datasets.json"}',
      "bad_datasets.json": '{"a": {"title": 7}}',
    });
  });
  afterAll(async () => {
    for (const child of running) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  function start(port: number | string, file = "clio.json") {
    const child = spawn(process.execPath, [program], {
      cwd: folder,
      env: {
        ...process.env,
        PORT: String(port),
        HOST: "",
        CLIO_DATA: "",
        CLIO_CONFIG: file,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.push(child);
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    const ready = once(child.stdout, "data");
    const ended = once(child, "close").then(([code]: unknown[]) => ({
      code,
      out,
      err,
    }));
    return { child, ready, ended };
  }

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`prints its link, and on ${signal} ends in good order`, async () => {
      const port = await freePort();
      const { child, ready, ended } = start(port);
      await ready;
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
      expect(answer.status).toBe(200);
      child.kill(signal);
      const { code, out, err } = await ended;
      expect(out).toBe(`Clio is ready: http://127.0.0.1:${port}/\n`);
      expect(code).toBe(0);
      const lines = err
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { msg: string });
      expect(lines.map(({ msg }) => msg)).toEqual([
        "listening",
        "request",
        "stopping",
        "stopped",
      ]);
    });
  }

  it("ends with code 2 and the reason where the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, out, err } = await start(port).ended;
    other.close();
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(`port: ${port} on 127.0.0.1 is taken`);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it("ends with code 2 and each wrong key where the configuration or the catalogue is wrong", async () => {
    const port = await start("80a").ended;
    expect(port.code).toBe(2);
    expect(port.err).toBe(
      'Clio cannot start. Something in its configuration is wrong:\n  port: "80a", expected a port, a whole number from 1 to 65535 (from PORT)\n',
    );
    const catalogue = await start(await freePort(), "bad.json").ended;
    expect(catalogue.code).toBe(2);
    expect(catalogue.err).toContain(
      `${path.join(folder, "bad_datasets.json")}: a.title: 7, expected text`,
    );
    expect(catalogue.err).not.toMatch(/^\s+at /m);
  });
});
