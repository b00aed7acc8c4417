import type { BodyFields } from "../model/body.js";
import { BodiesClient } from "./bodies_client.js";
import { refusalOf, problemOf } from "./bodies_problem.js";
import { BodiesSession } from "./bodies_session.js";

/** Bodies of a dataset that others write of whenever a page of them is read. */
class OthersWrite extends BodiesClient {
  readonly bodies = new Map<string, BodyFields>();
  others: () => void = () => undefined;

  override ids() {
    return Promise.resolve({ revision: 1, ids: [...this.bodies.keys()] });
  }

  override page(...[, { query }]: Parameters<BodiesClient["page"]>) {
    const asked = new Set((query as { bodyid: readonly string[] }).bodyid);
    const bodies = [...this.bodies]
      .filter(([body]) => asked.has(body))
      .map(([body, fields]) => ({ body, revision: 1, fields }));
    this.others();
    return Promise.resolve({ revision: 1, total: bodies.length, bodies });
  }
}

const everything = { query: {}, order: undefined };

describe("The bodies of a dataset", () => {
  let client: OthersWrite;
  let session: BodiesSession;

  beforeEach(() => {
    client = new OthersWrite();
    session = new BodiesSession(
      client,
      { dataset: "demo", changed: { add: () => () => undefined } },
      { datasets: () => Promise.resolve(new Map()) },
    );
  });

  afterEach(() => session.dispose());

  it("are read once each, whatever others write meanwhile", async () => {
    const ids = Array.from({ length: 4500 }, (_, i) => String(i + 1));
    for (const id of ids) client.bodies.set(id, { type: "KC" });
    // What is gone by then would move all after it by one.
    client.others = () => client.bodies.delete("1");
    const read: bigint[] = [];
    const { signal } = new AbortController();
    for await (const { bodies, total } of session.all(
      "demo",
      everything,
      signal,
    )) {
      expect(total).toBe(4500);
      read.push(...bodies.map(({ id }) => id));
    }
    expect(read.map(String)).toEqual(ids);
  });

  it("have nothing written where they are asked for anew and not told of", async () => {
    client.bodies.set("5", { type: "KC" });
    const told: unknown[] = [];
    session.written.add((bodies) => told.push(...bodies));
    await session.refresh("demo", [6n, 5n, 6n]);
    expect(told).toEqual([
      { id: 6n, fields: {} },
      { id: 5n, fields: { type: "KC" } },
    ]);
    await session.refresh("another", [5n]);
    expect(told.length).toBe(2);
  });
});

describe("A problem of bodies", () => {
  it("says that nothing was written where the server has said so alone", () => {
    const of = (status: number, code?: string) => {
      const { isRefusal, isFinal } = refusalOf(status, { detail: "No.", code });
      return [isRefusal, isFinal];
    };
    expect(of(400, "bad-body")).toEqual([true, true]);
    expect(of(403)).toEqual([true, true]);
    expect(of(401, "signed-out")).toEqual([true, false]);
    expect(of(429, "rate-limited")).toEqual([true, false]);
    expect(of(502, "bodies-half-written")).toEqual([false, false]);
    expect(of(504, "bodies-slow")).toEqual([false, false]);
    expect(problemOf("server-away").isRefusal).toBeFalse();
    expect(problemOf("too-slow").isRefusal).toBeFalse();
  });
});
