import { startServer, type ServerFixture } from "../testing/server_fixture.js";

describe("Every answer", () => {
  let server: ServerFixture;
  beforeAll(async () => {
    server = await startServer({
      "data/volumes/demo/image/info": '{"type":"image"}',
    });
  });
  afterAll(() => server.close());

  it("carries the content security policy, worker scripts, volumes and refusals included", async () => {
    for (const target of [
      "/",
      "/main.0123456789abcdef.js",
      "/plain.js",
      "/volumes/demo/image/info",
      "/v2/datasets",
      "/healthz",
      "/nothing",
    ]) {
      const { headers } = await server.ask(target);
      const policy = String(headers["content-security-policy"]).split(";");
      expect(policy)
        .withContext(target)
        .toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("connect-src * data: blob:");
      expect(policy).toContain("img-src * data: blob:");
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("object-src 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy.join()).not.toMatch(/unsafe-inline|'unsafe-eval'|upgrade/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["referrer-policy"]).toBe("no-referrer");
    }
  });

  it("leaves plain http alone on loopback and says nothing of the program behind", async () => {
    const { headers } = await server.ask("/");
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(headers["x-powered-by"]).toBeUndefined();
    expect(headers.server).toBeUndefined();
  });
});
