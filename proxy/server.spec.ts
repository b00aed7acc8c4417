import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { ConfigError, type Config } from "./config.js";
import { Lifecycle } from "./health/lifecycle.js";
import { listen, stop } from "./server.js";
import { startServer, type ServerFixture } from "./testing/server_fixture.js";

const config: Config = {
  host: "127.0.0.1",
  port: 0,
  data: "/nowhere",
  datasets: "/nowhere",
  viewer: "/nowhere",
  identity: { kind: "local" },
  sync: true,
  limits: { requestsPerMinute: 1, failuresPerMinute: 1 },
  cors: { origins: [] },
  buckets: {},
  cutouts: { megabytes: 4096 },
  neuprint: {},
  bodies: {},
  labels: { quota: 4096, voxels: 2048, memory: 1024 },
  signatures: { memory: 512, seconds: 30, searchesPerUser: 64 },
  log: { level: "silent" },
};

describe("A port that is taken", () => {
  it("stops the start, and no other port is used instead", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    try {
      await expectAsync(
        listen(() => undefined, { ...config, port }),
      ).toBeRejectedWithError(
        ConfigError,
        new RegExp(`^port: ${port} on 127\\.0\\.0\\.1 is taken .*PORT=`),
      );
    } finally {
      other.close();
    }
  });

  it("is told apart from an address that is not this machine's", async () => {
    await expectAsync(
      listen(() => undefined, { ...config, host: "192.0.2.1" }),
    ).toBeRejectedWithError(ConfigError, /not an address of this machine/);
  });
});

describe("What is not HTTP", () => {
  let server: ServerFixture;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it("is answered as a problem, and the connection is closed", async () => {
    const host = `Host: 127.0.0.1:${server.port}`;
    for (const [text, status, code] of [
      ["nonsense\r\n\r\n", 400, "bad-request"],
      [`GET / HTTP/1.1\r\n${host}\r\nA B: c\r\n\r\n`, 400, "bad-request"],
      [
        `GET / HTTP/1.1\r\n${host}\r\nA: ${"a".repeat(20_000)}\r\n\r\n`,
        431,
        "headers-too-large",
      ],
      [
        `POST / HTTP/1.1\r\n${host}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
        400,
        "bad-request",
      ],
    ] as const) {
      const answer = await server.askRaw(text);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toContain("application/problem+json");
      expect(answer).toContain(`"code":"${code}"`);
    }
  });
});

describe("A server that is told to stop", () => {
  it("finishes what it has begun, takes nothing new, and ends", async () => {
    let finish = (): unknown => undefined;
    const server = await listen((_request, response) => {
      response.write("begun ");
      finish = () => response.end("and finished");
    }, config);
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const lifecycle = new Lifecycle();
    const stopped = stop(server, lifecycle);
    expect(lifecycle.isStopping).toBeTrue();
    const late = connect(port, "127.0.0.1");
    const [refused] = (await once(late, "error")) as [NodeJS.ErrnoException];
    expect(refused.code).toBe("ECONNREFUSED");
    finish();
    expect(await answer.text()).toBe("begun and finished");
    await stopped;
  });

  it("cuts what does not finish", async () => {
    const server = await listen((_request, response) => {
      response.write("never finished");
    }, config);
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const stopped = stop(server, new Lifecycle(), 100);
    await expectAsync(answer.text()).toBeRejected();
    await stopped;
  });
});
