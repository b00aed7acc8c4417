import type {
  BodiesInfo,
  BodiesWritten,
  BodyConflict,
  BodyEdit,
  BodyIds,
  BodyNews,
  BodyPage,
  BodyPageRequest,
} from "../../src/clio/model/body_wire.js";
import { parseLossless } from "../../src/clio/model/lossless.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";
import { describeDataset } from "./testing/described_dataset.js";

type Who = Parameters<GroupServer["askAs"]>[0];
type Told<T> = Partial<T>;

const BIG = "18446744073709551615";

describe("What is known of bodies, as the viewer reads and writes it", () => {
  let server: GroupServer;
  let made = 0;
  let id: string;
  let path: string;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());
  /** The specs share a server, and each has a dataset of its own. */
  beforeEach(async () => {
    id = `d${made++}`;
    path = `/api/bodies/${id}`;
    await describeDataset(server, id);
  });

  const post = (target: string, body: unknown, who: Who = "cleo") =>
    server.askAs(who, path + target, { method: "POST", body });
  const page = async (request: BodyPageRequest) => {
    const answer = await post("/query", request, "ada");
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return parseLossless(answer.body.toString()) as BodyPage;
  };
  const ids = (found: BodyPage) => found.bodies.map(({ body }) => body);
  const edit = (edits: readonly Told<BodyEdit>[], who: Who = "cleo") =>
    post(
      "/edits",
      { edits: edits.map((each) => ({ base: {}, ...each })) },
      who,
    );
  const edited = async (edits: readonly Told<BodyEdit>[], who?: Who) => {
    const answer = await edit(edits, who);
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return jsonOf<BodiesWritten>(answer);
  };

  it("comes in pages, in the order of the ids or of a field, with the fields that are wanted", async () => {
    await edited([
      { body: BIG, set: { type: "b", n: 2 } },
      { body: "3", set: { type: "a", n: 10 } },
      { body: "20", set: { type: "a" } },
      { body: "100", set: { n: "x" } },
    ]);
    const all = await page({ query: {} });
    expect(ids(all)).toEqual(["3", "20", "100", BIG]);
    expect(all.total).toBe(4);
    expect<unknown>(all.bodies[0].fields).toEqual({ type: "a", n: 10 });
    const second = await page({ query: {}, offset: 1, limit: 2 });
    expect(ids(second)).toEqual(["20", "100"]);
    expect(second.total).toBe(4);
    const by = async (field: string, descending = false) =>
      ids(await page({ query: {}, order: { field, descending } }));
    expect(await by("type")).toEqual(["3", "20", BIG, "100"]);
    expect(await by("type", true)).toEqual([BIG, "3", "20", "100"]);
    expect(await by("n")).toEqual([BIG, "3", "100", "20"]);
    expect(await by("bodyid", true)).toEqual([BIG, "100", "20", "3"]);
    // The selected segments, as texts.
    const selected = { bodyid: [BIG, "3", "4"] };
    const some = await page({ query: selected, fields: ["n"], show: "user" });
    expect<unknown>(some.bodies.map(({ fields }) => fields)).toEqual([
      { n: 10, n_user: "cleo@lab.org" },
      { n: 2, n_user: "cleo@lab.org" },
    ]);
    const answer = await post("/ids", { query: { type: "re/." } }, "ada");
    expect(jsonOf<BodyIds>(answer).ids).toEqual(["3", "20", BIG]);
    expect(
      expectProblem(
        await post("/query", { query: { a: "re/(" } }, "ada"),
        400,
        "bad-body",
      ).detail,
    ).toMatch(/^query\.a: /);
  });

  it("is edited by two people without loss: what another has changed is told, and nothing is written", async () => {
    await edited([{ body: "1", set: { type: "a", status: "s" } }]);
    const asSeen = { type: "a", status: "s" };
    await edited([{ body: "1", set: { type: "b" }, base: asSeen }], "dora");
    // Another field of the same body is no conflict.
    await edited([{ body: "1", set: { status: "t" }, base: asSeen }]);
    const refused = await edit([
      { body: "2", set: { type: "new" } },
      { body: "1", set: { type: "c", status: "u" }, base: asSeen },
    ]);
    expectProblem(refused, 409, "bodies-changed");
    const { conflicts } = jsonOf<{ conflicts: BodyConflict[] }>(refused);
    expect<unknown>(conflicts).toEqual([
      {
        ...{ body: "1", field: "type", base: "a", found: "b" },
        ...{ user: "dora@lab.org", time: jasmine.any(String) },
      },
      {
        ...{ body: "1", field: "status", base: "s", found: "t" },
        ...{ user: "cleo@lab.org", time: jasmine.any(String) },
      },
    ]);
    expect<unknown>(
      (await page({ query: {} })).bodies.map((row) => row.fields),
    ).toEqual([{ type: "b", status: "t" }]);
    // The answer was lost, and the same comes again.
    const lost = { body: "1", set: { type: "d" }, base: { type: "b" } };
    const first = await edited([lost]);
    expect(await edited([lost])).toEqual(first);
    // Undo is the same the other way round; the last field takes the body along.
    await edited([{ body: "1", set: { type: "b" }, base: { type: "d" } }]);
    const gone = await edited([
      {
        body: "1",
        set: { type: null, status: null },
        base: { type: "b", status: "t" },
      },
    ]);
    expect<unknown>(gone.bodies[0].fields).toBe(null);
    expect((await page({ query: {} })).total).toBe(0);
    await edited([{ body: "1", set: { type: "b" }, base: {} }]);
    expect((await page({ query: {} })).total).toBe(1);
  });

  it("refuses what is none by its key, and whoever may not write", async () => {
    for (const [body, named] of [
      [{ edits: [{ body: "0", set: { a: 1 }, base: {} }] }, "edits.0.body"],
      [{ edits: [{ body: 1, set: { a: 1 }, base: {} }] }, "edits.0.body"],
      [{ edits: [{ body: "1", set: {}, base: {} }] }, "edits.0"],
      [{ edits: [{ body: "1", set: { bodyid: 1 }, base: {} }] }, "edits.0.set"],
      [{ edits: [{ body: "1", set: { a_user: "x" }, base: {} }] }, "edits.0"],
      [{ edits: [{ body: "1", set: { a: 1 } }] }, "edits.0.base"],
      [{ edits: "all" }, "edits"],
    ] as const) {
      const answer = await post("/edits", body);
      expect(expectProblem(answer, 400, "bad-body").detail)
        .withContext(JSON.stringify(body))
        .toMatch(`^${named.replaceAll(".", "\\.")}`);
    }
    const edits = [{ body: "1", set: { a: 1 } }];
    for (const who of ["ada", "bob", "eve"] as const)
      expectProblem(await edit(edits, who), 403, "forbidden");
    expect((await page({ query: {} })).total).toBe(0);
  });

  it("tells what is new since a revision, in pieces, and by 304 that nothing is", async () => {
    const infoOf = async (who: Who) => {
      const answer = await server.askAs(who, path);
      return { answer, info: jsonOf<BodiesInfo>(answer) };
    };
    expect((await infoOf("ada")).info).toEqual({
      ...{ store: "own", version: "", revision: 0, hasNews: true, count: 0 },
      ...{ mayWrite: false, mayDelete: false },
    });
    await edited(["1", "2", "3"].map((body) => ({ body, set: { type: "a" } })));
    await edited([{ body: "2", set: { type: "b" }, base: { type: "a" } }]);
    const remove = `/v2/json-annotations/${id}/neurons/id-number/1`;
    await server.askAs("dora", remove, { method: "DELETE" });
    const news = async (since: number, limit = 1000) =>
      jsonOf<BodyNews>(
        await server.askAs(
          "ada",
          `${path}/changes?since=${since}&limit=${limit}`,
        ),
      );
    const seen: unknown[] = [];
    let since = 0;
    for (let isAll = false; !isAll;) {
      const { revision, complete, bodies } = await news(since, 2);
      seen.push(...bodies.map(({ body, fields }) => [body, fields?.type]));
      [since, isAll] = [revision, complete];
    }
    expect(seen).toEqual([
      ["3", "a"],
      ["2", "b"],
      ["1", undefined],
    ]);
    expect(await news(since)).toEqual({
      ...{ revision: since, complete: true, bodies: [] },
    });
    const { answer, info } = await infoOf("dora");
    expect(info).toEqual({
      ...{ store: "own", version: "", revision: since, hasNews: true },
      ...{ count: 2, mayWrite: true, mayDelete: true },
    });
    const again = { headers: { "If-None-Match": String(answer.headers.etag) } };
    expect((await server.askAs("dora", path, again)).status).toBe(304);
    await edited([{ body: "9", set: { type: "a" } }]);
    expect((await server.askAs("dora", path, again)).status).toBe(200);
  });
});
