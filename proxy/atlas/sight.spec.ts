import { randomUUID } from "node:crypto";
import {
  type AtlasEntry,
  type EntryPictures,
  LONGEST_ENTRY_DESCRIPTION,
  LONGEST_ENTRY_TAG,
  LONGEST_ENTRY_TITLE,
} from "../../src/clio/model/atlas.js";
import {
  LONGEST_COMMENT,
  type SeenEntry,
} from "../../src/clio/model/atlas_wire.js";
import { hostileText } from "../../src/clio/model/testing/hostile_texts.js";
import { runs } from "../testing/counts.js";
import { type GroupServer, jsonOf } from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";
import {
  anyEntry,
  type AtlasPeople,
  startAtlasGroup,
} from "./testing/atlas_people.js";

/** Nobody but its author has any of these in an answer. */
const SECRET = "not-submitted-by-its-author";

/** How far an entry has come. */
type WayPoint =
  | "draft"
  | "submitted"
  | "changes requested"
  | "verified"
  | "reworked"
  | "withdrawn";

describe("Who sees what of the atlas, and does what", () => {
  let server: GroupServer;
  let people: AtlasPeople;
  let pictures: EntryPictures;
  beforeAll(async () => {
    ({ server, people, pictures } = await startAtlasGroup());
  });
  afterAll(() => server.close());

  /** Brings an entry of Bob's into a state; "reworked" is public, and its author has changed it since. */
  async function entryIn(state: WayPoint): Promise<AtlasEntry> {
    const entry = anyEntry({ pictures });
    const { id } = entry;
    await people.deliver("bob", entry);
    if (state === "draft") return entry;
    await people.deliver("bob", { ...entry, submitted: 5 });
    const acts: Partial<Record<WayPoint, string>> = {
      "changes requested": "request-changes",
      verified: "verify",
      reworked: "verify",
    };
    const act = acts[state];
    const body = { version: 1, comment: "c" };
    if (act !== undefined) await people.review("cleo", id, act, body);
    if (state === "withdrawn") await people.deliver("bob", entry);
    if (state === "reworked") {
      const changed = { ...entry, title: "Other", submitted: 5, modified: 2 };
      await people.deliver("bob", changed);
    }
    return entry;
  }

  const inside = ["bob", "cleo", "dora", "root"] as const;
  const everybody = ["ada", "eve", "nobody", ...inside] as const;
  type Role = (typeof everybody)[number];

  /** What each sees, and what each act of a reviewer's comes to, in every state. */
  const matrix: Record<
    WayPoint,
    { sees: Partial<Record<Role, string>>; acts: readonly number[] }
  > = (() => {
    const all = (state: string, who: readonly Role[] = inside) =>
      Object.fromEntries(who.map((each) => [each, state]));
    return {
      draft: { sees: {}, acts: [404, 404, 404] },
      submitted: { sees: all("submitted"), acts: [200, 200, 409] },
      "changes requested": {
        sees: all("changes requested"),
        acts: [409, 409, 409],
      },
      verified: {
        sees: all("verified", [...inside, "ada"]),
        acts: [409, 409, 200],
      },
      reworked: {
        sees: { ...all("submitted"), ada: "verified" },
        acts: [200, 200, 200],
      },
      withdrawn: { sees: { bob: "withdrawn" }, acts: [404, 404, 404] },
    };
  })();

  for (const state of Object.keys(matrix) as WayPoint[]) {
    it(`lets each role see and do its own where an entry is ${state}, and nobody else`, async () => {
      const { sees, acts } = matrix[state];
      const acting = ["verify", "request-changes", "unverify"] as const;
      const entry = await entryIn(state);
      const { id } = entry;
      const at = `/api/atlas/entries/vnc/${id}`;
      for (const who of everybody) {
        const answer = await (who === "nobody"
          ? server.ask(at)
          : server.askAs(who, at));
        const seen =
          answer.status === 200
            ? jsonOf<{ state: string }>(answer).state
            : undefined;
        expect(seen).withContext(who).toBe(sees[who]);
      }
      const version = state === "reworked" ? 2 : 1;
      const body = { version, comment: "c" };
      for (const act of acting) {
        for (const who of ["ada", "bob", "eve"] as const) {
          const { status } = await people.review(who, id, act, body);
          expect(status).withContext(`${who} ${act}`).toBe(403);
        }
        const options = { method: "POST", body };
        const { status } = await server.ask(`${at}/${act}`, options);
        expect(status).withContext(`nobody ${act}`).toBe(401);
      }
      for (const [i, act] of acting.entries()) {
        for (const who of ["cleo", "dora", "root"] as const) {
          const fresh = await entryIn(state);
          const { status } = await people.review(who, fresh.id, act, body);
          expect(status).withContext(`${who} ${act}`).toBe(acts[i]);
        }
      }
      // Only its author submits it, or takes it back.
      for (const who of ["ada", "cleo", "eve"] as const) {
        for (const act of ["submit", "withdraw"]) {
          const { status } = await people.review(who, id, act, {});
          expect(status)
            .withContext(`${who} ${act}`)
            .toBe(who === "cleo" ? 404 : 403);
        }
      }
    });
  }

  it("shows nobody what its author has written and not submitted", async () => {
    const words = { title: SECRET, description: SECRET, tags: [SECRET] };
    const entry = anyEntry({ pictures, submitted: 5 });
    const { id } = entry;
    await people.deliver("bob", entry);
    await people.review("cleo", id, "verify", { version: 1 });
    await people.deliver("bob", { ...entry, unsent: words });
    expect((await people.sees("bob", id))?.version).toBe(1);
    // With another change, which the reviewers are to see.
    const more = { title: "Other", modified: 2, unsent: words };
    await people.deliver("bob", { ...entry, ...more });
    for (const who of ["ada", "bob", "cleo"] as const) {
      const at = `/api/atlas/entries/vnc/${id}`;
      const { status, body } = await server.askAs(who, at);
      expect(status).toBe(200);
      expect(body.toString()).not.toContain(SECRET);
    }
    const all = await server.askAs("cleo", "/v2/atlas/all");
    expect(all.body.toString()).not.toContain(SECRET);
  });

  it("keeps the words of people as they are, whatever they are", async () => {
    const count = runs(25, 1000);
    for (let n = 0; n < count; ++n) {
      const text = hostileText(n);
      const words = {
        title: text.slice(0, LONGEST_ENTRY_TITLE),
        description: text.slice(0, LONGEST_ENTRY_DESCRIPTION),
        tags: [text.slice(0, LONGEST_ENTRY_TAG)],
      };
      const comment = text.slice(0, LONGEST_COMMENT);
      const entry = anyEntry({ pictures, submitted: 5, ...words });
      await people.deliver("bob", entry);
      const body = { version: 1, comment };
      const asked = await people.review(
        "cleo",
        entry.id,
        "request-changes",
        body,
      );
      expect(asked.status).withContext(text).toBe(200);
      const at = `/api/atlas/entries/vnc/${entry.id}`;
      const seen = jsonOf<SeenEntry>(await server.askAs("bob", at));
      expect(seen.entry).toEqual(jasmine.objectContaining(words));
      expect(seen.comment).withContext(String(n)).toBe(comment);
    }
  });

  it("refuses texts of a megabyte by the field, and keeps what was", async () => {
    const long = "\u202e<b>".repeat(256 * 1024);
    const { id } = await entryIn("submitted");
    const change = (more: Partial<AtlasEntry>) => ({
      id: randomUUID(),
      device: randomUUID(),
      dataset: "atlas:vnc",
      at: 1,
      label: "Edit",
      edits: [{ op: "put", record: anyEntry({ id, ...more }), base: 2 ** 40 }],
    });
    const wrong: Partial<AtlasEntry>[] = [
      { title: long },
      { description: long },
      { tags: [long] },
    ];
    for (const more of wrong) {
      const [field] = Object.keys(more);
      const answer = await server.askAs("bob", "/api/sync/changes", {
        method: "POST",
        body: { changes: [change(more)] },
      });
      expect(answer.status).withContext(field).toBe(400);
      expect(answer.body.toString()).toContain(field);
      expect(answer.body.length).toBeLessThan(10_000);
    }
    const body = { version: 1, comment: long };
    const refused = await people.review("cleo", id, "request-changes", body);
    expect(refused.status).toBe(413);
    const comment = long.slice(0, 100_000);
    const longer = { version: 1, comment };
    expectProblem(
      await people.review("cleo", id, "request-changes", longer),
      400,
      "bad-body",
    );
    expect((await people.sees("cleo", id))?.state).toBe("submitted");
  });
});
