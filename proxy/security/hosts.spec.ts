import fc from "fast-check";
import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";
import { canonicalOrigin, isLoopbackName } from "./hosts.js";

const runs = process.env.CLIO_NIGHTLY === "1" ? 20_000 : 500;

describe("The names that the server answers to", () => {
  it("are the loopback names and no others", () => {
    for (const name of [
      "localhost",
      "LOCALHOST",
      "127.0.0.1",
      "127.255.3.9",
      "[::1]",
    ]) {
      expect(isLoopbackName(name)).withContext(name).toBeTrue();
    }
    for (const name of [
      "evil.example",
      "localhost.evil.example",
      "evil.localhost",
      "localhost.",
      "127.0.0.1.evil.example",
      "127.1",
      "127.0.0.08",
      "127.0.0.256",
      "0.0.0.0",
      "128.0.0.1",
      "[::]",
      "[::ffff:127.0.0.1]",
      "",
    ]) {
      expect(isLoopbackName(name)).withContext(name).toBeFalse();
    }
  });

  it("lead to 127.0.0.1 with the port that the client used, or are refused, whatever Host says", () => {
    const part = fc.constantFrom(
      "localhost",
      "127.0.0.1",
      "127.9.9.9",
      "[::1]",
      "evil.example",
      ":",
      ":80",
      ":9999",
      ":99999",
      "@",
      "/",
      "#",
      " ",
      ".",
    );
    const host = fc.oneof(
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(host, (text) => {
        let origin: string;
        try {
          origin = canonicalOrigin(text, undefined);
        } catch (error) {
          expect((error as { status?: number }).status).toBe(421);
          return;
        }
        const [, port] = /:(\d+)$/.exec(text.replace(/^\[::1\]/, "")) ?? [];
        expect(origin).toBe(new URL(`http://127.0.0.1:${port ?? "80"}`).origin);
        expect(isLoopbackName(text.replace(/:\d+$/, ""))).toBeTrue();
      }),
      { numRuns: runs },
    );
  });
});

describe("A request's Host", () => {
  let server: ServerFixture;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it("that is another loopback name is led to the canonical origin with its own port, path and query", async () => {
    for (const [host, origin] of [
      ["localhost:9999", "http://127.0.0.1:9999"],
      ["LocalHost:9999", "http://127.0.0.1:9999"],
      ["127.0.0.2:8080", "http://127.0.0.1:8080"],
      ["[::1]:8080", "http://127.0.0.1:8080"],
      ["localhost", "http://127.0.0.1"],
      ["localhost:80", "http://127.0.0.1"],
    ]) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await server.ask("/a%20b//c?x=%2F&y", {
          method,
          headers: { Host: host },
        });
        expect(answer.status).withContext(host).toBe(308);
        expect(answer.headers.location)
          .withContext(host)
          .toBe(`${origin}/a%20b//c?x=%2F&y`);
      }
    }
  });

  it("that is another loopback name is led on for volumes and datasets too", async () => {
    for (const target of [
      "/volumes/a/info",
      "/v2/datasets",
      "//evil.example/",
    ]) {
      const answer = await server.ask(target, {
        headers: { Host: "localhost:1234" },
      });
      expect(answer.headers.location).toBe(`http://127.0.0.1:1234${target}`);
    }
  });

  it("that is canonical is answered at any port, because people tunnel", async () => {
    for (const host of ["127.0.0.1:9999", "127.0.0.1", "127.0.0.1:80"]) {
      const answer = await server.ask("/", { headers: { Host: host } });
      expect(answer.status).withContext(host).toBe(200);
    }
  });

  it("that is foreign, malformed or missing is refused on every route", async () => {
    for (const host of [
      "evil.example",
      `evil.example:8080`,
      "127.0.0.1@evil.example",
      "127.0.0.1:99999",
      "127.0.0.1:",
      "a b",
    ]) {
      for (const target of ["/", "/healthz", "/v2/datasets", "/volumes/a/b"]) {
        const answer = await server.ask(target, { headers: { Host: host } });
        expectProblem(answer, 421, "foreign-host");
      }
    }
    for (const header of ["", "Host:\r\n", "Host: \t\r\n"]) {
      const answer = await server.askRaw(
        `GET / HTTP/1.1\r\n${header}Connection: close\r\n\r\n`,
      );
      expect(answer)
        .withContext(header)
        .toMatch(/^HTTP\/1\.1 421 /);
      expect(answer).toContain('"code":"foreign-host"');
    }
  });

  it("that is another loopback name is refused where the request may carry data", async () => {
    const answer = await server.ask("/v2/datasets", {
      method: "POST",
      headers: { Host: "localhost:8080" },
    });
    expectProblem(answer, 421, "foreign-host");
  });

  it("is not overruled by a target that names a host itself", async () => {
    const answer = await server.askRaw(
      `GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"bad-url"');
  });
});

describe("Behind a TLS proxy", () => {
  const publicOrigin = "https://clio.example.org";
  let server: ServerFixture;
  beforeAll(async () => {
    server = await startServer({}, { publicOrigin });
  });
  afterAll(() => server.close());

  it("the public origin is answered, and loopback names are led to it", async () => {
    for (const host of ["clio.example.org", "CLIO.example.org:443"]) {
      const direct = await server.ask("/", { headers: { Host: host } });
      expect(direct.status).withContext(host).toBe(200);
      expect(direct.headers["strict-transport-security"]).toBeDefined();
    }
    const loopback = await server.ask("/v2/datasets?a=b");
    expect(loopback.status).toBe(308);
    expect(loopback.headers.location).toBe(`${publicOrigin}/v2/datasets?a=b`);
  });

  it("the same name at another port is foreign", async () => {
    const answer = await server.ask("/", {
      headers: { Host: "clio.example.org:8443" },
    });
    expectProblem(answer, 421, "foreign-host");
  });
});
