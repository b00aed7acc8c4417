import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";

describe("A person's own JSON", () => {
  let server: GroupServer;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());

  const post = (key: string, body: unknown) =>
    server.askAs("ada", `/v2/kv/merges-vnc/${key}`, { method: "POST", body });

  it("may be larger than the original's megabyte, and keeps ids of 64 bits", async () => {
    const ids = Array.from({ length: 100_000 }, () => "18446744073709551615");
    const text = `{"1":[${ids.join(",")}]}`;
    expect(text.length).toBeGreaterThan(1024 * 1024);
    const target = "/v2/kv/merges-vnc/mainToOthers";
    const method = "POST";
    const written = await server.askAs("bob", target, { method, body: text });
    expect(written.status).toBe(200);
    const answer = await server.askAs("bob", target);
    expect(answer.body.toString()).toBe(text);
  });

  it("says when it was written where it is asked, and keeps no time of its own", async () => {
    await post(
      "a",
      '{"x": 1, "constructor": {"prototype": 2}, "_timestamp": 5}',
    );
    const plain = await server.askAs("ada", "/v2/kv/merges-vnc/a");
    expect(jsonOf<object>(plain)).toEqual({
      x: 1,
      constructor: { prototype: 2 },
    });
    const timed = await server.askAs(
      "ada",
      "/v2/kv/merges-vnc/a?timestamp=true",
    );
    const { _timestamp } = jsonOf<{ _timestamp: number }>(timed);
    expect(Math.abs(_timestamp - Date.now() / 1000)).toBeLessThan(60);
  });

  it("is an object, and nobody else's to see or to delete", async () => {
    for (const body of ["[1]", "1", '"x"', "null"])
      expectProblem(await post("b", body), 400, "bad-body");
    await post("b", { mine: true });
    const target = "/v2/kv/merges-vnc/b";
    expectProblem(await server.askAs("bob", target), 404, "not-found");
    await server.askAs("bob", target, { method: "DELETE" });
    const own = await server.askAs("ada", target);
    expect(jsonOf<object>(own)).toEqual({ mine: true });
    await server.askAs("ada", target, { method: "DELETE" });
    expectProblem(await server.askAs("ada", target), 404, "not-found");
  });
});
