import { readFileSync } from "node:fs";
import { noSharedData, sharedPath } from "../../config/stories/volumes.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";
import { describeDataset } from "./testing/described_dataset.js";

type Who = Parameters<GroupServer["askAs"]>[0];
type Item = Record<string, unknown>;

const BIG = "18446744073709551615";
const NEAR = "9007199254740993";

describe("What is known of bodies, as a script of the original reads and writes it", () => {
  let server: GroupServer;
  let made = 0;
  let home: string;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());
  /** The specs share a server, and each has a dataset of its own. */
  const described = async (more: object, id = `d${made++}`) => {
    home = `/v2/json-annotations/${id}/neurons`;
    return { id, answer: await describeDataset(server, id, more) };
  };
  beforeEach(() => described({ tag: "v1.0", uuid: "1a2b3c" }));

  const get = (target: string, who: Who = "ada") =>
    server.askAs(who, home + target);
  const post = (body: unknown, target = "", who: Who = "cleo") =>
    server.askAs(who, home + target, { method: "POST", body });
  const write = async (body: unknown, target = "", who: Who = "cleo") => {
    const answer = await post(body, target, who);
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    expect(answer.body.toString()).toBe("null");
  };
  const text = async (target: string) => {
    const answer = await get(target);
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return answer.body.toString();
  };
  const read = async (target: string) =>
    JSON.parse(await text(target)) as Item[];
  const query = async (body: unknown, parameters = "") => {
    const answer = await post(body, `/query${parameters}`, "ada");
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return answer.body.toString();
  };
  const found = async (body: unknown) =>
    JSON.parse(await query(body, "?onlyid=true")) as number[];

  it("is written field by field, with who and when, and a null deletes", async () => {
    await write({ bodyid: 23, class: "Interneuron", tags: ["a"], n: 1.5 });
    expect(await read("/id-number/23")).toEqual([
      { bodyid: 23, class: "Interneuron", tags: ["a"], n: 1.5 },
    ]);
    const [all] = await read("/id-number/23?show=all");
    expect(all).toEqual({
      ...{ bodyid: 23, class: "Interneuron", tags: ["a"], n: 1.5 },
      ...{ class_user: "cleo@lab.org", class_time: jasmine.any(String) },
      ...{ tags_user: "cleo@lab.org", tags_time: jasmine.any(String) },
      ...{ n_user: "cleo@lab.org", n_time: jasmine.any(String) },
    });
    expect(new Date(String(all.n_time)).toISOString()).toBe(String(all.n_time));
    // With a slash at the end, by another, part of it and one field of it gone.
    await write(
      [{ bodyid: 23, class: "Motor", n: null, tags: ["a"] }],
      "/",
      "dora",
    );
    const [user] = await read("/id-number/23/?show=user");
    expect(user).toEqual({
      ...{ bodyid: 23, class: "Motor", class_user: "dora@lab.org" },
      ...{ tags: ["a"], tags_user: "cleo@lab.org", n_user: "dora@lab.org" },
    });
    const [time] = await read("/id-number/23?show=time");
    expect(time.tags_time).toBe(all.tags_time);
    expect(Object.hasOwn(time, "class_user")).toBeFalse();
    // `conditional` writes only where there is nothing.
    await write(
      { bodyid: 23, class: "Sensory", group: 7 },
      "?conditional=class,group",
    );
    expect(await read("/id-number/23")).toEqual([
      { bodyid: 23, class: "Motor", tags: ["a"], group: 7 },
    ]);
    // `replace=true` leaves what is named.
    const put = await server.askAs("cleo", `${home}?replace=true`, {
      ...{ method: "PUT", body: { bodyid: 23, class: "Motor" } },
    });
    expect(put.status).toBe(200);
    expect(await text("/id-number/23")).toBe('[{"bodyid":23,"class":"Motor"}]');
    const [last] = await read("/id-number/23?show=user");
    expect(last.class_user).toBe("dora@lab.org");
    expectProblem(
      await post({ bodyid: 1 }, "?replace=true&conditional=a"),
      400,
      "bad-query",
    );
  });

  it("has ids and numbers of 64 bits with every digit", async () => {
    const body = `[{"bodyid":${BIG},"near":${NEAR},"tags":[${NEAR}]},{"bodyid":${NEAR},"type":"T1"}]`;
    await write(body);
    expect(await text(`/id-number/${NEAR},${BIG},5`)).toBe(
      `[{"bodyid":${NEAR},"type":"T1"},{"bodyid":${BIG},"near":${NEAR},"tags":[${NEAR}]}]`,
    );
    expect(await query(`{"bodyid":[${BIG},1]}`, "?onlyid=true")).toBe(
      `[${BIG}]`,
    );
    expect(await query(`{"near":${NEAR}}`, "?onlyid=true")).toBe(`[${BIG}]`);
    expect(await query('{"near":9007199254740992}')).toBe("[]");
    expect(await text("/all")).toContain(`{"bodyid":${BIG},"near":${NEAR}`);
    expect(await text(`/all?cursor=${NEAR}&size=1`)).toContain(BIG);
    expect(await text(`/all?cursor=1&size=1`)).not.toContain(BIG);
  });

  it("is found by all fields of an object, by any of a list, by regular expressions and by what there is", async () => {
    await write([
      { bodyid: 1, class: "Interneuron", status: "Traced", tags: ["x", "y"] },
      { bodyid: 2, class: "Interneuron (TBD)", status: "Anchor", group: 7 },
      { bodyid: 3, class: "Motor", status: "Traced", checked: true },
      { bodyid: 4, position: [1, 2, 3], status: "", constructor: "c" },
    ]);
    const cases: [unknown, number[]][] = [
      [{}, [1, 2, 3, 4]],
      [[], []],
      [{ class: "Interneuron" }, [1]],
      [{ class: "Interneuron", status: "Anchor" }, []],
      [{ status: ["Traced", "Anchor"] }, [1, 2, 3]],
      [
        [{ class: "Motor" }, { group: 7 }, { bodyid: 2 }],
        [2, 3],
      ],
      [{ class: "re/neuron" }, [1, 2]],
      [{ class: "re/^Inter.*\\(" }, [2]],
      [{ class: ["re/^M", "Interneuron"] }, [1, 3]],
      [{ tags: "y" }, [1]],
      [{ tags: "re/^[xz]$" }, [1]],
      [{ tags: "exists/1" }, [1]],
      [{ tags: "exists/0", class: "exists/1" }, [2, 3]],
      [{ status: "exists/1", class: "exists/0" }, [4]],
      [{ bodyid: [1, 4, 9] }, [1, 4]],
      [{ checked: true }, [3]],
      [{ position: 2 }, [4]],
      [{ constructor: "c" }, [4]],
      [{ toString: "exists/1" }, []],
      [{ class_user: "cleo@lab.org" }, [1, 2, 3]],
    ];
    for (const [asked, ids] of cases) {
      expect(await found(asked))
        .withContext(JSON.stringify(asked))
        .toEqual(ids);
    }
    expect(await query({ bodyid: 3 }, "?show=user")).toContain(
      '"class_user":"cleo@lab.org"',
    );
    const fields = await read("/fields");
    expect(fields).toContain(jasmine.stringMatching("constructor"));
  });

  it("refuses a query that is none, by its key, and no expression takes it long", async () => {
    await write({ bodyid: 1, class: `${"a".repeat(10_000)}b` });
    for (const [body, named] of [
      [{ class: "re/(" }, "class"],
      [{ class: "re/(a)\\1" }, "class"],
      [{ class: `re/${"((a{100}){100}){100}"}` }, "class"],
      [[{}, { class: ["x", "re/["] }], "1.class.1"],
      [[1, 2, 3].map(() => ({ class: "re/(a{1,30}){1,30}b" })), "(the whole)"],
      [{ class: Array<string>(31).fill("re/a") }, "(the whole)"],
      [{ class: null }, "class"],
      [{ class: { a: 1 } }, "class"],
      [{ class: "exists/2" }, "class"],
      ['"all"', "(the whole)"],
    ] as const) {
      const answer = await post(body, "/query", "ada");
      expect(expectProblem(answer, 400, "bad-body").detail)
        .withContext(JSON.stringify(body))
        .toMatch(`^${named.replace(/[().]/g, "\\$&")}: `);
    }
    expect(await found({ class: "re/^(a+)+$" })).toEqual([]);
    expect(await found({ class: "re/(a|aa)+b$" })).toEqual([1]);
  });

  it("is written in the head alone; an older version is read as it was", async () => {
    const { id } = await described({ tag: "v0.9", uuid: "aa11" });
    await write([
      { bodyid: 1, type: "old" },
      { bodyid: 2, type: "gone" },
    ]);
    await described({ tag: "v0.10", uuid: "ab22" }, id);
    // Nothing was written since: both are the same.
    expect(await read("/id-number/1?version=v0.9")).toEqual(
      await read("/id-number/1"),
    );
    await write({ bodyid: 1, type: "new" }, "?version=v0.10");
    await server.askAs("dora", `${home}/id-number/2`, { method: "DELETE" });
    await write({ bodyid: 1, type: "newer" });
    const types = async (version: string) =>
      (
        JSON.parse(await query({}, `?version=${version}`)) as { type: string }[]
      ).map(({ type }) => type);
    expect(await types("v0.9")).toEqual(["old", "gone"]);
    expect(await types("aa11")).toEqual(["old", "gone"]);
    expect(await types("v0.10")).toEqual(["newer"]);
    expect(await types("")).toEqual(["newer"]);
    expect(await read("/id-number/1,2?version=v0.9")).toEqual([
      { bodyid: 1, type: "old" },
      { bodyid: 2, type: "gone" },
    ]);
    const late = await post({ bodyid: 1, type: "x" }, "?version=v0.9");
    expectProblem(late, 409, "old-version");
    expectProblem(await get("/id-number/1?version=v7"), 400, "bad-version");
    expect(JSON.parse(await text("/versions"))).toEqual({
      "v0.9": "aa11",
      "v0.10": "ab22",
    });
    expect(await text("/head_tag/")).toBe('"v0.10"');
    expect(await text("/head_uuid")).toBe('"ab22"');
    expect(await text("/tag_to_uuid/v0.9")).toBe('"aa11"');
    expect(await text("/uuid_to_tag/ab")).toBe('"v0.10"');
    expect(await text("/uuid_to_tag/aa11f")).toBe('"v0.9"');
    expectProblem(await get("/uuid_to_tag/a"), 400, "bad-url");
    expectProblem(await get("/tag_to_uuid/v3"), 404, "not-found");
  });

  it("is written in another's name by an administrator alone, who is in the audit list with it, as is who deletes", async () => {
    const named = "?designated_user=Guest@lab.org";
    expectProblem(await post({ bodyid: 1, a: 1 }, named), 403, "forbidden");
    expectProblem(
      await post({ bodyid: 1, a: 1, a_user: "x" }),
      403,
      "forbidden",
    );
    await write([{ bodyid: 1, a: 1 }], named, "root");
    const [item] = await read("/id-number/1?show=all");
    expect(item.a_user).toBe("guest@lab.org");
    // Written back as it was read, it is no forgery, and changes nothing.
    await write({ ...item, b: 2 });
    expect((await read("/id-number/1?show=user"))[0]).toEqual({
      ...{ bodyid: 1, a: 1, a_user: "guest@lab.org" },
      ...{ b: 2, b_user: "cleo@lab.org" },
    });
    const remove = (who: Who, ids: string) =>
      server.askAs(who, `${home}/id-number/${ids}`, { method: "DELETE" });
    expectProblem(await remove("cleo", "1"), 403, "forbidden");
    expectProblem(await remove("dora", "1,2"), 400, "bad-url");
    expect((await remove("dora", "1")).status).toBe(200);
    expect((await remove("dora", "1")).status).toBe(200);
    expect(await text("/id-number/1")).toBe("[]");
    const audit = jsonOf<{ actor: string; action: string; subject: string }[]>(
      await server.askAs("root", "/api/audit"),
    ).filter(
      ({ action, subject }) =>
        action.startsWith("bod") && home.includes(`/${subject}/`),
    );
    expect(audit.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      "dora@lab.org body-deleted",
      "root@lab.org bodies-written",
    ]);
  });

  it("refuses what is no body by its name, and then nothing of the list is there", async () => {
    await described({
      typing: {
        bodyAnnotation: {
          additionalProperties: false,
          properties: {
            status: { type: "string", enum: ["Traced", "Anchor"] },
            group: { type: ["integer", "null"], minimum: 1 },
            position: {
              ...{ type: "array", items: { type: "integer" } },
              ...{ minItems: 3, maxItems: 3 },
            },
          },
        },
      },
    });
    const good = '{"bodyid":1,"status":"Traced"}';
    for (const [bad, named, code = "bad-body"] of [
      ['{"status":"Traced"}', "1.bodyid"],
      ['{"bodyid":"2"}', "1.bodyid"],
      ['{"bodyid":0}', "1.bodyid"],
      ['{"bodyid":-1}', "1.bodyid"],
      ['{"bodyid":2.5}', "1.bodyid"],
      ['{"bodyid":18446744073709551616}', "1.bodyid"],
      ['{"bodyid":1e30}', "1.bodyid"],
      ['{"bodyid":2,"group":1e400}', "1.group"],
      ['{"bodyid":2,"group":18446744073709551616}', "1.group"],
      ['{"bodyid":2,"group":0}', "1.group"],
      ['{"bodyid":2,"group":1.5}', "1.group"],
      ['{"bodyid":2,"status":"Tracd"}', "1.status"],
      ['{"bodyid":2,"position":[1,2]}', "1.position"],
      ['{"bodyid":2,"position":[1,2,"3"]}', "1.position"],
      ['{"bodyid":2,"other":1}', "1.other"],
      ['{"bodyid":2,"":1}', "1."],
      [`{"bodyid":2,"status":"${"x".repeat(1_000_000)}"}`, "1.status"],
      [
        `{"bodyid":2,"position":${"[".repeat(6)}${"]".repeat(6)}}`,
        "1.position",
      ],
      ['{"bodyid":2,"group":NaN}', "The body is not JSON", "not-json"],
      ['{"bodyid":2,"__proto__":{"status":"Traced"}}', "The body", "bad-key"],
      [
        `{"bodyid":2,"a":${"[".repeat(99)}${"]".repeat(99)}}`,
        "The body",
        "json-too-deep",
      ],
      ["7", "1"],
    ] as const) {
      const answer = await post(`[${good},${bad}]`);
      const { detail } = expectProblem(answer, 400, code);
      expect(detail.startsWith(named)).withContext(detail).toBeTrue();
    }
    expect(await text("/all")).toBe("[]");
    await write(`[${good}]`);
    expect(await text("/all")).toBe(`[${good}]`);
    const many = Object.fromEntries(
      Array.from({ length: 4 }, (_, i) => [`f${i}`, "x".repeat(20_000)]),
    );
    await described({});
    expectProblem(await post({ bodyid: 1, ...many }), 400, "bad-body");
    expect(await text("/all")).toBe("[]");
    for (const id of ["", "x", "1,,2", "18446744073709551616", "0"]) {
      const answer = await get(`/id-number/${id}`);
      expect([400, 404]).withContext(id).toContain(answer.status);
    }
  });

  it("is not written to a dataset that says nonsense of it: the key is named when it is described", async () => {
    const { answer } = await described({
      bodyAnnotationSchema: {
        shape: ["status"],
        collection: { status: { editElement: { type: "selection" } } },
      },
    });
    expect(expectProblem(answer, 400, "bad-body").detail).toMatch(
      /bodyAnnotationSchema\.collection\.status\.editElement\.type: "selection", expected one of input/,
    );
  });

  it("takes real records by their real schema, finds them, and gives them back exactly", async () => {
    const folder = sharedPath("fixtures", "dvid");
    if (folder === undefined) return pending(noSharedData);
    const fixture = (name: string) =>
      readFileSync(`${folder}/${name}.json`, "utf8");
    const records = JSON.parse(fixture("neuronjson_sample")) as Item[];
    const schema: unknown = JSON.parse(fixture("neuronjson_schema"));
    const { answer } = await described({
      typing: { bodyAnnotation: schema },
    });
    expect(answer.status).toBe(200);
    // Who wrote them is in the records, which only an administrator says.
    expectProblem(await post(records), 403, "forbidden");
    await write(records, "", "root");
    const shown = (item: Item) =>
      Object.fromEntries(
        Object.entries(item).filter(([name]) => !/.(_user|_time)$/.test(name)),
      );
    const back = (JSON.parse(await text("/all?show=all")) as Item[]).map(shown);
    expect(back).toEqual(records);
    const tbd = records.filter((each) => each.class === "Interneuron (TBD)");
    expect(await found({ class: "Interneuron (TBD)", tags: "group1" })).toEqual(
      tbd.map(({ bodyid }) => Number(bodyid)),
    );
    expect(await found({ class: "re/^9[AB]$", position: 303 })).toEqual([
      3000, 3002, 3003,
    ]);
    expectProblem(
      await post({ bodyid: 1000, position: [1, 2] }),
      400,
      "bad-body",
    );
  });
});
