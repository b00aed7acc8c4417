import { mergesDataset, type MergeRecord } from "../../src/clio/model/merge.js";
import { decision, mergeId } from "../../src/clio/model/testing/merges.js";
import type { PersonName } from "../identity/testing/issuer.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";

const BIG = "18446744073709551615";
const NEAR = "9007199254740993";

describe("Merges as a script of the original writes and reads them", () => {
  let server: GroupServer;
  beforeEach(async () => {
    server = await startGroupServer();
  });
  afterEach(() => server.close());

  const scope = "/v2/kv/merges-vnc";
  const write = async (key: string, body: string, who: PersonName = "bob") => {
    const answer = await server.askAs(who, `${scope}/${key}`, {
      ...{ method: "POST", body },
    });
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
  };
  const read = async (key: string, who: PersonName = "bob") =>
    (await server.askAs(who, `${scope}/${key}`)).body.toString();
  const shelf = {
    user: "bob@lab.org",
    dataset: mergesDataset({ dataset: "vnc", version: "" }),
  };
  /** What the viewer gets of them. */
  const merges = async () =>
    (await server.storage.read.recordsOf(shelf)).flatMap(({ record }) =>
      record?.kind === "merge" ? [record] : [],
    );
  const named = (all: readonly MergeRecord[]) =>
    all.map(({ onto, merged }) => `${onto}<${merged}`).sort();

  it("become merges when the last of the three is written, and are read out of these with every digit", async () => {
    await write("mainToOthers", `{"7":[8],"${BIG}":[${NEAR},7]}`);
    expect(await read("mainToOthers")).toBe(`{"7":[8],"${BIG}":[${NEAR},7]}`);
    await write("otherToMain", `{"${NEAR}":${BIG},"7":${BIG},"8":7}`);
    expect(await merges()).toEqual([]);
    await write("mainOrdered", `{"array":[${BIG},7]}`);
    expect(named(await merges())).toEqual(
      [`${BIG}<7`, `${BIG}<${NEAR}`, "7<8"].sort(),
    );
    expect(await read("mainToOthers")).toBe(`{"7":[8],"${BIG}":[${NEAR},7]}`);
    expect(await read("mainOrdered")).toBe(`{"array":[${BIG},7]}`);
    expect(await read("otherToMain")).toBe(
      `{"7":${BIG},"8":7,"${NEAR}":${BIG}}`,
    );
    expect(
      Object.keys(jsonOf<object>(await server.askAs("bob", scope))),
    ).toEqual(["mainToOthers", "otherToMain", "mainOrdered"]);
    expect((await server.askAs("cleo", `${scope}/mainToOthers`)).status).toBe(
      404,
    );
  });

  it("destroy nothing: not by an empty map, by what is left out, by part of the three, nor in another order", async () => {
    const known = decision(1, 1, 2, {
      ...{ description: "the same axon", position: [1, 2, 3] },
    });
    await server.askAs("bob", "/api/sync/changes", {
      method: "POST",
      body: {
        changes: [
          {
            ...{ id: mergeId(9), device: mergeId(8), at: 1, label: "Merge" },
            dataset: shelf.dataset,
            edits: [{ op: "put", record: known, base: 0 }],
          },
        ],
      },
    });
    const [stored] = await merges();
    expect(stored.description).toBe("the same axon");
    await write("mainToOthers", "{}");
    expect(await merges()).toEqual([stored]);
    await write("otherToMain", "{}");
    await write("mainOrdered", '{"array":[]}');
    expect(await merges()).toEqual([stored]);
    expect(await read("mainToOthers")).toBe('{"1":[2]}');
    // A page that has not read what is stored, and writes the last first.
    await write("mainOrdered", '{"array":[3]}');
    await write("otherToMain", '{"4":3}');
    expect(await merges()).toEqual([stored]);
    await write("mainToOthers", '{"3":[4]}');
    expect(named(await merges())).toEqual(["1<2", "3<4"]);
    expect((await merges()).find(({ id }) => id === stored.id)).toEqual(stored);
    // What is one already is not decided once more.
    const all = await merges();
    await write("mainToOthers", '{"2":[1],"3":[4]}');
    await write("otherToMain", '{"1":2,"4":3}');
    await write("mainOrdered", '{"array":[2,3]}');
    expect(await merges()).toEqual(all);
    // All three have to be deleted.
    const remove = (key: string) =>
      server.askAs("bob", `${scope}/${key}`, { method: "DELETE" });
    await remove("mainToOthers");
    await remove("otherToMain");
    expect(await merges()).toEqual(all);
    await remove("mainOrdered");
    expect(await merges()).toEqual([]);
    expect((await server.askAs("bob", `${scope}/mainOrdered`)).status).toBe(
      404,
    );
  });

  it("are lost by no text that stands in the place of another, and do not come back where they were taken back", async () => {
    await write("mainToOthers", '{"1":[2]}');
    await write("mainToOthers", '{"3":[4]}');
    expect(named(await merges())).toEqual(["1<2"]);
    const pull = () =>
      server.askAs("bob", "/v2/pull-request", {
        method: "POST",
        body: { pull: "kv/merges-vnc/mainToOthers" },
      });
    expect((await pull()).status).toBe(200);
    expect(named(await merges())).toEqual(["1<2", "3<4"]);
    const edits = (await merges())
      .filter(({ onto }) => onto === "3")
      .map(({ id }) => ({ op: "delete", id, base: 2 ** 40 }));
    await server.askAs("bob", "/api/sync/changes", {
      method: "POST",
      body: {
        changes: [
          {
            ...{ id: mergeId(9), device: mergeId(8), at: 1, label: "Unmerge" },
            ...{ dataset: shelf.dataset, edits },
          },
        ],
      },
    });
    expect((await pull()).status).toBe(200);
    expect(named(await merges())).toEqual(["1<2"]);
  });

  it("may have been written when the scope was one like any other: what agrees is taken in when it is read, what is none is passed over", async () => {
    const put = (key: string, value: string) =>
      server.storage.write((writer) =>
        writer.putDocument({
          ...{ user: shelf.user, space: "kv", scope: "merges-vnc" },
          ...{ key, value, modified: 1 },
        }),
      );
    await put("mainToOthers", '{"x":"y"}');
    expect(await read("mainToOthers")).toBe('{"x":"y"}');
    await write("mainOrdered", '{"array":[1]}');
    await put("mainToOthers", '{"1":[2]}');
    await put("otherToMain", '{"2":1}');
    expect(await read("otherToMain")).toBe('{"2":1}');
    expect(named(await merges())).toEqual(["1<2"]);
  });

  it("are refused by the field where they are none, and nobody's who may not read the dataset", async () => {
    for (const [key, body] of [
      ["mainToOthers", '{"x":[1]}'],
      ["mainToOthers", '{"1":["y"]}'],
      ["mainToOthers", '{"1":[18446744073709551616]}'],
      ["otherToMain", '{"1":[2]}'],
      ["mainOrdered", "{}"],
    ]) {
      const answer = await server.askAs("bob", `${scope}/${key}`, {
        ...{ method: "POST", body },
      });
      expectProblem(answer, 400, "bad-body");
    }
    // To whoever may not read it, it is a scope like any other.
    await write("mainOrdered", "{}", "eve");
    expect(await read("mainOrdered", "eve")).toBe("{}");
  });

  it("are asked for by a pull request, once, which the viewer and the scripts see", async () => {
    await write("mainToOthers", `{"${BIG}":[${NEAR}]}`);
    const pull = { pull: "kv/merges-vnc/mainToOthers" };
    const post = (body: unknown) =>
      server.askAs("bob", "/v2/pull-request", { method: "POST", body });
    const sent = [pull, pull, pull].map(post);
    for (const each of sent) expect((await each).status).toBe(200);
    const heads = await server.storage.read.mergeRequests({});
    expect(heads.map(({ state, merges: n }) => [state, n])).toEqual([
      ["submitted", 1],
    ]);
    const answer = await server.askAs(
      ...(["root", "/v2/pull-request?user_email=all"] as const),
    );
    expect(answer.body.toString()).toMatch(
      new RegExp(
        `^\\{"bob@lab.org":\\{"merges-vnc":\\{"mainToOthers":\\{"${BIG}":\\[${NEAR}\\],"_timestamp":[\\d.]+\\}\\}\\}\\}$`,
      ),
    );
    expectProblem(
      await server.askAs("bob", "/v2/pull-request"),
      400,
      "bad-query",
    );
    expectProblem(
      await post({ pull: "kv/merges-none/mainToOthers" }),
      400,
      "bad-body",
    );
    expectProblem(
      await post({ pull: "kv/merges-\u0000/mainToOthers" }),
      400,
      "bad-body",
    );
    expectProblem(
      await server.askAs("root", "/v2/pull-request?user_email=%00"),
      400,
      "bad-query",
    );
  });
});
