import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";

describe("The health of the server", () => {
  let server: ServerFixture;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it("is told under any loopback name and to readers only", async () => {
    for (const host of [`127.0.0.1:${server.port}`, "localhost:8080"]) {
      const answer = await server.ask("/healthz", { headers: { Host: host } });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body.toString())).toEqual({
        status: "ok",
        version: jasmine.stringMatching(/^\d+\.\d+\.\d+/),
        uptime: jasmine.any(Number),
      });
      expect(answer.headers["cache-control"]).toBe("no-store");
    }
    const answer = await server.ask("/healthz", { method: "DELETE" });
    expectProblem(answer, 405, "method-not-allowed");
  });

  it("is 503 from the moment at which the server begins to stop", async () => {
    const stopping = await startServer();
    stopping.lifecycle.beginStop();
    const answer = await stopping.ask("/healthz");
    expectProblem(answer, 503, "stopping");
    expect(answer.headers.connection).toBe("close");
    await stopping.close();
  });
});
