import { randomBytes, randomUUID } from "node:crypto";
import { people, type PersonName } from "../identity/testing/issuer.js";
import {
  bearer,
  jsonOf,
  root,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";

/**
 * Who asks for dataset `vnc`, in this order: nobody, a reader, somebody with clio_general, with clio_write, a dataset admin, the
 * server's admin, and somebody who is an admin of another dataset alone.
 */
const askers = [
  undefined,
  "ada",
  "bob",
  "cleo",
  "dora",
  "root",
  "eve",
] as const;
type Statuses = readonly number[];

const anybody: Statuses = [200, 200, 200, 200, 200, 200, 200];
const signedIn: Statuses = [401, 200, 200, 200, 200, 200, 200];
const administrators: Statuses = [401, 403, 403, 403, 403, 200, 403];
const readers: Statuses = [401, 200, 200, 200, 200, 200, 403];
const withoutIndex: Statuses = readers.map((status) =>
  status === 200 ? 404 : status,
);
const markers: Statuses = [401, 403, 200, 200, 200, 200, 403];
const datasetAdmins: Statuses = [401, 403, 403, 403, 200, 200, 403];

interface Row {
  target?: string;
  body?: unknown;
  expected: Statuses;
  /** Who sees by this route what is Bob's, beside himself. */
  seenBy?: "root";
}

const point = { kind: "point", pos: [1, 2, 3] };
const role = "/api/datasets/vnc/roles/new@lab.org/clio_read";

const link = randomBytes(16).toString("base64url");

/** One row for each route. A route that has none fails the spec. */
const rows: Readonly<Record<string, Row>> = {
  "GET /healthz": { expected: anybody },
  "GET /login": { expected: anybody.map(() => 303) },
  "GET /login/callback": { expected: anybody.map(() => 400) },
  "POST /logout": { expected: anybody },
  "GET /api/session": { expected: anybody },
  "GET /api/tokens": { expected: signedIn },
  "POST /api/tokens": { body: { name: "R" }, expected: signedIn },
  "DELETE /api/tokens/{id}": {
    target: `/api/tokens/${randomUUID()}`,
    expected: [401, 404, 404, 404, 404, 404, 404],
  },
  "POST /v2/server/token": { expected: signedIn },
  "GET /v2/datasets": { expected: anybody },
  "POST /v2/datasets": { body: {}, expected: administrators },
  "PUT /v2/datasets": { body: {}, expected: administrators },
  "DELETE /v2/datasets": { body: [], expected: administrators },
  "GET /v2/datasets/{dataset}": {
    target: "/v2/datasets/vnc",
    expected: readers,
  },
  "GET /v2/roles": { expected: signedIn },
  "GET /api/groups": { expected: signedIn },
  "GET /v2/users": { expected: administrators },
  "POST /v2/users": { body: {}, expected: administrators },
  "DELETE /v2/users": { body: [], expected: administrators },
  "PUT /api/datasets/{dataset}/roles/{user}/{role}": {
    target: role,
    expected: datasetAdmins,
  },
  "DELETE /api/datasets/{dataset}/roles/{user}/{role}": {
    target: role,
    expected: datasetAdmins,
  },
  "GET /api/audit": { expected: administrators },
  "GET /v2/annotations/{dataset}": {
    target: "/v2/annotations/vnc",
    expected: readers,
  },
  "POST /v2/annotations/{dataset}": {
    target: "/v2/annotations/vnc",
    body: point,
    expected: markers,
  },
  "PUT /v2/annotations/{dataset}": {
    target: "/v2/annotations/vnc",
    body: point,
    expected: markers,
  },
  "DELETE /v2/annotations/{dataset}/{key}": {
    target: "/v2/annotations/vnc/Pt1_2_3",
    expected: markers,
  },
  "GET /v2/kv/{scope}": { target: "/v2/kv/s", expected: signedIn },
  "GET /v2/kv/{scope}/{key}": {
    target: "/v2/kv/s/none",
    expected: [401, 404, 404, 404, 404, 404, 404],
  },
  "POST /v2/kv/{scope}/{key}": {
    target: "/v2/kv/s/k",
    body: {},
    expected: signedIn,
  },
  "PUT /v2/kv/{scope}/{key}": {
    target: "/v2/kv/s/k",
    body: {},
    expected: signedIn,
  },
  "DELETE /v2/kv/{scope}/{key}": { target: "/v2/kv/s/k", expected: signedIn },
  "GET /v2/savedsearches/{dataset}": {
    target: "/v2/savedsearches/vnc",
    expected: readers,
  },
  "POST /v2/savedsearches/{dataset}": {
    target: "/v2/savedsearches/vnc?x=1&y=2&z=3",
    body: { note: "n" },
    expected: readers,
  },
  "PUT /v2/savedsearches/{dataset}": {
    target: "/v2/savedsearches/vnc?x=1&y=2&z=3",
    body: { note: "n" },
    expected: readers,
  },
  "DELETE /v2/savedsearches/{dataset}": {
    target: "/v2/savedsearches/vnc?x=1&y=2&z=3",
    expected: readers,
  },
  // There is no index: that is said to whoever may search.
  "GET /v2/signatures/info/{dataset}": {
    target: "/v2/signatures/info/vnc",
    expected: withoutIndex,
  },
  "GET /v2/signatures/atlocation/{dataset}": {
    target: "/v2/signatures/atlocation/vnc?x=1&y=2&z=3",
    expected: withoutIndex,
  },
  "GET /v2/signatures/likelocation/{dataset}": {
    target: "/v2/signatures/likelocation/vnc?x=1&y=2&z=3",
    expected: withoutIndex,
  },
  "POST /v2/signatures/search/{dataset}": {
    target: "/v2/signatures/search/vnc",
    body: { examples: [{ signature: "0" }] },
    expected: withoutIndex,
  },
  "POST /v2/signatures/across/{dataset}": {
    target: "/v2/signatures/across/vnc",
    body: { examples: [{ signature: "0" }] },
    expected: withoutIndex,
  },
  "POST /v2/signatures/batch/{dataset}": {
    target: "/v2/signatures/batch/vnc",
    body: { searches: [{ examples: [{ signature: "0" }] }] },
    expected: withoutIndex,
  },
  "GET /l/{id}": {
    target: `/l/${link}`,
    expected: anybody.map(() => 303),
  },
  "GET /api/links": { expected: signedIn },
  "GET /api/everybodys-links": { expected: administrators, seenBy: "root" },
  "POST /api/links": {
    body: { title: "A view", open: false, state: {} },
    expected: signedIn,
  },
  // Nobody has such a link. Who may open which is in links/routes.spec.ts.
  "GET /api/links/{id}": {
    target: `/api/links/${link}`,
    expected: [404, 404, 404, 404, 404, 404, 404],
  },
  "GET /api/links/{id}/marks": {
    target: `/api/links/${link}/marks`,
    expected: [404, 404, 404, 404, 404, 404, 404],
  },
  "DELETE /api/links/{id}": {
    target: `/api/links/${link}`,
    expected: [401, 404, 404, 404, 404, 404, 404],
  },
  "POST /api/links/{id}/restore": {
    target: `/api/links/${link}/restore`,
    expected: [401, 404, 404, 404, 404, 404, 404],
  },
  "POST /v2/signatures/records/{dataset}": {
    target: "/v2/signatures/records/vnc",
    body: {
      encoder: "0".repeat(64),
      records: [{ point: [1, 2, 3], signature: "0" }],
    },
    expected: datasetAdmins.map((status) => (status === 200 ? 404 : status)),
  },
  "POST /api/sync/changes": { body: { changes: [] }, expected: signedIn },
  "GET /api/sync/news": { expected: signedIn },
  "GET /api/sync/events": { expected: signedIn },
  "GET /api/openapi.json": { expected: anybody },
  "GET /api/docs": { expected: anybody },
  "GET /api/docs.css": { expected: anybody },
};

/** Routes whose answer does not end by itself. */
const endless = ["GET /api/sync/events"];

const secret = "only-for-bob-to-read";

describe("The permission matrix", () => {
  let server: GroupServer;
  const bad = new Map<string, string>();

  beforeAll(async () => {
    server = await startGroupServer();
    const { issuer } = server;
    bad.set("expired ID token", await issuer.idToken(people.dora, {}, 1000));
    bad.set("wrong audience", await issuer.idToken(people.dora, { aud: "x" }));
    bad.set("wrong issuer", await issuer.idToken(people.dora, { iss: "x" }));
    bad.set("unverified", await issuer.idToken(people.mallory));
    bad.set("expired token", await server.tokenOf("dora", Date.now() - 1));
    const revoked = await server.tokenOf("dora");
    await server.ask(`/api/tokens/${revoked}`, {
      method: "DELETE",
      headers: bearer(revoked),
    });
    bad.set("revoked token", revoked);
    bad.set("nonsense", "nonsense");
    for (const [target, body] of [
      [
        "/v2/annotations/vnc",
        { ...point, pos: [9, 9, 9], description: secret },
      ],
      ["/v2/kv/s/secret", { secret }],
      ["/v2/savedsearches/vnc?x=1&y=1&z=1", { note: secret }],
      ["/api/tokens", { name: secret }],
      ["/api/links", { title: secret, open: true, state: { secret } }],
    ] as const) {
      const method = "POST";
      const answer = await server.askAs("bob", target, { method, body });
      expect(answer.status).withContext(target).toBe(200);
    }
  });
  afterAll(() => server.close());

  /** The status, and the body where it ends. */
  async function ask(
    name: string,
    { target, body }: Row,
    headers: Record<string, string>,
  ) {
    const [method, path] = name.split(" ");
    const stop = new AbortController();
    const answer = await fetch(
      `http://127.0.0.1:${server.port}${target ?? path}`,
      {
        method,
        headers: { "Content-Type": "application/json", ...headers },
        redirect: "manual",
        signal: stop.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
    );
    const hasEnd = answer.status !== 200 || !endless.includes(name);
    const text = hasEnd ? await answer.text() : "";
    stop.abort();
    return { status: answer.status, text };
  }

  const tokenOf = (who: PersonName | "root") =>
    server.issuer.idToken(who === "root" ? root : people[who]);

  it("has a row for each route of the table, and none for any other", () => {
    const routes = server.routes.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(rows).sort()).toEqual(routes.sort());
  });

  for (const [name, row] of Object.entries(rows)) {
    it(`holds for ${name}`, async () => {
      for (const [index, who] of askers.entries()) {
        const headers = who === undefined ? {} : bearer(await tokenOf(who));
        const { status, text } = await ask(name, row, headers);
        expect(status).withContext(`${who}: ${text}`).toBe(row.expected[index]);
        if (who === "bob") continue;
        expect(text.includes(secret)).toBe(
          who !== undefined && who === row.seenBy,
        );
      }
      for (const [kind, token] of bad) {
        const { status, text } = await ask(name, row, bearer(token));
        expect(status).withContext(kind).toBe(401);
        expect(text).not.toContain(secret);
      }
    });
  }

  it("holds for the files of volumes", async () => {
    const row: Row = { target: "/volumes/vnc/image/info", expected: readers };
    for (const [index, who] of askers.entries()) {
      const headers = who === undefined ? {} : bearer(await tokenOf(who));
      const { status } = await ask("GET /", row, headers);
      expect(status).withContext(String(who)).toBe(row.expected[index]);
    }
    const open = await ask(
      "GET /",
      { ...row, target: "/volumes/open/image/info" },
      {},
    );
    expect(open.status).toBe(200);
  });

  it("lets nobody reach another's data by naming them", async () => {
    for (const [who, method, target, body, expected] of [
      ["ada", "GET", "/v2/annotations/vnc?user=bob@lab.org", undefined, 403],
      ["cleo", "GET", "/v2/annotations/vnc?user=bob@lab.org", undefined, 403],
      ["ada", "GET", "/v2/annotations/vnc?groups=any", undefined, 400],
      [
        "ada",
        "GET",
        "/api/sync/news?user=bob@lab.org&dataset=vnc",
        undefined,
        403,
      ],
      ["ada", "GET", "/api/sync/events?groups=any", undefined, 400],
      [
        "bob",
        "POST",
        "/v2/annotations/vnc",
        { ...point, user: "ada@lab.org" },
        403,
      ],
      [
        "bob",
        "DELETE",
        "/v2/annotations/vnc/Pt1_2_3?user_email=cleo@lab.org",
        undefined,
        403,
      ],
      [
        "cleo",
        "POST",
        "/v2/annotations/vnc",
        { ...point, user: "ada@lab.org" },
        200,
      ],
      ["bob", "GET", "/v2/annotations/other", undefined, 403],
      ["bob", "GET", "/v2/annotations/none", undefined, 403],
      ["root", "GET", "/v2/annotations/none", undefined, 404],
      ["root", "GET", "/v2/annotations/vnc?user=bob@lab.org", undefined, 200],
    ] as const) {
      const answer = await server.askAs(who, target, { method, body });
      expect(answer.status).withContext(`${who} ${target}`).toBe(expected);
      if (who !== "root") {
        expect(answer.body.toString()).not.toContain(secret);
      }
    }
  });

  it("says the same of a dataset that one may not read as of one that is not there", async () => {
    const details = [];
    for (const dataset of ["other", "none!"]) {
      const answer = await server.askAs("bob", `/v2/annotations/${dataset}`);
      const { detail } = jsonOf<{ detail: string }>(answer);
      details.push(detail.replaceAll(dataset, "…"));
    }
    expect(details[0]).toBe(details[1]);
  });

  it("lists to each the datasets that they may read", async () => {
    const idsFor = async (who: PersonName) =>
      Object.keys(jsonOf<object>(await server.askAs(who, "/v2/datasets")));
    expect(await idsFor("ada")).toEqual(["open", "vnc"]);
    expect(await idsFor("eve")).toEqual(["open", "other"]);
    const nobody = await server.ask("/v2/datasets");
    expect(Object.keys(jsonOf<object>(nobody))).toEqual(["open"]);
  });

  it("lets everybody who is signed in mark a public dataset, and nobody else", async () => {
    const options = { method: "POST", body: point };
    const target = "/v2/annotations/open";
    expect((await server.askAs("eve", target, options)).status).toBe(200);
    expect((await server.ask(target, options)).status).toBe(401);
  });

  it("refuses whoever is disabled, whatever they present", async () => {
    const token = await server.tokenOf("eve");
    const set = (disabled: boolean) =>
      server.askAs("root", "/v2/users", {
        method: "POST",
        // All that she may do: what is set stands in the place of what was.
        body: {
          "eve@lab.org": { disabled, datasets: { other: ["dataset_admin"] } },
        },
      });
    expect((await set(true)).status).toBe(200);
    for (const headers of [bearer(token), bearer(await tokenOf("eve"))]) {
      const answer = await server.ask("/v2/roles", { headers });
      expect(answer.status).toBe(403);
    }
    await set(false);
    const again = await server.ask("/v2/roles", { headers: bearer(token) });
    expect(again.status).toBe(200);
  });
});
