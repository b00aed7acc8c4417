import { startServer } from "../testing/server_fixture.js";
import { makeLog } from "./log.js";

describe("The log", () => {
  it("has one line for each request, without its query and its headers", async () => {
    const server = await startServer({
      "data/volumes/demo/image/info": "{}",
    });
    try {
      await server.ask("/v2/datasets?token=secret", {
        headers: { Authorization: "Bearer secret", Cookie: "a=secret" },
      });
      await server.ask("/nothing");
      await server.ask("/volumes/demo/image/info");
    } finally {
      await server.close();
    }
    const lines = server.logged();
    expect(
      lines.map(({ level, method, path, status }) => ({
        level,
        method,
        path,
        status,
      })),
    ).toEqual([
      { level: "info", method: "GET", path: "/v2/datasets", status: 401 },
      { level: "info", method: "GET", path: "/nothing", status: 404 },
      {
        level: "debug",
        method: "GET",
        path: "/volumes/demo/image/info",
        status: 200,
      },
    ]);
    expect(lines.every(({ ms }) => typeof ms === "number")).toBeTrue();
    expect(JSON.stringify(lines)).not.toContain("secret");
  });

  it("removes tokens and cookies from whatever is given to it", () => {
    const lines: string[] = [];
    const log = makeLog("info", { write: (line) => void lines.push(line) });
    const headers = {
      authorization: "secret",
      cookie: "secret",
      "neuprint-token": "secret",
      host: "kept",
    };
    log.info(headers, "headers");
    log.info({ headers }, "a request");
    log.info({ req: { headers } }, "inside another");
    expect(lines.length).toBe(3);
    for (const line of lines) {
      expect(line).not.toContain("secret");
      expect(line).toContain("kept");
    }
  });
});
