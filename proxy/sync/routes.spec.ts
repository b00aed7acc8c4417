import { get } from "node:http";
import type {
  DeliveredEdit,
  News,
  Outcome,
} from "../../src/clio/model/sync.js";
import type { AnnotationRecord } from "../../src/clio/model/annotation.js";
import { mergesDataset } from "../../src/clio/model/merge.js";
import { decision } from "../../src/clio/model/testing/merges.js";
import { editAccounts } from "../accounts/accounts.js";
import { point, uuid } from "../storage/testing/rows.js";
import {
  bearer,
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";
import { people, type PersonName } from "../identity/testing/issuer.js";

const laptop = uuid(1001);
const desk = uuid(1002);

describe("Sync", () => {
  let server: GroupServer;
  beforeEach(async () => {
    server = await startGroupServer();
  });
  afterEach(() => server.close());

  let changes = 0;
  const change = (
    device: string,
    edits: DeliveredEdit[],
    dataset = "vnc",
    id = uuid(5000 + changes++),
  ) => ({ id, device, dataset, at: 1, label: "x", edits });

  async function deliver(
    ...delivered: ReturnType<typeof change>[]
  ): Promise<Outcome[]> {
    const answer = await server.askAs("bob", "/api/sync/changes", {
      method: "POST",
      body: { changes: delivered },
    });
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return jsonOf<{ outcomes: Outcome[] }>(answer).outcomes;
  }
  const news = async (since = 0, who: PersonName = "bob", more = "") =>
    jsonOf<News>(
      await server.askAs(who, `/api/sync/news?since=${since}${more}`),
    );
  const put = (
    id: string,
    base: number,
    more: object,
    ...changed: string[]
  ): DeliveredEdit => ({
    op: "put",
    record: point(id, more),
    base,
    ...(changed.length === 0 ? {} : { changed }),
  });

  it("applies a change once by its id, and says again what it came to", async () => {
    const one = change(laptop, [put(uuid(1), 0, { description: "a" })]);
    const first = await deliver(one);
    const twice = await deliver(one, change(laptop, []), one);
    expect(first[0]).toEqual({ id: one.id, revision: 1, conflicts: [] });
    expect([twice[0], twice[2]]).toEqual([first[0], first[0]]);
    expect((await news()).revision).toBe(2);
  });

  it("takes nothing that was made for somebody else than who is signed in", async () => {
    const body = {
      user: people.ada.email,
      changes: [change(laptop, [put(uuid(1), 0, {})])],
    };
    const answer = await server.askAs("bob", "/api/sync/changes", {
      method: "POST",
      body,
    });
    expectProblem(answer, 403, "other-user");
    expect((await news()).revision).toBe(0);
  });

  it("knows whose a record is from who signed in, whatever the record says", async () => {
    await deliver(change(laptop, [put(uuid(1), 0, { user: "ada@lab.org" })]));
    const [{ record }] = (await news()).records;
    expect(record?.user).toBe("bob@lab.org");
    // And the id of somebody else's change is nobody else's.
    const [{ id }] = await deliver(change(laptop, []));
    const own = await server.askAs("cleo", "/api/sync/changes", {
      method: "POST",
      body: { changes: [change(desk, [put(uuid(1), 0, {})], "vnc", id)] },
    });
    expect(jsonOf<{ outcomes: Outcome[] }>(own).outcomes[0].revision).toBe(1);
    expect((await news()).records.length).toBe(1);
  });

  it("merges what two devices changed apart, where it is not the same", async () => {
    const [{ revision: base }] = await deliver(
      change(laptop, [put(uuid(1), 0, { description: "a" })]),
    );
    await deliver(
      change(laptop, [put(uuid(1), base, { description: "b" }, "description")]),
    );
    const [late] = await deliver(
      change(desk, [
        put(uuid(1), base, { description: "a", title: "T" }, "title"),
      ]),
    );
    expect(late.conflicts).toEqual([]);
    const [{ record }] = (await news()).records;
    const { description, title } = record as AnnotationRecord;
    expect([description, title]).toEqual(["b", "T"]);
  });

  it("shows both values where they changed the same, until somebody settles it", async () => {
    const [{ revision: base }] = await deliver(
      change(laptop, [put(uuid(1), 0, { description: "a" })]),
    );
    await deliver(
      change(laptop, [put(uuid(1), base, { description: "b" }, "description")]),
    );
    const [{ conflicts }] = await deliver(
      change(desk, [put(uuid(1), base, { description: "c" }, "description")]),
    );
    expect(conflicts.length).toBe(1);
    const [{ id, kept, refused, field }] = conflicts;
    expect([field, kept, refused]).toEqual(["description", "b", "c"]);
    const before = await news();
    expect(before.conflicts.map((each) => each.settled)).toEqual([false]);
    await deliver(
      change(desk, [
        put(uuid(1), before.revision, { description: "c" }, "description"),
        { op: "settle", conflict: id },
      ]),
    );
    const after = await news(before.revision);
    expect(after.conflicts.map((each) => each.settled)).toEqual([true]);
    expect(after.records[0].record?.description).toBe("c");
  });

  it("gives up no edit for a deletion: the record stays or comes back, and the person is told", async () => {
    const [{ revision: base }] = await deliver(
      change(laptop, [put(uuid(1), 0, {}), put(uuid(2), 0, {})]),
    );
    await deliver(
      change(laptop, [
        put(uuid(1), base, { description: "edited" }, "description"),
        { op: "delete", id: uuid(2), base },
      ]),
    );
    const [{ conflicts }] = await deliver(
      change(desk, [
        { op: "delete", id: uuid(1), base },
        put(uuid(2), base, { description: "edited too" }, "description"),
      ]),
    );
    expect(conflicts.map(({ field }) => field)).toEqual(["record", "record"]);
    const { records } = await news();
    expect(
      records.map(({ id, record }) => [id, record?.description]).sort(),
    ).toEqual([
      [uuid(1), "edited"],
      [uuid(2), "edited too"],
    ]);
  });

  it("keeps the merges of a dataset for whoever may mark it, with ids of 64 bits, and gives them to nobody else", async () => {
    const merges = (dataset: string) => mergesDataset({ dataset, version: "" });
    const record = {
      id: uuid(1),
      kind: "merge" as const,
      onto: "18446744073709551615",
      merged: "18446744073709551614",
      act: uuid(2),
      description: "",
      user: people.bob.email,
      created: 1,
      modified: 1,
    };
    const edits = [{ op: "put" as const, record, base: 0 }];
    await deliver(change(laptop, edits, merges("vnc")));
    const [kept] = (await news()).records;
    expect(kept).toEqual({
      id: record.id,
      dataset: merges("vnc"),
      revision: 1,
      record,
    });
    const elsewhere = await server.askAs("bob", "/api/sync/changes", {
      method: "POST",
      body: { changes: [change(laptop, edits, merges("other"))] },
    });
    expectProblem(elsewhere, 403, "forbidden");
    const whose = `user=${people.bob.email}&dataset=${encodeURIComponent(merges("vnc"))}`;
    const others = await server.askAs("cleo", `/api/sync/news?${whose}`);
    expectProblem(others, 403, "forbidden");
  });

  it("tells other devices of deletions", async () => {
    await deliver(change(laptop, [put(uuid(1), 0, {})]));
    const { revision } = await news();
    await deliver(
      change(laptop, [{ op: "delete", id: uuid(1), base: revision }]),
    );
    const { records } = await news(revision);
    expect(records).toEqual([
      { id: uuid(1), dataset: "vnc", revision: revision + 1 },
    ]);
  });

  it("catches up in bulk, a page at a time, and parts no change", async () => {
    const edits = Array.from({ length: 12_000 }, (_, n) => put(uuid(n), 0, {}));
    await deliver(
      change(laptop, edits.slice(0, 7_000)),
      change(laptop, edits.slice(7_000)),
    );
    const first = await news();
    expect([first.records.length, first.more]).toEqual([7_000, true]);
    const second = await news(first.revision);
    expect([second.records.length, second.more]).toEqual([5_000, false]);
    expect((await news(second.revision)).records).toEqual([]);
  });

  it("takes nothing of a delivery where something in it is wrong or may not be", async () => {
    const good = change(laptop, [put(uuid(1), 0, {})]);
    const post = (body: unknown) =>
      server.askAs("bob", "/api/sync/changes", { method: "POST", body });
    for (const [bad, field] of [
      [{ ...good, id: "x" }, "changes.1.id"],
      [
        { ...good, edits: [{ op: "put", base: 0 }] },
        "changes.1.edits.0.record",
      ],
      [{ ...good, edits: [{ op: "move" }] }, "changes.1.edits.0.op"],
      [change(laptop, [put(uuid(1), -1, {})]), "changes.1.edits.0.base"],
      [change(laptop, [put("X", 0, {})]), "changes.1.edits.0.record.id"],
      [{ ...good, at: 1.5 }, "changes.1.at"],
    ] as const) {
      const answer = await post({ changes: [good, bad] });
      expect(expectProblem(answer, 400, "bad-body").detail).toContain(field);
    }
    const other = await post({ changes: [good, change(laptop, [], "other")] });
    expectProblem(other, 403, "forbidden");
    const many = await post({ changes: Array(257).fill(good) });
    expectProblem(many, 400, "bad-body");
    expect((await news()).revision).toBe(0);
  });

  it("keeps marks on an image that no dataset has for their author alone", async () => {
    const image = "image:precomputed://gs://bucket/image";
    await deliver(change(laptop, [put(uuid(1), 0, {})], image));
    const query = `&dataset=${encodeURIComponent(image)}`;
    expect((await news(0, "bob", query)).records.length).toBe(1);
    await editAccounts(
      server.storage,
      ["ada", "bob"].map((name) => ({
        op: "join",
        user: `${name}@lab.org`,
        group: "team",
      })),
      "the spec",
    );
    const sight = `/api/sync/news?user=bob@lab.org${query}`;
    expect((await server.askAs("ada", sight)).status).toBe(403);
  });

  describe("by server-sent events", () => {
    interface Stream {
      status: number;
      text: () => string;
      until: (found: RegExp) => Promise<void>;
      close: () => void;
      ended: Promise<void>;
    }

    async function open(who: PersonName, query = ""): Promise<Stream> {
      const token = await server.issuer.idToken(people[who]);
      return openWith(token, query);
    }

    function openWith(token: string, query = ""): Promise<Stream> {
      return new Promise((resolve, reject) => {
        const request = get(
          {
            host: "127.0.0.1",
            port: server.port,
            path: `/api/sync/events${query}`,
            headers: bearer(token),
            agent: false,
          },
          (response) => {
            let text = "";
            const waiting = new Set<() => void>();
            response.setEncoding("utf8");
            response.on("data", (part: string) => {
              text += part;
              for (const look of waiting) look();
            });
            const ended = new Promise<void>((end) => response.on("close", end));
            resolve({
              status: response.statusCode ?? 0,
              text: () => text,
              until: (found) =>
                new Promise((done) => {
                  const look = () => {
                    if (!found.test(text)) return;
                    waiting.delete(look);
                    done();
                  };
                  waiting.add(look);
                  look();
                }),
              close: () => request.destroy(),
              ended,
            });
          },
        );
        request.on("error", reject);
      });
    }

    it("says at once that something is new, to all devices of the person", async () => {
      const streams = await Promise.all([open("bob"), open("bob")]);
      await deliver(change(laptop, [put(uuid(1), 0, {})]));
      for (const stream of streams) {
        await stream.until(/"revision":1}/);
        expect(stream.text()).toContain(
          'data: {"user":"bob@lab.org","dataset":"vnc","revision":1}\n\n',
        );
        stream.close();
      }
    });

    it("tells members of a group of each other, in datasets that they may read, and nobody else", async () => {
      const join = (name: string) =>
        ({ op: "join", user: `${name}@lab.org`, group: "team" }) as const;
      await editAccounts(
        server.storage,
        [join("ada"), join("bob"), join("eve")],
        "the spec",
      );
      const streams = await Promise.all([
        open("ada", "?groups=team"),
        open("eve", "?groups=team"),
        open("cleo"),
      ]);
      await deliver(change(laptop, [put(uuid(1), 0, {})]));
      await deliver(change(laptop, [put(uuid(2), 0, {})], "open"));
      const [ada, eve, cleo] = streams;
      await ada.until(/"dataset":"open"/);
      await eve.until(/"dataset":"open"/);
      expect(ada.text()).toContain('"dataset":"vnc"');
      expect(eve.text()).not.toContain("vnc");
      expect(cleo.text()).not.toContain("data:");
      for (const stream of streams) stream.close();
      const seen = await news(0, "ada", "&user=bob@lab.org&dataset=vnc");
      expect(seen.records.map(({ id }) => id)).toEqual([uuid(1)]);
    });

    it("says to all who may read a dataset that merges hold for everybody in it, and to nobody else", async () => {
      const streams = await Promise.all([open("ada"), open("eve")]);
      const [ada, eve] = streams;
      const list = "/api/merge-requests/vnc";
      const post = (who: PersonName, target: string, body: unknown) =>
        server.askAs(who, target, { method: "POST", body });
      const id = uuid(7000);
      await post("bob", list, {
        ...{ id, version: "", state: "submitted", title: "T", reason: "" },
        merges: [decision(1, 2n ** 64n - 1n, 9007199254740993n)],
      });
      const of = `${list}/${id}`;
      const merges = [decision(1, 1, 2).id];
      const verdict = "accepted";
      await post("cleo", of, { act: "decide", round: 1, merges, verdict });
      await post("cleo", of, { act: "approve", revision: 2 });
      expect(ada.text()).not.toContain("everybody");
      const applied = await post("cleo", of, { act: "apply", revision: 3 });
      expect(applied.status).toBe(200);
      await ada.until(/"user":"everybody"/);
      const dataset = mergesDataset({ dataset: "vnc", version: "" });
      expect(ada.text()).toContain(
        JSON.stringify({ user: "everybody", dataset, revision: 0 }),
      );
      // What comes next has come, and nothing before it.
      await server.askAs("eve", "/api/sync/changes", {
        method: "POST",
        body: { changes: [change(laptop, [put(uuid(1), 0, {})], "other")] },
      });
      await eve.until(/"user":"eve@lab.org"/);
      expect(eve.text()).not.toContain("everybody");
      for (const stream of streams) stream.close();
    });

    it("ends when the server stops, so that nothing holds it up", async () => {
      const stream = await open("bob");
      server.lifecycle.beginStop();
      await stream.ended;
      expect(stream.status).toBe(200);
    });

    it("is opened only so many times by one person", async () => {
      const token = await server.issuer.idToken(people.bob);
      const streams = [];
      for (let n = 0; n < 17; ++n) streams.push(await openWith(token));
      expect(streams.map(({ status }) => status)).toEqual([
        ...Array<number>(16).fill(200),
        429,
      ]);
      for (const stream of streams) stream.close();
    });
  });
});
