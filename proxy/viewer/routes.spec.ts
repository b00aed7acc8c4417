import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";

describe("The viewer's files", () => {
  let server: ServerFixture;
  beforeAll(async () => {
    server = await startServer({
      "secret.txt": "secret",
      "viewer/.env": "secret",
      "viewer/module.0123456789abcdef.wasm": "wasm",
    });
  });
  afterAll(() => server.close());

  it("are the page at the root, asked for anew each time", async () => {
    const answer = await server.ask("/");
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.headers["cache-control"]).toBe("no-cache");
    expect(answer.body.toString()).toContain("<title>Clio</title>");
  });

  it("are kept by the browser for good where their name has a hash, and only there", async () => {
    const hashed = await server.ask("/main.0123456789abcdef.js");
    expect(hashed.headers["cache-control"]).toContain("immutable");
    expect(hashed.headers["content-type"]).toMatch(/javascript/);
    const plain = await server.ask("/plain.js");
    expect(plain.headers["cache-control"]).toBe("no-cache");
    const wasm = await server.ask("/module.0123456789abcdef.wasm");
    expect(wasm.headers["content-type"]).toBe("application/wasm");
  });

  it("are all that is served: nothing above them, nothing hidden, no folder", async () => {
    for (const target of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/..%5csecret.txt",
      "/.env",
      "/index.html/",
      "/nothing",
      "/main.0123456789abcdef.js%00",
    ]) {
      const answer = await server.ask(target);
      expect([400, 404]).withContext(target).toContain(answer.status);
      expect(answer.body.toString()).not.toContain("secret");
      expect(answer.headers["content-type"]).toMatch(/problem\+json/);
    }
  });

  it("are read and never written", async () => {
    const answer = await server.ask("/", { method: "POST" });
    expectProblem(answer, 405, "method-not-allowed");
    expect(answer.headers.allow).toBe("GET, HEAD");
  });

  it("say so while there are none", async () => {
    const unbuilt = await startServer({}, { viewer: "/nowhere" });
    const { detail } = expectProblem(await unbuilt.ask("/"), 404, "not-found");
    expect(detail).toContain("not built");
    await unbuilt.close();
  });
});
