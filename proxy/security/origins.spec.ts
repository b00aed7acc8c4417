import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";

const friend = "https://viewer.example.org";
const files = { "data/volumes/demo/image/info": '{"type":"image"}' };

describe("A request's Origin", () => {
  let closed: ServerFixture;
  let open: ServerFixture;
  beforeAll(async () => {
    closed = await startServer(files);
    open = await startServer(files, { cors: { origins: [friend] } });
  });
  afterAll(async () => {
    await closed.close();
    await open.close();
  });

  it("that is foreign is refused on every route and with every method", async () => {
    for (const origin of [
      friend,
      "null",
      "http://127.0.0.1:1",
      "http://127.0.0.1.evil.example",
      `https://127.0.0.1:${closed.port}`,
      "*",
      "",
    ]) {
      for (const target of [
        "/",
        "/healthz",
        "/v2/datasets",
        "/volumes/demo/image/info",
      ]) {
        for (const method of ["GET", "POST", "OPTIONS"]) {
          const answer = await closed.ask(target, {
            method,
            headers: { Origin: origin },
          });
          expectProblem(answer, 403, "foreign-origin");
          expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
        }
      }
    }
  });

  it("that is the page's own is let through, also by way of a tunnel", async () => {
    const own = await closed.ask("/v2/datasets", {
      headers: { Origin: `http://127.0.0.1:${closed.port}` },
    });
    expect(own.status).toBe(200);
    const tunnelled = await closed.ask("/v2/datasets", {
      headers: { Host: "127.0.0.1:9999", Origin: "http://127.0.0.1:9999" },
    });
    expect(tunnelled.status).toBe(200);
  });

  it("that is configured may read volumes, without credentials, and nothing else", async () => {
    const volume = await open.ask("/volumes/demo/image/info", {
      headers: { Origin: friend },
    });
    expect(volume.status).toBe(200);
    expect(volume.headers["access-control-allow-origin"]).toBe(friend);
    expect(volume.headers["access-control-allow-credentials"]).toBeUndefined();
    expect(volume.headers["access-control-expose-headers"]).toContain(
      "Content-Range",
    );
    expect(volume.headers.vary).toContain("Origin");
    for (const target of ["/", "/healthz", "/v2/datasets"]) {
      const answer = await open.ask(target, { headers: { Origin: friend } });
      expectProblem(answer, 403, "foreign-origin");
    }
  });

  it("that is configured may read the answer that a chunk is missing", async () => {
    const answer = await open.ask("/volumes/demo/image/1_1_1/0-1_0-1_0-1", {
      headers: { Origin: friend },
    });
    expectProblem(answer, 404, "not-found");
    expect(answer.headers["access-control-allow-origin"]).toBe(friend);
  });

  it("that is like a configured one but not equal to it is refused", async () => {
    for (const origin of [
      `${friend}:8443`,
      `${friend}.evil.example`,
      friend.replace("https", "http"),
      friend.toUpperCase(),
    ]) {
      const answer = await open.ask("/volumes/demo/image/info", {
        headers: { Origin: origin },
      });
      expectProblem(answer, 403, "foreign-origin");
    }
  });

  it("that is configured gets its preflight answered", async () => {
    const preflight = await open.ask("/volumes/demo/image/info", {
      method: "OPTIONS",
      headers: {
        Origin: friend,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-origin"]).toBe(friend);
    expect(preflight.headers["access-control-allow-methods"]).toBe("GET, HEAD");
    expect(preflight.headers["access-control-allow-headers"]).toContain(
      "Range",
    );
    const plain = await open.ask("/volumes/demo/image/info", {
      method: "OPTIONS",
      headers: { Origin: friend },
    });
    expectProblem(plain, 405, "method-not-allowed");
  });
});
