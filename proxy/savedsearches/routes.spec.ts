import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";

const A = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
const B = "7f9619ff-8b86-4d01-b42d-00cf4fc964ff";

describe("Saved searches at one place", () => {
  let server: GroupServer;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());

  const path = "/v2/savedsearches/vnc";
  const place = `${path}?x=1&y=2&z=3`;

  async function put(query: string, note: string): Promise<number> {
    const answer = await server.askAs("bob", place + query, {
      method: "PUT",
      body: { note },
    });
    expect(answer.status).withContext(query).toBe(200);
    const written = jsonOf<{ timestamp: number } | null>(answer);
    return Math.round((written?.timestamp ?? 0) * 1000);
  }

  const all = async () =>
    jsonOf<Record<string, { note: string; location: number[] }>>(
      await server.askAs("bob", path),
    );

  it("are told apart by an id, and each follows the version that its writer knew", async () => {
    await put("", "of the original");
    const first = await put(`&id=${A}&base=0`, "one");
    await put(`&id=${B}&base=0`, "another");
    const notes = Object.values(await all()).map(({ note }) => note);
    expect(notes.sort()).toEqual(["another", "of the original", "one"]);
    for (const { location } of Object.values(await all())) {
      expect(location).toEqual([1, 2, 3]);
    }

    const second = await put(`&id=${A}&base=${first}`, "changed");
    expect(second).toBeGreaterThan(first);
    for (const method of ["PUT", "DELETE"]) {
      const late = await server.askAs(
        "bob",
        `${place}&id=${A}&base=${first}`,
        method === "PUT" ? { method, body: { note: "late" } } : { method },
      );
      expectProblem(late, 409, "changed-meanwhile");
    }
    await server.askAs("bob", `${place}&id=${A}&base=${second}`, {
      method: "DELETE",
    });
    expect(Object.keys(await all())).toEqual(["1_2_3", `1_2_3_${B}`]);
  });

  it("are written for nobody but whoever they were meant for", async () => {
    const answer = await server.askAs("bob", `${place}&email=ada@lab.org`, {
      method: "PUT",
      body: { note: "of Ada" },
    });
    expectProblem(answer, 409, "other-person");
    const wrong = await server.askAs("bob", `${place}&id=one`, {
      method: "PUT",
      body: {},
    });
    expectProblem(wrong, 400, "bad-query");
  });
});
