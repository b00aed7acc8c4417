import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import {
  bearer,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { people } from "../identity/testing/issuer.js";
import { expectProblem } from "../testing/server_fixture.js";
import { pathNames } from "../routes/route.js";

const bodies = process.env.CLIO_NIGHTLY === "1" ? 10_000 : 2_000;

/** Routes whose good answer never ends. */
const endless = "/api/sync/events";

const secret = "only-for-bob-to-read";

/** Bytes of the heap that something holds: what waits to be collected says nothing of the server. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

const hostileTexts = fc.oneof(
  fc.constantFrom(
    "'; DROP TABLE records; --",
    '" UNION SELECT hash FROM tokens --',
    "`x`",
    "${7*7}",
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "__proto__",
    "constructor",
    "\u0000",
    "%",
    "_",
    "\ud800",
    "<img src=x onerror=alert(1)>",
    "bob@lab.org",
    "vnc",
    "18446744073709551616",
    "-1",
    "1e999",
    "true",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
);

/** Words that our bodies know, among those that they do not. */
const words = fc.oneof(
  fc.constantFrom(
    "kind",
    "pos",
    "prop",
    "tags",
    "user",
    "changes",
    "edits",
    "op",
    "record",
    "id",
    "base",
    "dataset",
    "device",
    "name",
    "days",
    "note",
    "groups",
    "global_roles",
    "datasets",
    "constructor",
    "toString",
    "__proto__",
  ),
  hostileTexts,
);

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostileTexts,
    fc.constantFrom("point", "put", "delete", "lineseg", null, true, 0, 1.5),
    fc.integer(),
    fc.double(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(words, tie("value"), { maxKeys: 5 }),
  ),
})).value;

const texts = fc.oneof(
  { weight: 6, arbitrary: values.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: hostileTexts },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "{",
      '{"a":1,"a":2}',
      '{"__proto__":{"admin":true}}',
      '{"kind":"point","pos":[1,2,1e400]}',
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      `[${"1,".repeat(200_000)}1]`,
      `{"x":"${"a".repeat(2_000_000)}"}`,
    ),
  },
);

describe("Hostile requests", () => {
  let server: GroupServer;
  let token: string;
  beforeAll(async () => {
    server = await startGroupServer();
    token = await server.issuer.idToken(people.dora);
    await server.askAs("bob", "/v2/annotations/vnc", {
      method: "POST",
      body: { kind: "point", pos: [1, 2, 3], description: secret },
    });
  });
  afterAll(() => server.close());

  it("of every kind and to every route are answered, never by 5xx and never with what is another's", async () => {
    const routes = server.routes.filter(({ path }) => path !== endless);
    const before = heldBytes();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        texts,
        fc.array(hostileTexts, { minLength: 5, maxLength: 5 }),
        fc.dictionary(
          fc.oneof(
            fc.constantFrom(
              "x",
              "y",
              "z",
              "user",
              "groups",
              "since",
              "replace",
            ),
            fc.constantFrom("move_key", "conditional", "before", "redirect"),
          ),
          hostileTexts,
          { maxKeys: 3 },
        ),
        async (route, body, params, query) => {
          const names = pathNames(route.path);
          let target = route.path;
          for (const [i, name] of names.entries()) {
            const value = name === "dataset" && i % 2 === 0 ? "vnc" : params[i];
            target = target.replace(
              `{${name}}`,
              encodeURIComponent(Buffer.from(value).toString()),
            );
          }
          const search = new URLSearchParams(query).toString();
          const answer = await server.ask(`${target}?${search}`, {
            method: route.method,
            headers: bearer(token),
            ...(route.method === "GET" ? {} : { body }),
          });
          expect(answer.status).withContext(target).toBeLessThan(500);
          expect(answer.body.toString()).not.toContain(secret);
          if (answer.status >= 400 && answer.status !== 404)
            expectProblem(
              answer,
              answer.status,
              (JSON.parse(answer.body.toString()) as { code: string }).code,
            );
        },
      ),
      { numRuns: bodies },
    );
    const grown = heldBytes() - before;
    expect(grown)
      .withContext("bytes of heap")
      .toBeLessThan(64 * 1024 ** 2);
    expect(Reflect.get({}, "admin")).toBe(undefined);
    const errors = server.logged().filter(({ level }) => level === "error");
    expect(errors).toEqual([]);
  }, 120_000);

  it("whose JSON is too deep, too large, not UTF-8 or not JSON are told so", async () => {
    const post = (body: string | Uint8Array, type = "application/json") =>
      server.ask("/v2/kv/s/k", {
        method: "POST",
        body,
        headers: { ...bearer(token), "Content-Type": type },
      });
    const deep = `{"a":${"[".repeat(65)}${"]".repeat(65)}}`;
    expectProblem(await post(deep), 400, "json-too-deep");
    expectProblem(await post('{"a":'), 400, "not-json");
    expectProblem(await post(Buffer.from([0x7b, 0xff])), 400, "not-json");
    expectProblem(await post('{"__proto__":1}'), 400, "bad-key");
    expectProblem(await post('{"__pr\\u006fto__":{}}'), 400, "bad-key");
    expectProblem(
      await post("a=1", "application/x-www-form-urlencoded"),
      415,
      "not-json",
    );
    expectProblem(await post("[]"), 400, "bad-body");
    expect((await post('{"a":1}', "text/plain")).status).toBe(200);
    const large = await server.ask("/api/tokens", {
      method: "POST",
      body: `{"name":"${"a".repeat(1024 * 1024)}"}`,
      headers: bearer(token),
    });
    expectProblem(large, 413, "body-too-large");
  });

  it("that claim a compressed body are not unpacked", async () => {
    const answer = await server.ask("/v2/kv/s/k", {
      method: "POST",
      body: "{}",
      headers: { ...bearer(token), "Content-Encoding": "gzip" },
    });
    expect(answer.status).toBe(400);
  });

  it("that stop half way keep nobody else waiting", async () => {
    const sockets = Array.from({ length: 50 }, () => {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(
        `POST /v2/kv/s/k HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"a`,
      );
      return socket;
    });
    const answer = await server.askAs("dora", "/v2/roles");
    expect(answer.status).toBe(200);
    for (const socket of sockets) socket.destroy();
    // What was cut off was not written.
    expect((await server.askAs("dora", "/v2/kv/s/never")).status).toBe(404);
  });
});
