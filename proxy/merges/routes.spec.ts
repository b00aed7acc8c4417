import {
  type MergeRequest,
  type OpenedRequest,
  type PublicMerge,
  type PublicMerges,
  type RequestAct,
  type RequestHead,
  type RequestList,
  roundOf,
} from "../../src/clio/model/merge_request.js";
import { decision, mergeId } from "../../src/clio/model/testing/merges.js";
import type { PersonName } from "../identity/testing/issuer.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem, startServer } from "../testing/server_fixture.js";

type Who = PersonName | "root";

const list = "/api/merge-requests/vnc";
const step = (revision: number) => ({ revision, note: "because" });

describe("A request of merges over HTTP", () => {
  let server: GroupServer;
  let made = 0;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());

  const post = (who: Who, target: string, body: unknown) =>
    server.askAs(who, target, { method: "POST", body });
  const make = async (ends: readonly (readonly [bigint, bigint])[]) => {
    const id = mergeId(0x1000 + made);
    const merges = ends.map(([onto, merged]) => decision(++made, onto, merged));
    const body = {
      ...{ id, version: "", state: "submitted", merges },
      ...{ title: "The same axon", reason: "Microtubules" },
    };
    const answer = await post("bob", list, body);
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return { head: jsonOf<RequestHead>(answer), body };
  };
  const act = (who: Who, id: string, what: RequestAct) =>
    post(who, `${list}/${id}`, what);
  const acted = async (who: Who, id: string, what: RequestAct) => {
    const answer = await act(who, id, what);
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return jsonOf<RequestHead>(answer);
  };
  const opened = async (who: Who, id: string) =>
    jsonOf<OpenedRequest>(await server.askAs(who, `${list}/${id}`));
  const accept = async (who: Who, request: MergeRequest) => {
    for (const { merge } of roundOf(request).merges) {
      const round = request.rounds.length;
      await acted(who, request.id, {
        ...({ act: "decide", verdict: "accepted" } as const),
        round,
        merges: [merge.id],
      });
    }
  };
  /** The specs share a server and run in any order: others' merges are there too. */
  const publicMergesOf = async (who: Who, request: string) =>
    jsonOf<{ merges: PublicMerge[] }>(
      await server.askAs(who, "/api/merges/vnc"),
    ).merges.filter((merge) => merge.request === request);

  it("is submitted once, reviewed by another, applied once, and then holds for everybody with the credit of both", async () => {
    const { head, body } = await make([
      [2n ** 64n - 1n, 9007199254740993n],
      [5n, 6n],
    ]);
    // The answer was lost.
    expect(jsonOf(await post("bob", list, body))).toEqual(head);
    const { id } = head;
    const { request, mayReview } = await opened("cleo", id);
    expect(mayReview).toBe(true);
    // Whoever asks is the author, whatever the merges say.
    expect(roundOf(request).merges[0].merge.user).toBe("bob@lab.org");
    expectProblem(
      await act("cleo", id, { act: "approve", ...step(1) }),
      409,
      "not-now",
    );
    const [first, second] = roundOf(request).merges.map(({ merge }) => merge);
    await accept("cleo", request);
    const round = 1;
    await acted("dora", id, {
      ...({ act: "decide", verdict: "rejected" } as const),
      round,
      merges: [second.id],
    });
    await acted("bob", id, {
      ...{ act: "comment", round, merge: second.id, text: "Are you sure?" },
    });
    const { revision } = (await opened("cleo", id)).request;
    const { revision: approved } = await acted("cleo", id, {
      ...{ act: "approve", ...step(revision) },
    });
    expect(await publicMergesOf("ada", id)).toEqual([]);
    for (let i = 0; i < 2; ++i) {
      const apply = { act: "apply", ...step(approved) } as const;
      expect((await acted("dora", id, apply)).state).toBe("applied");
    }
    expect(await publicMergesOf("ada", id)).toEqual([
      {
        merge: { ...first, user: "bob@lab.org" },
        ...{ reviewer: "cleo@lab.org", request: id },
        applied: jasmine.any(Number),
      },
    ]);
    const page = async (after: number) =>
      jsonOf<PublicMerges>(
        await server.askAs("ada", `/api/merges/vnc?after=${after}`),
      );
    const { position, more } = await page(0);
    expect(more).toBe(false);
    expect(await page(position)).toEqual({ merges: [], position, more });
    const audit = jsonOf<{ actor: string; action: string; detail: string }[]>(
      await server.askAs("root", "/api/audit"),
    ).filter(({ detail }) => detail.includes(id));
    expect(audit.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      "dora@lab.org merge request: apply",
      "cleo@lab.org merge request: approve",
      "bob@lab.org merge request: comment",
      "dora@lab.org merge request: decide",
      "cleo@lab.org merge request: decide",
      "cleo@lab.org merge request: decide",
      "bob@lab.org merge request: make submitted",
    ]);
  });

  it("is nobody's own to review, no reader's and no stranger's, and a draft is its author's alone", async () => {
    const { head } = await make([[31n, 32n]]);
    const decide = {
      ...({ act: "decide", round: 1, verdict: "accepted" } as const),
      merges: [mergeId(made)],
    };
    expectProblem(await act("bob", head.id, decide), 403, "forbidden");
    expectProblem(await act("ada", head.id, decide), 404, "not-found");
    expectProblem(await act("eve", head.id, decide), 403, "forbidden");
    const withdraw = { act: "withdraw", ...step(1) } as const;
    expectProblem(await act("cleo", head.id, withdraw), 403, "forbidden");
    const dora = { id: mergeId(0x2000), version: "", state: "draft" };
    await post("dora", list, {
      ...dora,
      ...{ title: "Mine", reason: "", merges: [decision(0x2001, 33, 34)] },
    });
    expect((await opened("dora", dora.id)).mayReview).toBe(false);
    expectProblem(
      await server.askAs("cleo", `${list}/${dora.id}`),
      404,
      "not-found",
    );
    const seenBy = async (who: Who) =>
      jsonOf<RequestList>(await server.askAs(who, list));
    const ids = ({ requests }: RequestList) => requests.map(({ id }) => id);
    expect(ids(await seenBy("dora"))).toContain(dora.id);
    expect(ids(await seenBy("cleo"))).not.toContain(dora.id);
    expect(ids(await seenBy("cleo"))).toContain(head.id);
    expect(await seenBy("ada")).toEqual({ requests: [], isReviewer: false });
    expect((await acted("bob", head.id, withdraw)).state).toBe("withdrawn");
  });

  it("is not acted on by whoever has not seen what it is now, and is asked for again as something new", async () => {
    const { head } = await make([[41n, 42n]]);
    const { id } = head;
    const changes = { act: "request changes", ...step(1) } as const;
    const { revision } = await acted("cleo", id, changes);
    expectProblem(await act("cleo", id, changes), 409, "changed-meanwhile");
    const submit = { act: "submit", ...step(revision) } as const;
    const content = {
      ...{ title: "Better", reason: "" },
      merges: [decision(0x3001, 42, 43)],
    };
    await acted("bob", id, { ...submit, content });
    const { request } = await opened("cleo", id);
    expect(request.rounds.map(({ title }) => title)).toEqual([
      "The same axon",
      "Better",
    ]);
    const merge = mergeId(0x3001);
    const late = { act: "comment", round: 1, merge, text: "?" } as const;
    expectProblem(await act("cleo", id, late), 409, "not-now");
  });

  it("is told what is in the way of it", async () => {
    const { head: one } = await make([
      [1n, 51n],
      [5n, 52n],
    ]);
    const { head: two } = await make([
      [60n, 51n],
      [6n, 53n],
    ]);
    const { conflicts } = await opened("cleo", two.id);
    expect(
      conflicts.map(({ kind, segment, whole, request }) => [
        ...[kind, segment, whole, request?.id],
      ]),
    ).toEqual([["contradicts another request", "51", "1", one.id]]);
    expectProblem(
      await post("bob", list, {
        ...{ id: mergeId(0x4000), version: "v2", state: "submitted" },
        ...{ title: "Of others", reason: "", merges: [decision(1, 1, 2)] },
      }),
      409,
      "other-version",
    );
  });

  it("is not told of as applied where another merge has the id of one of its own", async () => {
    const { head } = await make([[71n, 72n]]);
    const { request } = await opened("cleo", head.id);
    await accept("cleo", request);
    const { revision } = (await opened("cleo", head.id)).request;
    const approve = { act: "approve", ...step(revision) } as const;
    const approved = await acted("cleo", head.id, approve);
    const [{ merge }] = roundOf(request).merges;
    await server.storage.write((writer) =>
      writer.addPublicMerges({ dataset: "vnc", version: "" }, [
        {
          merge: { ...merge, merged: "73" },
          ...{ reviewer: "dora@lab.org", request: mergeId(0x7000), applied: 1 },
        },
      ]),
    );
    const apply = { act: "apply", ...step(approved.revision) } as const;
    expectProblem(await act("cleo", head.id, apply), 409, "id-taken");
    expect((await opened("cleo", head.id)).request.state).toBe("approved");
    expectProblem(
      await post("bob", list, {
        ...{ id: mergeId(0x7001), version: "", state: "submitted" },
        ...{ title: "T", reason: "", merges: [merge] },
      }),
      409,
      "id-taken",
    );
  });

  it("is refused by the field where it is none", async () => {
    const body = {
      ...{ id: mergeId(0x5000), version: "", state: "submitted" },
      ...{ title: "T", reason: "", merges: [decision(1, 1, 2)] },
    };
    for (const [wrong, field] of [
      [{ merges: [] }, "merges"],
      [{ merges: [decision(1, 1, 2), decision(1, 1, 2)] }, "merges"],
      [{ merges: [decision(1, 7, 7)] }, "merges.0.merged"],
      [{ title: " \n" }, "title"],
      [{ state: "approved" }, "state"],
      [
        { merges: [decision(1, 1, 2, { created: Date.now() + 1e9 })] },
        "merges.0.created",
      ],
    ] as const) {
      const answer = await post("bob", list, { ...body, ...wrong });
      expectProblem(answer, 400, "bad-body");
      expect(answer.body.toString()).toContain(field);
    }
    for (const wrong of ["version=%00", "after=-1", "after=x"]) {
      expectProblem(
        await server.askAs("ada", `/api/merges/vnc?${wrong}`),
        400,
        "bad-query",
      );
    }
  });
});

