import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StoryServer } from "../stories/server.js";

/**
 * The plain upstream viewer as a peer.
 * @param data the data folder with the volumes to look at
 */
export function startPlainServer(data: string): Promise<StoryServer> {
  return startPageServer("plain", data);
}

/**
 * Another page than ours: built as ours is, and served by the same server with the same headers.
 * @param page its folder below dist/
 */
export function startPageServer(
  page: string,
  data: string,
): Promise<StoryServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "clio-page-"));
  const file = path.join(folder, "config.json");
  writeFileSync(file, JSON.stringify({ viewer: path.resolve("dist", page) }));
  return StoryServer.start(data, { CLIO_CONFIG: file });
}
