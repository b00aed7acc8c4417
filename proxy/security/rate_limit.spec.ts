import { clientId, TestIssuer, people } from "../identity/testing/issuer.js";
import { bearer } from "../testing/group_server.js";
import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";

describe("Too many requests", () => {
  let issuer: TestIssuer;
  let server: ServerFixture;
  beforeEach(async () => {
    issuer = await TestIssuer.start();
    server = await startServer(
      {},
      {
        identity: { kind: "oidc", issuer: issuer.origin, clientId, admins: [] },
        limits: { requestsPerMinute: 5, failuresPerMinute: 3 },
      },
    );
  });
  afterEach(async () => {
    await server.close();
    await issuer.stop();
  });

  it("of one person are refused for a while, and those of others are not", async () => {
    const [ada, bob] = await Promise.all([
      issuer.idToken(people.ada),
      issuer.idToken(people.bob),
    ]);
    for (let n = 0; n < 5; ++n) {
      const answer = await server.ask("/v2/roles", { headers: bearer(ada) });
      expect(answer.status).toBe(200);
    }
    const sixth = await server.ask("/v2/roles", { headers: bearer(ada) });
    expectProblem(sixth, 429, "too-many-requests");
    expect(Number(sixth.headers["retry-after"])).toBeGreaterThan(0);
    const other = await server.ask("/v2/roles", { headers: bearer(bob) });
    expect(other.status).toBe(200);
    // Whatever watches the server is not told that it is unwell.
    expect((await server.ask("/healthz")).status).toBe(200);
  });

  it("with tokens that are not good are refused by the address they come from", async () => {
    for (let n = 0; n < 3; ++n) {
      const answer = await server.ask("/v2/roles", {
        headers: bearer(`guess-${n}`),
      });
      expect(answer.status).toBe(401);
    }
    const fourth = await server.ask("/v2/roles", { headers: bearer("guess") });
    expectProblem(fourth, 429, "too-many-requests");
  });

  it("are not counted of tokens that are good, whatever is still under way", async () => {
    // More people than may fail, all of them behind one address.
    const stop = new AbortController();
    for (const person of ["ada", "bob", "cleo", "dora"] as const) {
      const token = await issuer.idToken(people[person]);
      const events = await fetch(
        `http://127.0.0.1:${server.port}/api/sync/events`,
        { headers: bearer(token), signal: stop.signal },
      );
      expect(events.status).toBe(200);
    }
    const token = await issuer.idToken(people.eve);
    const answer = await server.ask("/v2/roles", { headers: bearer(token) });
    expect(answer.status).toBe(200);
    stop.abort();
  });
});