describe("A request of merges on one's own machine", () => {
  it("is reviewed by its author, who is told of as such", async () => {
    const server = await startServer({
      "data/volumes/vnc/dataset.json": JSON.stringify({
        neuroglancer: {
          dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
          layers: [{ type: "image", name: "image", source: "./image" }],
        },
      }),
    });
    try {
      const post = (target: string, body: unknown) =>
        server.ask(target, { method: "POST", body });
      const id = mergeId(1);
      await post(list, {
        ...{ id, version: "", state: "submitted" },
        ...{ title: "Mine", reason: "", merges: [decision(2, 1, 2)] },
      });
      const round = 1;
      const verdict = "accepted";
      const merges = [mergeId(2)];
      for (const act of [
        { act: "decide", round, merges, verdict },
        { act: "approve", revision: 2 },
        { act: "apply", revision: 3 },
      ]) {
        const answer = await post(`${list}/${id}`, act);
        expect(answer.status).withContext(answer.body.toString()).toBe(200);
      }
      const held = jsonOf<{ merges: PublicMerge[] }>(
        await server.ask("/api/merges/vnc"),
      );
      expect(
        held.merges.map((each) => [each.merge.user, each.reviewer]),
      ).toEqual([["local", "local"]]);
    } finally {
      await server.close();
    }
  });
});
