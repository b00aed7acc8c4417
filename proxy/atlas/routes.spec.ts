import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type { AtlasEntry, EntryPictures } from "../../src/clio/model/atlas.js";
import { type GroupServer, jsonOf } from "../testing/group_server.js";
import { runs } from "../testing/counts.js";
import { expectProblem } from "../testing/server_fixture.js";
import {
  anyEntry,
  anyPicture,
  type AtlasPeople,
  hashOfPicture,
  startAtlasGroup,
} from "./testing/atlas_people.js";

/** Nobody who may not has any of these in an answer. */
const SECRET = "not-verified-by-anybody";

describe("The atlas", () => {
  let server: GroupServer;
  let people: AtlasPeople;
  let pictures: EntryPictures;
  beforeAll(async () => {
    ({ server, people, pictures } = await startAtlasGroup());
  });
  afterAll(() => server.close());

  /** An entry of Bob's that waits for a reviewer. */
  async function submitted(more: Partial<AtlasEntry> = {}) {
    const entry = anyEntry({ pictures, submitted: 5, ...more });
    await people.deliver("bob", entry);
    return entry;
  }

  const stateFor = async (who: "ada" | "bob" | "cleo", id: string) =>
    (await people.sees(who, id))?.state;

  it("goes its way: a draft is its author's, what is submitted the reviewers' too, what is verified everybody's", async () => {
    const draft = anyEntry({ pictures, title: SECRET });
    const { id } = draft;
    await people.deliver("bob", draft);
    for (const who of ["ada", "bob", "cleo"] as const) {
      expect(await stateFor(who, id)).toBe(undefined);
    }
    await people.deliver("bob", { ...draft, submitted: 5 });
    expect(await stateFor("ada", id)).toBe(undefined);
    expect(await stateFor("bob", id)).toBe("submitted");
    expect(await stateFor("cleo", id)).toBe("submitted");
    expect(JSON.stringify(await people.list("ada"))).not.toContain(SECRET);

    expectProblem(
      await people.review("cleo", id, "request-changes", { version: 1 }),
      400,
      "bad-body",
    );
    const comment = "Which cell is it?";
    await people.review("cleo", id, "request-changes", { version: 1, comment });
    const asked = await people.sees("bob", id);
    expect([asked?.state, asked?.comment]).toEqual([
      "changes requested",
      comment,
    ]);

    const better = { ...draft, title: "Of cell 7", submitted: 5, modified: 2 };
    await people.deliver("bob", better);
    expect((await people.sees("cleo", id))?.version).toBe(2);
    expectProblem(
      await people.review("cleo", id, "verify", { version: 1 }),
      409,
      "changed-meanwhile",
    );
    await people.review("cleo", id, "verify", { version: 2 });
    const read = await people.sees("ada", id);
    expect([read?.state, read?.entry.title]).toEqual(["verified", "Of cell 7"]);
    // What is between the author and the reviewers is nobody else's.
    expect(read?.comment).toBe(undefined);
    expect(read?.reviewer).toBe(undefined);

    await people.deliver("bob", { ...better, title: SECRET, modified: 3 });
    expect(await stateFor("cleo", id)).toBe("submitted");
    expect((await people.sees("ada", id))?.entry.title).toBe("Of cell 7");
    const alone = await server.askAs("ada", `/api/atlas/entries/vnc/${id}`);
    expect(jsonOf<{ entry: AtlasEntry }>(alone).entry.view).toEqual({
      layout: "xy",
    });
    expect(alone.body.toString()).not.toContain(SECRET);
    await people.review("dora", id, "verify", { version: 3 });
    expect((await people.sees("ada", id))?.entry.title).toBe(SECRET);

    await people.review("cleo", id, "unverify", { version: 3 });
    expect(await stateFor("ada", id)).toBe(undefined);
    expect(await stateFor("cleo", id)).toBe("submitted");
    const { gone } = await people.list("ada");
    expect(gone).toContain({ dataset: "vnc", id });
  });

  it("puts every step into the audit list: who did what to which version, and nothing that was refused or is a draft", async () => {
    const entry = anyEntry({ pictures });
    const { id } = entry;
    const own = (act: string) => people.review("bob", id, act, {});
    const comment = "Which cell is it?";
    await people.deliver("bob", entry);
    expect(await people.audit(id)).toEqual([]);
    await people.deliver("bob", { ...entry, submitted: 5 });
    await people.review("ada", id, "verify", { version: 1 });
    await people.review("bob", id, "verify", { version: 1 });
    await people.review("cleo", id, "request-changes", { version: 1, comment });
    const better = { ...entry, title: "Of cell 7", submitted: 5, modified: 2 };
    await people.deliver("bob", better);
    await people.review("cleo", id, "verify", { version: 1 });
    await people.review("cleo", id, "verify", { version: 2 });
    await people.deliver("bob", { ...better, title: "Of 8", modified: 3 });
    await people.deliver("bob", { ...better, modified: 4 });
    await people.review("dora", id, "unverify", { version: 4 });
    await own("withdraw");
    await own("withdraw");
    await own("submit");
    await people.deliver("bob", { gone: id });
    expect(await people.audit(id)).toEqual([
      "bob@lab.org atlas: submit, version 1",
      "cleo@lab.org atlas: request changes, version 1",
      "bob@lab.org atlas: submit, version 2",
      "cleo@lab.org atlas: verify, version 2",
      "bob@lab.org atlas: submit, version 3",
      "bob@lab.org atlas: return to what is public, version 4",
      "dora@lab.org atlas: unverify, version 4",
      "bob@lab.org atlas: withdraw, version 4",
      "bob@lab.org atlas: submit, version 5",
      "bob@lab.org atlas: withdraw, version 5",
    ]);
  });

  it("takes an entry from everybody when its author withdraws or deletes it, and asks anew when that is undone", async () => {
    const entry = await submitted();
    const { id } = entry;
    await people.review("cleo", id, "verify", { version: 1 });
    expect(await stateFor("ada", id)).toBe("verified");
    await server.askAs("bob", `/api/atlas/entries/vnc/${id}/withdraw`, {
      method: "POST",
    });
    expect(await stateFor("ada", id)).toBe(undefined);
    expect(await stateFor("cleo", id)).toBe(undefined);
    expect(await stateFor("bob", id)).toBe("withdrawn");
    await server.askAs("bob", `/api/atlas/entries/vnc/${id}/submit`, {
      method: "POST",
    });
    expect(await stateFor("ada", id)).toBe(undefined);
    expect(await stateFor("cleo", id)).toBe("submitted");
    await people.review("cleo", id, "verify", { version: 2 });
    await people.deliver("bob", { gone: id });
    expect(await stateFor("ada", id)).toBe(undefined);
    await people.deliver("bob", entry);
    expect(await stateFor("ada", id)).toBe(undefined);
    expect(await stateFor("cleo", id)).toBe("submitted");
  });

  it("stays verified where its author goes back to what is public", async () => {
    const entry = await submitted();
    await people.review("cleo", entry.id, "verify", { version: 1 });
    await people.deliver("bob", { ...entry, title: "Other", modified: 2 });
    expect(await stateFor("bob", entry.id)).toBe("submitted");
    await people.deliver("bob", { ...entry, modified: 3 });
    expect(await stateFor("bob", entry.id)).toBe("verified");
    await people.deliver("bob", { ...entry, title: "Other", modified: 4 });
    const comment = "Which cell is it?";
    const body = { version: 4, comment };
    await people.review("cleo", entry.id, "request-changes", body);
    await people.deliver("bob", { ...entry, modified: 5 });
    const back = await people.sees("bob", entry.id);
    expect([back?.state, back?.comment, back?.reviewer]).toEqual([
      ...["verified", "", undefined],
    ]);
  });

  it("has the entries of a dataset's versions too", async () => {
    const { vnc } = jsonOf<Record<string, object>>(
      await server.askAs("root", "/v2/datasets"),
    );
    const described = await server.askAs("root", "/v2/datasets", {
      method: "POST",
      body: { grown: { ...vnc, public: true, versions: [{ version: "v2" }] } },
    });
    expect(described.status).toBe(200);
    const entry = anyEntry({ submitted: 5 });
    await people.deliver("bob", entry, "grown-v2");
    expect(await stateFor("bob", entry.id)).toBe("submitted");
    expect((await people.sees("root", entry.id))?.dataset).toBe("grown-v2");
    expect(await stateFor("cleo", entry.id)).toBe(undefined);
  });

  it("waits for the pictures of a submission, and for the words that it needs", async () => {
    const own = anyPicture();
    const hash = hashOfPicture(own);
    const { id } = await submitted({ pictures: { small: hash, large: hash } });
    expect((await people.sees("cleo", id))?.isWaiting).toBe(true);
    expectProblem(
      await people.review("cleo", id, "verify", { version: 1 }),
      409,
      "not-complete",
    );
    // The same picture of somebody else's is not its author's.
    expect(await people.putPicture("cleo", own)).toBe(200);
    expect((await people.sees("cleo", id))?.isWaiting).toBe(true);
    expect(await people.putPicture("bob", own)).toBe(200);
    expect((await people.sees("cleo", id))?.isWaiting).toBe(false);
    const bare = await submitted({ description: " " });
    expect((await people.sees("cleo", bare.id))?.isWaiting).toBe(true);
  });

  it("shows a picture to who may see an entry that has it, as nothing but a picture", async () => {
    const own = anyPicture();
    const hash = hashOfPicture(own);
    const target = `/api/atlas/pictures/vnc/${hash}`;
    const status = async (who: "ada" | "bob" | "cleo" | "eve") =>
      (await server.askAs(who, target)).status;
    expect(await people.putPicture("bob", own)).toBe(200);
    const { id } = await submitted({ pictures: { small: hash, large: hash } });
    expect(await status("ada")).toBe(404);
    expect(await status("bob")).toBe(200);
    expect(await status("cleo")).toBe(200);
    await people.review("cleo", id, "verify", { version: 1 });
    expect(await status("ada")).toBe(200);
    expect(await status("eve")).toBe(404);
    expect((await server.ask(target)).status).toBe(404);
    const { headers, body } = await server.askAs("ada", target);
    expect(headers["content-type"]).toBe("image/jpeg");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; sandbox",
    );
    expect(headers["cache-control"]).toBe("private, no-cache");
    expect(body.equals(own)).toBe(true);
    const again = await server.askAs("ada", target, {
      headers: { "If-None-Match": String(headers.etag) },
    });
    expect(again.status).toBe(304);
    await people.review("cleo", id, "unverify", { version: 1 });
    expect(await status("ada")).toBe(404);
  });

  it("keeps nothing that is no picture, is not what its name says, or is too large", async () => {
    const picture = anyPicture();
    const page = Buffer.from("<html><script>alert(1)</script>");
    expect(await people.putPicture("bob", page)).toBe(400);
    const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>");
    expect(await people.putPicture("bob", svg)).toBe(400);
    expect(await people.putPicture("bob", Buffer.alloc(0))).toBe(400);
    expect(await people.putPicture("bob", picture, "0".repeat(64))).toBe(400);
    expect(await people.putPicture("bob", picture, "zz")).toBe(400);
    expect(await people.putPicture("ada", picture)).toBe(403);
    const large = Buffer.concat([picture, Buffer.alloc(1024 * 1024)]);
    expect(await people.putPicture("bob", large)).toBe(413);
  });

  it("lets nobody but a reviewer make anything public, in whichever state it is, and no reviewer what is theirs", async () => {
    const acts = ["verify", "request-changes", "unverify"] as const;
    for (const state of ["submitted", "changes", "verified"] as const) {
      const { id } = await submitted();
      if (state !== "submitted") {
        const act = state === "verified" ? "verify" : "request-changes";
        const body = { version: 1, comment: "c" };
        const set = await people.review("cleo", id, act, body);
        expect(set.status).toBe(200);
      }
      const before = await people.sees("bob", id);
      for (const act of acts) {
        for (const who of ["ada", "bob", "eve"] as const) {
          const body = { version: 1, comment: "c", verified: true };
          const answer = await people.review(who, id, act, body);
          expect(answer.status).withContext(`${who} ${act} ${state}`).toBe(403);
        }
      }
      expect(await people.sees("bob", id)).toEqual(before);
    }
    const { view, ...own } = anyEntry({ submitted: 5 });
    expect(view).toBeDefined();
    await people.deliver("cleo", own);
    expectProblem(
      await people.review("cleo", own.id, "verify", { version: 1 }),
      403,
      "forbidden",
    );
    expect(
      (await people.review("dora", own.id, "verify", { version: 1 })).status,
    ).toBe(200);
    expectProblem(
      await people.review("cleo", own.id, "unverify", { version: 1 }),
      403,
      "forbidden",
    );
  });

  it("takes nothing that is sent for the state of an entry, and no id for somebody else's", async () => {
    const entry = await submitted({
      ...{ state: "verified", verified: true, published: {}, isPublic: true },
      user: "cleo@lab.org",
    });
    const { id } = entry;
    const seen = await people.sees("cleo", id);
    expect([seen?.state, seen?.entry.user]).toEqual([
      "submitted",
      "bob@lab.org",
    ]);
    await people.review("dora", id, "verify", { version: 1 });
    await people.deliver("cleo", anyEntry({ id, title: SECRET, submitted: 6 }));
    await people.deliver("cleo", { gone: id });
    expect((await people.sees("ada", id))?.entry.title).toBe(entry.title);
    // Group members read each other's marks, and no drafts of the atlas.
    const target = "/api/sync/news?user=bob@lab.org&dataset=atlas:vnc";
    expect((await server.askAs("ada", target)).status).toBe(403);
  });

  it("is listed by what is asked for, a page at a time", async () => {
    const tag = randomUUID();
    for (const title of ["one axon", "two axons", "a soma", "no axon"]) {
      await submitted({ title, tags: [tag] });
    }
    const titles = async (query: string) =>
      (await people.list("cleo", `&tag=${tag}${query}`)).entries.map(
        ({ entry }) => entry.title,
      );
    expect(await titles("&text=AXON")).toEqual([
      "no axon",
      "two axons",
      "one axon",
    ]);
    expect(await titles("&text=axon%20two")).toEqual(["two axons"]);
    expect(await titles("&state=verified")).toEqual([]);
    expect(await titles("&author=bob")).toHaveSize(4);
    expect(await titles("&dataset=other")).toEqual([]);
    expectProblem(
      await server.askAs("cleo", "/api/atlas/entries?state=any"),
      400,
      "bad-query",
    );
    const page = jsonOf<{ entries: unknown[]; next?: number }>(
      await server.askAs("cleo", `/api/atlas/entries?tag=${tag}&limit=3`),
    );
    expect(page.entries).toHaveSize(3);
    const rest = jsonOf<{ entries: { entry: AtlasEntry }[] }>(
      await server.askAs(
        "cleo",
        `/api/atlas/entries?tag=${tag}&before=${page.next}`,
      ),
    );
    expect(rest.entries.map(({ entry }) => entry.title)).toEqual(["one axon"]);
    expect(rest.entries[0].entry.view).toBe(undefined);
  });

  const act = fc.record({
    who: fc.constantFrom("ada", "bob", "cleo", "dora", "eve"),
    does: fc.constantFrom(
      ...["write", "write", "draft", "delete"],
      ...["verify", "verify", "request-changes", "unverify"],
    ),
    text: fc.nat({ max: 3 }),
  } as const);

  it("shows readers only what a reviewer other than its author has verified as it is, whatever is done in whichever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        const { id } = anyEntry();
        const base = anyEntry({ id, pictures });
        let newest: string | undefined;
        let isLive = false;
        let shown: string | undefined;
        for (const { who, does, text } of acts) {
          const title = `title ${text}`;
          if (does === "write" || does === "draft" || does === "delete") {
            if (who === "ada" || who === "eve") continue;
            if (does === "delete") await people.deliver(who, { gone: id });
            else {
              const isSent = does === "write";
              const more = isSent ? { submitted: 5 } : {};
              await people.deliver(who, { ...base, title, ...more });
            }
            // Bob was first: the id is his.
            if (newest === undefined && does !== "write") continue;
            if (newest === undefined && who !== "bob") return;
            if (who !== "bob") continue;
            isLive = does === "write";
            if (isLive) newest = title;
            else shown = undefined;
          } else {
            const version = (await people.sees("cleo", id))?.version ?? 1;
            const body = { version, comment: "c" };
            const { status } = await people.review(who, id, does, body);
            if (status !== 200) continue;
            expect(["cleo", "dora"]).toContain(who);
            if (does === "verify") shown = newest;
            if (does === "unverify") shown = undefined;
          }
          expect((await people.sees("ada", id))?.entry.title).toBe(shown);
        }
        expect(isLive || shown === undefined).toBe(true);
      }),
      { numRuns: runs(15, 300) },
    );
  });
});
