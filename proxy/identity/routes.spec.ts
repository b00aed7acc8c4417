import {
  bearer,
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import {
  expectProblem,
  startServer,
  type Answer,
} from "../testing/server_fixture.js";
import { clientId } from "./testing/issuer.js";

const encode = (json: object) =>
  Buffer.from(JSON.stringify(json)).toString("base64url");

/** The cookies that an answer sets, as a request sends them back; a cleared one is left out. */
function cookiesOf(answer: Answer): string {
  const set = answer.headers["set-cookie"] ?? [];
  return set
    .map((line) => line.split(";", 1)[0])
    .filter((pair) => !pair.endsWith("="))
    .join("; ");
}

describe("Identity by an issuer", () => {
  let server: GroupServer;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());

  const roles = (headers: Record<string, string>, options: object = {}) =>
    server.ask("/v2/roles", { headers, ...options });

  /** Signs a browser in, as far as HTTP goes. */
  async function signIn(redirect = "/") {
    const login = `/login?redirect=${encodeURIComponent(redirect)}`;
    const away = await server.ask(login);
    expect(away.status).withContext(away.body.toString()).toBe(303);
    const toIssuer = await fetch(String(away.headers.location), {
      redirect: "manual",
    });
    const back = new URL(String(toIssuer.headers.get("location")));
    const returned = await server.ask(back.pathname + back.search, {
      headers: { Cookie: cookiesOf(away) },
    });
    return { away, back, returned, cookie: cookiesOf(returned) };
  }

  describe("in a browser", () => {
    it("begins with a code for this browser alone and ends in a session", async () => {
      server.issuer.next = "ada";
      const { away, returned, cookie } = await signIn("/?dataset=vnc");
      const url = new URL(String(away.headers.location));
      expect(url.searchParams.get("code_challenge_method")).toBe("S256");
      expect(url.searchParams.get("scope")).toContain("openid");
      expect(returned.status).withContext(returned.body.toString()).toBe(303);
      expect(returned.headers.location).toBe("/?dataset=vnc");
      const set = returned.headers["set-cookie"]!.find((line) =>
        line.startsWith("clio_session="),
      );
      expect(set).toMatch(/; HttpOnly/);
      expect(set).toMatch(/; SameSite=Strict/);
      const session = await server.ask("/api/session", {
        headers: { Cookie: cookie },
      });
      expect(jsonOf<object>(session)).toEqual({
        user: "ada@lab.org",
        name: "Ada",
        by: "session",
        expires: jasmine.any(Number),
        signIn: "/login",
        sync: true,
      });
      const users = jsonOf<object>(await server.askAs("root", "/v2/users"));
      expect(Object.keys(users)).toContain("ada@lab.org");
    });

    it("reads protected volumes, and writes only where the request names our own page", async () => {
      server.issuer.next = "bob";
      const { cookie } = await signIn();
      const volume = await server.ask("/volumes/vnc/image/info", {
        headers: { Cookie: cookie },
      });
      expect(volume.status).toBe(200);
      const write = (headers: Record<string, string>) =>
        server.ask("/v2/kv/s/k", {
          method: "POST",
          body: {},
          headers: { Cookie: cookie, ...headers },
        });
      const own = `http://127.0.0.1:${server.port}`;
      expect((await write({ Origin: own })).status).toBe(200);
      const fetched = { Origin: own, "Sec-Fetch-Site": "same-origin" };
      expect((await write(fetched)).status).toBe(200);
      const foreign: Record<string, string>[] = [
        {},
        { Origin: "https://evil.example.org" },
        { Origin: "null" },
        { Origin: "https://notebook.example.org" },
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site" },
        { Origin: own, "Sec-Fetch-Site": "cross-site" },
      ];
      for (const headers of foreign) {
        expectProblem(await write(headers), 403, "foreign-origin");
      }
    });

    it("is not read by other sites, however they embed it", async () => {
      server.issuer.next = "bob";
      const { cookie } = await signIn();
      for (const mode of ["no-cors", "cors"]) {
        const answer = await server.ask("/v2/annotations/vnc", {
          headers: {
            Cookie: cookie,
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": mode,
          },
        });
        expectProblem(answer, 403, "foreign-origin");
        const allowed = answer.headers["access-control-allow-origin"];
        expect(allowed).toBeUndefined();
      }
    });

    it("ends when it is signed out, here and in the storage", async () => {
      server.issuer.next = "ada";
      const { cookie } = await signIn();
      const out = await server.ask("/logout", {
        method: "POST",
        headers: { Cookie: cookie, Origin: `http://127.0.0.1:${server.port}` },
      });
      expect(out.status).toBe(200);
      expect(cookiesOf(out)).toBe("");
      expect((await roles({ Cookie: cookie })).status).toBe(401);
    });

    it("comes back to no other site", async () => {
      for (const redirect of [
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org",
        "javascript:alert(1)",
        "evil",
        "\t//evil.example.org",
      ]) {
        const query = `redirect=${encodeURIComponent(redirect)}`;
        expectProblem(await server.ask(`/login?${query}`), 400, "bad-query");
      }
    });

    it("ends in nothing where another browser began it, or nobody, or twice", async () => {
      server.issuer.next = "ada";
      const { away, back } = await signIn();
      const target = back.pathname + back.search;
      expectProblem(await server.ask(target), 400, "no-sign-in");
      const other = await server.ask("/login");
      const mixed = await server.ask(target, {
        headers: { Cookie: cookiesOf(other) },
      });
      expectProblem(mixed, 401, "bad-token");
      const again = await server.ask(target, {
        headers: { Cookie: cookiesOf(away) },
      });
      expectProblem(again, 401, "bad-token");
      const refused = await server.ask("/login/callback?error=access_denied", {
        headers: { Cookie: cookiesOf(away) },
      });
      expectProblem(refused, 401, "not-signed-in");
    });

    it("takes nobody whose e-mail address is not verified", async () => {
      server.issuer.next = "mallory";
      const { returned, cookie } = await signIn();
      expectProblem(returned, 401, "email-not-verified");
      expect(cookie).toBe("");
    });
  });

  describe("by tokens for scripts", () => {
    const own = "/api/tokens";

    it("makes, lists and revokes them for their owner alone", async () => {
      const made = await server.askAs("ada", own, {
        method: "POST",
        body: { name: "my notebook", days: 10 },
      });
      const { token, id, expires } = jsonOf<{
        token: string;
        id: string;
        expires: number;
      }>(made);
      expect((expires - Date.now()) / 864e5).toBeCloseTo(10, 2);
      const list = jsonOf<{ name: string; used?: number }[]>(
        await server.askAs("ada", own),
      );
      expect(list.map(({ name }) => name)).toEqual(["my notebook"]);
      expect(list[0].used).toBe(undefined);
      expect(JSON.stringify(list)).not.toContain(token);
      expect(jsonOf<object[]>(await server.askAs("bob", own))).toEqual([]);
      expect((await roles(bearer(token))).status).toBe(200);
      const [{ used }] = jsonOf<{ used: number }[]>(
        await server.askAs("ada", own),
      );
      expect(Date.now() - used).toBeLessThan(60_000);
      const revoke = { method: "DELETE" };
      const byBob = await server.askAs("bob", `${own}/${id}`, revoke);
      expect(byBob.status).toBe(404);
      expect((await roles(bearer(token))).status).toBe(200);
      const byAda = await server.askAs("ada", `${own}/${id}`, revoke);
      expect(byAda.status).toBe(200);
      expect((await roles(bearer(token))).status).toBe(401);
      const audit = await server.askAs("root", "/api/audit");
      const actions = jsonOf<{ action: string; actor: string }[]>(audit)
        .filter(({ actor }) => actor === "ada@lab.org")
        .map(({ action }) => action);
      expect(actions).toEqual(["token-revoked", "token-made"]);
    });

    it("answers the original's clients with a text that reads as a JWT", async () => {
      const answer = await server.askAs("cleo", "/v2/server/token", {
        method: "POST",
      });
      const token = jsonOf<string>(answer);
      const [, payload] = token.split(".");
      const read = JSON.parse(
        Buffer.from(payload, "base64url").toString(),
      ) as Record<string, unknown>;
      expect(read.email).toBe("cleo@lab.org");
      expect(Number(read.exp)).toBeGreaterThan(Date.now() / 1000);
      expect((await roles(bearer(token))).status).toBe(200);
      // It says who it is for, and is not believed: with another payload it is unknown.
      const forged = token.replace(
        payload,
        encode({ ...read, email: "root@lab.org" }),
      );
      expect((await roles(bearer(forged))).status).toBe(401);
    });

    it("are made by no other token, so that a leaked one cannot outlive its revocation", async () => {
      const token = await server.tokenOf("cleo");
      for (const target of [own, "/v2/server/token"]) {
        const answer = await server.ask(target, {
          method: "POST",
          body: { name: "more" },
          headers: bearer(token),
        });
        expectProblem(answer, 403, "forbidden");
      }
    });

    it("are nowhere in the log, in the storage and in the audit list", async () => {
      const made = await server.askAs("dora", own, {
        method: "POST",
        body: { name: "secret keeping" },
      });
      const { token } = jsonOf<{ token: string }>(made);
      const secret = token.split(".")[2];
      await roles(bearer(token));
      await server.ask(`/v2/roles?token=${token}`);
      expect(JSON.stringify(server.logged())).not.toContain(secret);
      const rows = [
        await server.storage.read.tokensOf("dora@lab.org"),
        await server.storage.read.audit(2 ** 40, 1000),
      ];
      expect(JSON.stringify(rows)).not.toContain(secret);
    });

    it("are refused with the field and the value where they are asked for wrongly", async () => {
      for (const [body, text] of [
        [{}, "name: missing"],
        [{ name: "" }, 'name: ""'],
        [{ name: "a", days: 0 }, "days: 0, expected at least 1 day"],
        [{ name: "a", days: 1e6 }, "days: 1000000, expected at most 366"],
        [{ name: "a", days: "x" }, 'days: "x"'],
        [undefined, "missing"],
      ] as const) {
        const answer = await server.askAs("ada", own, { method: "POST", body });
        const { detail } = expectProblem(answer, 400, "bad-body");
        expect(detail).toContain(text);
      }
    });
  });
});

