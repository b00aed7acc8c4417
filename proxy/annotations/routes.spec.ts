import { execFile } from "node:child_process";
import { promisify } from "node:util";
import fc from "fast-check";
import { parse, stringify } from "lossless-json";
import type { AnnotationRecord } from "../../src/clio/model/annotation.js";
import type { News } from "../../src/clio/model/sync.js";
import { editAccounts } from "../accounts/accounts.js";
import { runs } from "../testing/counts.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";
import { point as pointRecord, uuid } from "../storage/testing/rows.js";
import type { ItemOut } from "./item.js";

const run = promisify(execFile);
const biggest = "18446744073709551615";

describe("The v2 interface to annotations", () => {
  let server: GroupServer;
  const dataset = "vnc";

  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    for (const { key } of await list())
      await server.askAs(
        "cleo",
        `/v2/annotations/vnc/${encodeURIComponent(key)}`,
        {
          method: "DELETE",
        },
      );
  });

  const at = (query = "") => `/v2/annotations/${dataset}${query}`;
  const list = async (query = "") =>
    jsonOf<ItemOut[]>(await server.askAs("cleo", at(query)));
  const post = (body: unknown, query = "") =>
    server.askAs("cleo", at(query), { method: "POST", body });
  const posted = async (body: unknown, query = "") => {
    const answer = await post(body, query);
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return jsonOf<{ key: string; keys: string[] }>(answer);
  };
  const remove = (key: string, query = "") =>
    server.askAs("cleo", `${at()}/${key}${query}`, { method: "DELETE" });
  const point = (pos: number[], more: object = {}) => ({
    kind: "point",
    pos,
    tags: [],
    description: "",
    user: "cleo@lab.org",
    ...more,
  });

  it("answers what was sent, with its key, for each kind", async () => {
    const sent = [
      {
        ...point([-1, 2, 3], { description: "a “note”", tags: ["t"] }),
        prop: { timestamp: "1600000000000", type: "Merge", checked: true },
        title: "T",
      },
      {
        ...point([1, 2, 3, 4, 5, 6]),
        kind: "lineseg",
        prop: { timestamp: "5", checked: false },
      },
      {
        ...point([1, 2, 3, 4, 5, -6]),
        kind: "sphere",
        prop: {
          timestamp: "7",
          checked: false,
          type: "Soma",
          user: "x@y.org",
          list: [1, { a: null }],
        },
      },
    ];
    const { keys } = await posted(sent);
    expect(keys).toEqual(["Pt-1_2_3", "Ln1_2_3_4_5_6", "Sp1_2_3_4_5_-6"]);
    const got = await list();
    for (const [i, item] of sent.entries())
      expect(got).toContain({ ...item, key: keys[i] } as unknown as ItemOut);
    expect(got.length).toBe(3);
  });

  it("takes a list whole, in its order, and nothing of it where one is wrong", async () => {
    const many = Array.from({ length: 300 }, (_, x) => point([x, 0, 0]));
    const { keys } = await posted(many);
    expect(keys).toEqual(many.map(({ pos: [x] }) => `Pt${x}_0_0`));
    expect((await list()).length).toBe(300);
    const wrong = [point([7, 7, 7]), point([1, 2])];
    const problem = expectProblem(await post(wrong), 400, "bad-body");
    expect(problem.detail).toContain("1.pos");
    const foreign = [point([7, 7, 7]), { kind: "point", pos: [8, 8, "9"] }];
    expectProblem(await post(foreign), 400, "bad-body");
    expect((await list()).length).toBe(300);
  });

  it("replaces what has the same key, and lays over it where asked to", async () => {
    await posted(point([1, 2, 3], { description: "a", prop: { p: 1, q: 2 } }));
    await posted(point([1, 2, 3], { description: "b", prop: { p: 3 } }));
    let [item] = await list();
    expect(item.description).toBe("b");
    expect(item.prop).toEqual(jasmine.objectContaining({ p: 3 }));
    expect("q" in item.prop).toBeFalse();
    const over = { kind: "point", pos: [1, 2, 3], title: "T", prop: { q: 4 } };
    await posted(over, "?replace=false");
    [item] = await list();
    expect(item.description).toBe("b");
    expect(item.title).toBe("T");
    expect(item.prop).toEqual(jasmine.objectContaining({ p: 3, q: 4 }));
    const gone = { kind: "point", pos: [1, 2, 3], prop: { q: null } };
    await posted(gone, "?replace=false");
    [item] = await list();
    expect("q" in item.prop).toBeFalse();
    expect(item.prop.p).toBe(3);
  });

  it("writes conditional fields only where there is nothing", async () => {
    await posted(point([1, 2, 3], { description: "mine", prop: { p: 1 } }));
    const wanted = point([1, 2, 3], {
      description: "theirs",
      title: "new",
      prop: { p: 2, q: 2 },
    });
    await posted(wanted, "?replace=false&conditional=description,title,p,q");
    const [item] = await list();
    expect([item.description, item.title]).toEqual(["mine", "new"]);
    expect(item.prop).toEqual(jasmine.objectContaining({ p: 1, q: 2 }));
    expectProblem(await post(wanted, "?conditional=title"), 400, "bad-query");
  });

  it("moves an annotation, and leaves no old copy behind", async () => {
    await posted(point([1, 2, 3], { description: "moved" }));
    const before = jsonOf<News>(await server.askAs("cleo", "/api/sync/news"));
    const { key } = await posted(
      point([4, 5, 6], { description: "moved" }),
      "?move_key=Pt1_2_3",
    );
    expect(key).toBe("Pt4_5_6");
    expect((await list()).map((item) => item.key)).toEqual(["Pt4_5_6"]);
    const since = `/api/sync/news?since=${before.revision}`;
    const { records } = jsonOf<News>(await server.askAs("cleo", since));
    expect(records.length).withContext("one record, and not two").toBe(1);
    // The same request once more, as after an answer that was lost.
    await posted(point([4, 5, 6]), "?move_key=Pt1_2_3");
    expect((await list()).length).toBe(1);
    const both = await post([point([1, 1, 1])], "?move_key=Pt4_5_6");
    expectProblem(both, 400, "bad-query");
  });

  it("keeps two notes at one voxel apart, each with a key of its own", async () => {
    await posted(point([1, 2, 3], { description: "first" }));
    await posted(point([9, 9, 9], { description: "second" }));
    const { key } = await posted(
      point([1, 2, 3], { description: "second" }),
      "?move_key=Pt9_9_9",
    );
    expect(key).toMatch(/^Pt1_2_3~[0-9a-f-]{36}$/);
    const texts = async () =>
      (await list()).map((item) => [item.key, item.description]);
    expect(await texts()).toEqual([
      ["Pt1_2_3", "first"],
      [key, "second"],
    ]);
    expect((await remove(encodeURIComponent(key))).status).toBe(200);
    expect(await texts()).toEqual([["Pt1_2_3", "first"]]);
  });

  it("deletes by key, takes what is gone for deleted, and no key for a key", async () => {
    await posted(point([1, 2, 3]));
    expect(jsonOf<null>(await remove("Pt1_2_3"))).toBe(null);
    expect(jsonOf<null>(await remove("Pt1_2_3"))).toBe(null);
    expect(await list()).toEqual([]);
    for (const key of [
      "Pt1_2",
      "Qt1_2_3",
      "Pt1_2_3~x",
      "Pt1_2_3_4",
      "__proto__",
    ])
      expectProblem(await remove(key), 400, "bad-key");
  });

  it("writes and deletes for others where the role allows it", async () => {
    const item = { ...point([5, 5, 5]), user: "Bob@lab.org" };
    expect((await post(item)).status).toBe(200);
    const bobs = jsonOf<ItemOut[]>(await server.askAs("bob", at()));
    expect(bobs.map(({ key, user }) => [key, user])).toEqual([
      ["Pt5_5_5", "bob@lab.org"],
    ]);
    await remove("Pt5_5_5", "?user_email=bob@lab.org");
    expect(jsonOf<ItemOut[]>(await server.askAs("bob", at()))).toEqual([]);
  });

  it("adds the annotations of groups, to who is in them", async () => {
    await editAccounts(
      server.storage,
      ["ada", "cleo"].map((name) => ({
        op: "join",
        user: `${name}@lab.org`,
        group: "vnc team",
      })),
      "the spec",
    );
    await posted(point([1, 2, 3], { description: "for the team" }));
    const query = at("?groups=vnc%20team,none");
    const seen = jsonOf<ItemOut[]>(await server.askAs("ada", query));
    expect(seen.map(({ user }) => user)).toEqual(["cleo@lab.org"]);
    expectProblem(await server.askAs("bob", query), 400, "bad-query");
    const admin = await server.askAs("root", query);
    expect(jsonOf<ItemOut[]>(admin).length).toBe(1);
  });

  it("says by 304 that nothing has changed, of groups too, and to nobody who may not read it", async () => {
    const query = at("?groups=readers");
    await editAccounts(
      server.storage,
      ["ada", "cleo"].map((name) => ({
        op: "join",
        user: `${name}@lab.org`,
        group: "readers",
      })),
      "the spec",
    );
    await posted(point([1, 2, 3]));
    const first = await server.askAs("ada", query);
    const tag = first.headers.etag!;
    const again = (who: "ada" | "eve") =>
      server.askAs(who, query, { headers: { "If-None-Match": tag } });
    const same = await again("ada");
    expect([same.status, same.body.length]).toEqual([304, 0]);
    expectProblem(await again("eve"), 403, "forbidden");
    await posted(point([1, 2, 4]));
    const other = await again("ada");
    expect(other.status).toBe(200);
    expect(other.headers.etag).not.toBe(tag);
    expect(jsonOf<ItemOut[]>(other).length).toBe(2);
  });

  it("carries ids of 64 bits through unharmed, as numbers", async () => {
    const body = `{"kind":"point","pos":[1,2,3],"prop":{"bodyid":${biggest},"deep":[{"id":-9223372036854775808}],"n":0.5}}`;
    expect((await post(body)).status).toBe(200);
    const text = (await server.askAs("cleo", at())).body.toString();
    expect(text).toContain(`"bodyid":${biggest}`);
    expect(text).toContain('{"id":-9223372036854775808}');
    const over =
      '{"kind":"point","pos":[1,2,3],"description":"d","prop":{"more":1}}';
    await post(over, "?replace=false");
    const later = (await server.askAs("cleo", at())).body.toString();
    expect(later).toContain(`"bodyid":${biggest}`);
  });

  it("gives back any prop that was sent", async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    );
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
      .filter((text) => !["type", "checked", "timestamp"].includes(text));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value), async (prop) => {
        // A name that schemas like to leave out.
        const plain = { ...prop, constructor: "kept" };
        const body = stringify({ ...point([3, 3, 3]), prop: plain });
        const answer = await post(body);
        if (Object.hasOwn(prop, "__proto__")) return answer.status === 400;
        expect(answer.status).toBe(200);
        const text = (await server.askAs("cleo", at())).body.toString();
        const [got] = parse(text) as { prop: Record<string, unknown> }[];
        const { checked, timestamp, ...rest } = got.prop;
        expect([checked, typeof timestamp]).toEqual([false, "string"]);
        // Compared as text, in which -0 is 0 and big numbers are whole.
        const sorted = (json: object) =>
          stringify(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
        expect(sorted(rest)).toBe(sorted(parse(stringify(plain)!) as object));
        return true;
      }),
      { numRuns: runs(40, 2_000) },
    );
  });

  it("keeps what a script cannot say of the viewer's records", async () => {
    const id = uuid(77);
    const record: AnnotationRecord = {
      ...pointRecord(id),
      set: "my set",
      description: "drawn",
    };
    const change = {
      id: uuid(78),
      device: uuid(79),
      dataset,
      at: 1,
      label: "Add point",
      edits: [{ op: "put", record, base: 0 }],
    };
    await server.askAs("cleo", "/api/sync/changes", {
      method: "POST",
      body: { changes: [change] },
    });
    await posted(point([1, 2, 3], { description: "by script" }));
    const { records } = jsonOf<News>(
      await server.askAs("cleo", "/api/sync/news"),
    );
    const found = records.find((each) => each.id === id)
      ?.record as AnnotationRecord;
    expect(found.set).toBe("my set");
    expect(found.description).toBe("by script");
    expect(found.user).toBe("cleo@lab.org");
  });

  it("is spoken by a plain client in Python as scripts do it", async () => {
    try {
      await run("python3", ["-c", "import requests"]);
    } catch {
      pending("needs python3 with requests (Debian: python3-requests)");
    }
    const token = await server.tokenOf("cleo");
    const script = `
import sys, requests
base, token = sys.argv[1:]
s = requests.Session()
s.headers.update({"Authorization": "Bearer " + token, "Content-type": "application/json"})
def check(r):
    r.raise_for_status()
    return r.json()
url = base + "/v2/annotations/vnc"
roles = check(s.get(base + "/v2/roles?app=clio-py"))
assert roles["email"] == "cleo@lab.org" and roles["datasets"]["vnc"] == ["clio_write"], roles
assert "vnc" in check(s.get(base + "/v2/datasets/?app=clio-py"))
item = {"kind": "point", "pos": [10, 20, 30], "prop": {"bodyid": ${biggest}, "timestamp": "1"}, "description": "py", "tags": ["a"]}
assert check(s.post(url, json=item)) == {"key": "Pt10_20_30"}
keys = check(s.post(url + "/", json=[dict(item, pos=[i, 0, 0]) for i in range(3)]))["keys"]
assert keys == ["Pt0_0_0", "Pt1_0_0", "Pt2_0_0"], keys
got = {a["key"]: a for a in check(s.get(url))}
assert set(got) == {"Pt10_20_30", *keys}
assert got["Pt10_20_30"]["prop"]["bodyid"] == ${biggest}
assert got["Pt10_20_30"]["user"] == "cleo@lab.org"
assert check(s.put(url, params={"move_key": "Pt10_20_30"}, json=dict(item, pos=[11, 20, 30])))["key"] == "Pt11_20_30"
assert s.delete(url + "/Pt11_20_30").status_code == 200
assert len(check(s.get(url))) == 3
kv = base + "/v2/kv/merges-vnc/mainToOthers"
assert s.get(kv).status_code == 404 and "detail" in s.get(kv).json()
check(s.post(kv, json={"12": [${biggest}]}))
assert check(s.get(kv)) == {"12": [${biggest}]}
assert "_timestamp" in check(s.get(kv, params={"timestamp": "true"}))
assert check(s.get(base + "/v2/kv/merges-vnc")) == {"mainToOthers": {"12": [${biggest}]}}
searches = base + "/v2/savedsearches/vnc"
check(s.post(searches, params={"x": 1, "y": 2, "z": 3}, json={"note": "n"}))
check(s.put(searches, params={"x": 1, "y": 2, "z": 3}, json={"note": "m"}))
found = check(s.get(searches))
assert list(found) == ["1_2_3"] and found["1_2_3"]["note"] == "m" and found["1_2_3"]["location"] == [1, 2, 3], found
assert found["1_2_3"]["email"] == "cleo@lab.org" and found["1_2_3"]["dataset"] == "vnc"
check(s.delete(searches, params={"x": 1, "y": 2, "z": 3}))
assert check(s.get(searches)) == {}
bad = s.post(url, json={"kind": "point", "pos": [1, 2]})
assert bad.status_code == 400 and "pos" in bad.json()["detail"], bad.text
assert requests.get(url).status_code == 401
print("ok")
`;
    const { stdout } = await run("python3", [
      "-c",
      script,
      `http://127.0.0.1:${server.port}`,
      token,
    ]);
    expect(stdout).toBe("ok\n");
  });
});
