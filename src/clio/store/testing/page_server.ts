/** Serves the page with the store alone, at one origin for as many browsers as come and go. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

/** Where the configuration "store-page" puts it. */
const FOLDER = path.resolve("dist/test/store-page");

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
};

export interface PageServer {
  /** Such as `http://127.0.0.1:40123`. */
  origin: string;
  stop(): Promise<void>;
}

export async function servePage(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const name = request.url === "/" ? "index.html" : (request.url ?? "");
    // A name alone, so that nothing outside of the folder is served.
    const file = path.join(FOLDER, path.basename(name));
    readFile(file).then(
      (content) => {
        const type = TYPES[path.extname(file)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type }).end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
