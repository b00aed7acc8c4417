// @ts-check
// The server that unit specs deliver marks to, as `npm start` runs it, with a data folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { inRoot } from "../setup.mjs";

/**
 * Starts one on a free port of 127.0.0.1, for as long as this process lives.
 * @returns {Promise<string>} its origin, once it listens
 */
export async function startServer() {
  const folder = mkdtempSync(path.join(tmpdir(), "clio-unit-server-"));
  const config = path.join(folder, "clio.json");
  mkdirSync(path.join(folder, "viewer"));
  writeFileSync(path.join(folder, "viewer/index.html"), "<!doctype html>");
  writeFileSync(path.join(folder, "datasets.json"), "{}");
  writeFileSync(
    config,
    JSON.stringify({
      viewer: "viewer",
      datasets: "datasets.json",
      log: { level: "error" },
    }),
  );
  const port = await freePort();
  const server = spawn(process.execPath, [inRoot("dist/server/server.js")], {
    env: {
      ...process.env,
      PORT: String(port),
      HOST: "",
      CLIO_DATA: path.join(folder, "data"),
      CLIO_CONFIG: config,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  await Promise.race([
    once(server.stdout, "data"),
    once(server, "exit").then(([code]) => {
      throw new Error(`The server of the unit specs ended with code ${code}`);
    }),
  ]);
  return `http://127.0.0.1:${port}`;
}

/** @returns {Promise<number>} a port that nothing listens on at this moment */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (
    server.address()
  );
  server.close();
  await once(server, "close");
  return port;
}
