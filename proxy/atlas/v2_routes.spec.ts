import {
  type GroupServer,
  jsonOf,
  startGroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";
import { AtlasPeople } from "./testing/atlas_people.js";

interface Item {
  readonly id: string;
  readonly title: string;
  readonly verified: boolean;
  readonly timestamp: number;
}

const path = "/v2/atlas/vnc?x=10&y=20&z=30";
const item = {
  title: "A T-bar",
  user: "bob@lab.org",
  description: "Two platforms",
  kind: "point",
  pos: [10, 20, 30],
  prop: { timestamp: "5", big: 1 },
};

describe("The v2 interface of the atlas", () => {
  let server: GroupServer;
  let people: AtlasPeople;
  beforeAll(async () => {
    server = await startGroupServer();
    people = new AtlasPeople(server);
  });
  afterAll(() => server.close());

  const post = (who: "ada" | "bob" | "cleo", body: object) =>
    server.askAs(who, path, { method: "POST", body });

  const all = async (who: "ada" | "bob" | "cleo") =>
    jsonOf<Item[]>(await server.askAs(who, "/v2/atlas/all"));

  it("writes and reads the records that the viewer has, and verifies as reviewers do", async () => {
    const written = jsonOf<Item>(await post("bob", item));
    expect(written).toEqual(
      jasmine.objectContaining({
        ...item,
        tags: [],
        verified: false,
        dataset: "vnc",
        location: [10, 20, 30],
        locationkey: "10_20_30",
      }),
    );
    const { id } = written;
    expect((await people.sees("cleo", id))?.state).toBe("submitted");
    expect(await all("ada")).toEqual([]);
    const own = jsonOf<Record<string, Item>>(
      await server.askAs("bob", "/v2/atlas/vnc"),
    );
    expect(own).toEqual({ "10_20_30": written });

    // Of the extra parts of an item no reviewer sees any.
    const [{ prop, ...seen }] = (await all("cleo")) as (Item & {
      prop?: unknown;
    })[];
    expect(prop).toBe(undefined);
    const verified = await post("cleo", { ...seen, verified: true });
    expect(jsonOf<Item>(verified).verified).toBe(true);
    expect((await all("ada")).map(({ title }) => title)).toEqual(["A T-bar"]);

    await post("bob", { ...item, title: "Another" });
    expect((await all("ada"))[0].title).toBe("A T-bar");
    expectProblem(
      await post("cleo", { ...seen, verified: true }),
      409,
      "changed-meanwhile",
    );
    const [fresh] = await all("cleo");
    await post("cleo", { ...fresh, verified: false });
    expect(await all("ada")).toEqual([]);
    await server.askAs("bob", path, { method: "DELETE" });
    expect(jsonOf(await server.askAs("bob", "/v2/atlas/vnc"))).toEqual({});
    expect(await all("cleo")).toEqual([]);
  });

  it("verifies what a reviewer has seen, word for word, and does nothing where it is not told to", async () => {
    const written = jsonOf<Item>(await post("bob", { ...item, tags: ["a"] }));
    const send = (more: object) => post("cleo", { ...written, ...more });
    for (const other of [
      { tags: [] },
      { tags: undefined },
      { description: undefined },
      { timestamp: written.timestamp - 1 },
    ]) {
      const answer = await send({ ...other, verified: true });
      expectProblem(answer, 409, "changed-meanwhile");
    }
    const id = "00000000-0000-4000-8000-000000000000";
    expectProblem(await send({ id, verified: true }), 404, "not-found");
    expectProblem(await send({ user: "a\u0000" }), 400, "bad-body");
    await send({ verified: true });
    for (const verified of [undefined, null]) {
      expect(jsonOf<Item>(await send({ verified })).verified).toBe(true);
    }
    await server.askAs("bob", path, { method: "DELETE" });
    // What its author has deleted is in nobody's list, their own included.
    expect(await all("bob")).toEqual([]);
  });

  it("verifies nothing for its author, and wants a title and a user", async () => {
    expectProblem(
      await post("bob", { ...item, verified: true }),
      403,
      "forbidden",
    );
    expect((await post("ada", item)).status).toBe(403);
    for (const wrong of [
      { ...item, title: " " },
      { ...item, title: undefined },
      { ...item, user: undefined },
      { ...item, title: "x".repeat(301) },
    ]) {
      expectProblem(await post("bob", wrong), 400, "bad-body");
    }
    expect(await all("ada")).toEqual([]);
  });
});