describe("An issuer that is away", () => {
  it("keeps nobody from what is public, and is asked again later", async () => {
    const server = await startServer(
      {},
      {
        identity: {
          kind: "oidc",
          issuer: "http://127.0.0.1:9",
          clientId,
          admins: [],
        },
      },
    );
    try {
      expect((await server.ask("/v2/datasets")).status).toBe(200);
      expectProblem(await server.ask("/login"), 503, "issuer-unreachable");
      const answer = await server.ask("/v2/roles", {
        headers: bearer("a.b.c"),
      });
      expectProblem(answer, 503, "issuer-unreachable");
    } finally {
      await server.close();
    }
  });
});

describe("Identity without an issuer", () => {
  it("is one local user, who administers, and has no sign-in", async () => {
    const server = await startServer();
    try {
      const session = jsonOf<object>(await server.ask("/api/session"));
      expect(session).toEqual({ user: "local", by: "local", sync: true });
      const roles = jsonOf<{ global_roles: string[] }>(
        await server.ask("/v2/roles"),
      );
      expect(roles.global_roles).toEqual(["admin"]);
      expectProblem(await server.ask("/login"), 404, "not-found");
      const made = await server.ask("/api/tokens", {
        method: "POST",
        body: { name: "script" },
      });
      const { token } = jsonOf<{ token: string }>(made);
      const asked = await server.ask("/v2/roles", { headers: bearer(token) });
      expect(asked.status).toBe(200);
      const wrong = await server.ask("/v2/roles", { headers: bearer("x") });
      expectProblem(wrong, 401, "bad-token");
    } finally {
      await server.close();
    }
  });

  it("is nobody's to use from another site", async () => {
    const server = await startServer();
    try {
      const foreign: Record<string, string>[] = [
        { Origin: "https://evil.example.org" },
        { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" },
        { "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors" },
      ];
      for (const headers of foreign) {
        const write = await server.ask("/v2/kv/s/k", {
          method: "POST",
          body: "{}",
          headers: { "Content-Type": "text/plain", ...headers },
        });
        expectProblem(write, 403, "foreign-origin");
        const read = await server.ask("/v2/roles", { headers });
        expectProblem(read, 403, "foreign-origin");
      }
      const rebound = await server.ask("/v2/roles", {
        headers: { Host: "evil.example.org:8080" },
      });
      expectProblem(rebound, 421, "foreign-host");
    } finally {
      await server.close();
    }
  });
});
