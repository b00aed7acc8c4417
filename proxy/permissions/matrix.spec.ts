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
const reviewers: Statuses = [401, 403, 403, 200, 200, 200, 403];
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
  seenBy?: readonly string[];
}

const point = { kind: "point", pos: [1, 2, 3] };
const role = "/api/datasets/vnc/roles/new@lab.org/clio_read";

const link = randomBytes(16).toString("base64url");

/** An id that is another each time, and a request of merges with it. */
const request = randomUUID();
const merge = {
  ...{ id: request, kind: "merge", onto: "1", merged: "2", act: request },
  ...{ description: "", user: "ada@lab.org", created: 1, modified: 1 },
};
const entry = `/api/atlas/entries/vnc/${randomUUID()}`;
const neurons = "/v2/json-annotations/{dataset}/neurons";
const noHash = `/api/atlas/pictures/vnc/${"0".repeat(64)}`;
const place = "/v2/atlas/vnc?x=1&y=2&z=3";

/** What is answered to whoever may, where there is no such thing. */
const none = (statuses: Statuses) =>
  statuses.map((status) => (status === 200 ? 404 : status));

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
  "GET /api/merges/{dataset}": {
    target: "/api/merges/vnc",
    expected: readers,
  },
  "GET /api/merge-requests/{dataset}": {
    target: "/api/merge-requests/vnc",
    expected: readers,
  },
  // The first who may makes it; to the others its id is taken. Who may do what with one is in merges/routes.spec.ts.
  "POST /api/merge-requests/{dataset}": {
    target: "/api/merge-requests/vnc",
    body: {
      ...{ id: request, version: "", state: "draft" },
      ...{ title: "Mine", reason: "", merges: [merge] },
    },
    expected: [401, 403, 200, 409, 409, 409, 403],
  },
  "GET /api/merge-requests/{dataset}/{id}": {
    target: `/api/merge-requests/vnc/${randomUUID()}`,
    expected: [401, 404, 404, 404, 404, 404, 403],
  },
  "POST /api/merge-requests/{dataset}/{id}": {
    target: `/api/merge-requests/vnc/${randomUUID()}`,
    body: { act: "withdraw", revision: 1 },
    expected: [401, 404, 404, 404, 404, 404, 403],
  },
  "POST /v2/pull-request": {
    body: { pull: "kv/merges-vnc/mainToOthers" },
    expected: [401, 403, 200, 200, 200, 200, 400],
  },
  "GET /v2/pull-request": {
    target: "/v2/pull-request?user_email=",
    expected: signedIn,
  },
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
  "GET /api/everybodys-links": { expected: administrators, seenBy: ["root"] },
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
  "GET /api/atlas/entries": {
    expected: anybody,
    seenBy: ["cleo", "dora", "root"],
  },
  // Nobody has such an entry. What becomes of one that is there is in atlas/routes.spec.ts.
  "GET /api/atlas/entries/{dataset}/{id}": {
    target: entry,
    expected: none(anybody),
  },
  "POST /api/atlas/entries/{dataset}/{id}/submit": {
    target: `${entry}/submit`,
    expected: none(markers),
  },
  "POST /api/atlas/entries/{dataset}/{id}/withdraw": {
    target: `${entry}/withdraw`,
    expected: none(markers),
  },
  "POST /api/atlas/entries/{dataset}/{id}/verify": {
    target: `${entry}/verify`,
    body: { version: 1 },
    expected: none(reviewers),
  },
  "POST /api/atlas/entries/{dataset}/{id}/request-changes": {
    target: `${entry}/request-changes`,
    body: { version: 1, comment: "c" },
    expected: none(reviewers),
  },
  "POST /api/atlas/entries/{dataset}/{id}/unverify": {
    target: `${entry}/unverify`,
    body: { version: 1 },
    expected: none(reviewers),
  },
  "GET /api/atlas/pictures/{dataset}/{hash}": {
    target: noHash,
    expected: none(anybody),
  },
  "PUT /api/atlas/pictures/{dataset}/{hash}": {
    target: noHash,
    // JSON is no picture.
    body: {},
    expected: markers.map((status) => (status === 200 ? 400 : status)),
  },
  "GET /v2/atlas/all": {
    expected: signedIn,
    seenBy: ["cleo", "dora", "root"],
  },
  "GET /v2/atlas/{dataset}": { target: "/v2/atlas/vnc", expected: readers },
  // Of Bob, whose it says that it is, or of somebody else, who must be there.
  "POST /v2/atlas/{dataset}": {
    target: place,
    body: { title: "A place", user: "bob@lab.org" },
    expected: markers,
  },
  "PUT /v2/atlas/{dataset}": {
    target: place,
    body: { title: "A place", user: "bob@lab.org" },
    expected: markers,
  },
  "DELETE /v2/atlas/{dataset}": { target: place, expected: markers },
  "POST /v2/signatures/records/{dataset}": {
    target: "/v2/signatures/records/vnc",
    body: {
      encoder: "0".repeat(64),
      records: [{ point: [1, 2, 3], signature: "0" }],
    },
    expected: datasetAdmins.map((status) => (status === 200 ? 404 : status)),
  },
  // There is no neuPrint: that is said to whoever may read.
  "GET /api/neuprint/{dataset}": {
    target: "/api/neuprint/vnc",
    expected: readers,
  },
  "GET /api/neuprint/{dataset}/regions": {
    target: "/api/neuprint/vnc/regions",
    expected: withoutIndex,
  },
  "POST /api/neuprint/{dataset}/cells": {
    target: "/api/neuprint/vnc/cells",
    body: { ids: ["1"] },
    expected: withoutIndex,
  },
  "POST /api/neuprint/{dataset}/find": {
    target: "/api/neuprint/vnc/find",
    body: { text: "T1" },
    expected: withoutIndex,
  },
  "POST /api/neuprint/{dataset}/connections": {
    target: "/api/neuprint/vnc/connections",
    body: { ids: ["1"], side: "inputs" },
    expected: withoutIndex,
  },
  "POST /api/neuprint/{dataset}/synapses": {
    target: "/api/neuprint/vnc/synapses",
    body: { ids: ["1"], partners: ["2"], side: "inputs" },
    expected: withoutIndex,
  },
  "POST /v2/neuprint/{dataset}": {
    target: "/v2/neuprint/vnc",
    body: { cypher: "MATCH (n) RETURN n" },
    expected: withoutIndex,
  },
  "GET /api/bodies/{dataset}": {
    target: "/api/bodies/vnc",
    expected: readers,
  },
  "POST /api/bodies/{dataset}/query": {
    target: "/api/bodies/vnc/query",
    body: { query: {} },
    expected: readers,
  },
  "POST /api/bodies/{dataset}/ids": {
    target: "/api/bodies/vnc/ids",
    body: { query: {} },
    expected: readers,
  },
  "POST /api/bodies/{dataset}/edits": {
    target: "/api/bodies/vnc/edits",
    body: { edits: [] },
    expected: reviewers,
  },
  "GET /api/bodies/{dataset}/changes": {
    target: "/api/bodies/vnc/changes?since=0",
    expected: readers,
  },
  [`GET ${neurons}/id-number/{id}`]: {
    target: "/v2/json-annotations/vnc/neurons/id-number/1",
    expected: readers,
  },
  [`DELETE ${neurons}/id-number/{id}`]: {
    target: "/v2/json-annotations/vnc/neurons/id-number/1",
    expected: datasetAdmins,
  },
  [`POST ${neurons}/query`]: {
    target: "/v2/json-annotations/vnc/neurons/query",
    body: {},
    expected: readers,
  },
  [`POST ${neurons}`]: {
    target: "/v2/json-annotations/vnc/neurons",
    body: { bodyid: 1, type: "x" },
    expected: reviewers,
  },
  [`PUT ${neurons}`]: {
    target: "/v2/json-annotations/vnc/neurons",
    body: [],
    expected: reviewers,
  },
  [`GET ${neurons}/all`]: {
    target: "/v2/json-annotations/vnc/neurons/all",
    expected: readers,
  },
  [`GET ${neurons}/fields`]: {
    target: "/v2/json-annotations/vnc/neurons/fields",
    expected: readers,
  },
  [`GET ${neurons}/versions`]: {
    target: "/v2/json-annotations/vnc/neurons/versions",
    expected: readers,
  },
  // The dataset names no version: that is said to whoever may read it.
  [`GET ${neurons}/head_tag`]: {
    target: "/v2/json-annotations/vnc/neurons/head_tag",
    expected: none(readers),
  },
  [`GET ${neurons}/head_uuid`]: {
    target: "/v2/json-annotations/vnc/neurons/head_uuid",
    expected: none(readers),
  },
  [`GET ${neurons}/tag_to_uuid/{tag}`]: {
    target: "/v2/json-annotations/vnc/neurons/tag_to_uuid/v1",
    expected: none(readers),
  },
  [`GET ${neurons}/uuid_to_tag/{uuid}`]: {
    target: "/v2/json-annotations/vnc/neurons/uuid_to_tag/1a",
    expected: none(readers),
  },
  "GET /api/labels/{dataset}": {
    target: "/api/labels/vnc",
    expected: readers,
  },
  // Nobody has such a volume, or such an upload. Who may do what with one that is there is in labels/routes.spec.ts.
  "GET /api/labels/{dataset}/volumes/{id}": {
    target: `/api/labels/vnc/volumes/${randomUUID()}`,
    expected: withoutIndex,
  },
  "POST /api/labels/{dataset}/volumes/{id}": {
    target: `/api/labels/vnc/volumes/${randomUUID()}`,
    body: { name: "n" },
    expected: withoutIndex,
  },
  "DELETE /api/labels/{dataset}/volumes/{id}": {
    target: `/api/labels/vnc/volumes/${randomUUID()}`,
    expected: withoutIndex,
  },
  "POST /api/labels/{dataset}/uploads": {
    target: "/api/labels/vnc/uploads",
    body: { name: "n", format: "npy", bytes: 200 },
    expected: markers,
  },
  "GET /api/labels/{dataset}/uploads/{id}": {
    target: `/api/labels/vnc/uploads/${randomUUID()}`,
    expected: none(markers),
  },
  "PUT /api/labels/{dataset}/uploads/{id}": {
    target: `/api/labels/vnc/uploads/${randomUUID()}?from=0`,
    body: {},
    expected: none(markers),
  },
  "POST /api/labels/{dataset}/uploads/{id}/finish": {
    target: `/api/labels/vnc/uploads/${randomUUID()}/finish`,
    expected: none(markers),
  },
  "DELETE /api/labels/{dataset}/uploads/{id}": {
    target: `/api/labels/vnc/uploads/${randomUUID()}`,
    expected: none(markers),
  },
  "GET /api/cutouts/{dataset}": {
    target: "/api/cutouts/vnc",
    expected: readers,
  },
  "POST /api/cutouts/{dataset}/token": {
    target: "/api/cutouts/vnc/token",
    expected: readers,
  },
  "GET /api/cutouts/{dataset}/marks": {
    target: "/api/cutouts/vnc/marks?box=0,0,0,9,9,9",
    expected: readers,
  },
  // There is no such layer: that is said to whoever may read.
  "GET /api/cutouts/{dataset}/{layer}/{scale}/{box}/{file}": {
    target: "/api/cutouts/vnc/none/0/0,0,0,1,1,1/.zarray",
    expected: withoutIndex,
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
      [
        "/api/merge-requests/vnc",
        {
          ...{ id: randomUUID(), version: "", state: "draft" },
          ...{ title: secret, reason: "", merges: [merge] },
        },
      ],
      ["/v2/savedsearches/vnc?x=1&y=1&z=1", { note: secret }],
      [
        "/v2/atlas/vnc?x=1&y=1&z=1",
        { title: secret, user: "bob@lab.org", prop: { secret } },
      ],
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
          who !== undefined && row.seenBy?.includes(who) === true,
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
        "GET",
        "/v2/pull-request?user_email=bob@lab.org",
        undefined,
        403,
      ],
      ["root", "GET", "/v2/pull-request?user_email=all", undefined, 200],
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

  it("lets nobody who only reads a dataset keep merges of it, or ask for them", async () => {
    for (const [method, target, body] of [
      ["POST", "/v2/kv/merges-vnc/mainOrdered", { array: [] }],
      ["PUT", "/v2/kv/merges-vnc/mainToOthers", {}],
      ["DELETE", "/v2/kv/merges-vnc/otherToMain", undefined],
      [
        "POST",
        `/api/merge-requests/vnc/${randomUUID()}`,
        { act: "submit", revision: 1 },
      ],
    ] as const) {
      for (const [who, expected] of [
        ["ada", 403],
        ["bob", target.startsWith("/api/") ? 404 : 200],
      ] as const) {
        const answer = await server.askAs(who, target, { method, body });
        expect(answer.status).withContext(`${who} ${target}`).toBe(expected);
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
