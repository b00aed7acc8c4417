/** What every storage does, whichever database is below it. */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Conflict } from "../../../src/clio/model/sync.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import type { Storage } from "../storage.js";
import { account, linkRow, point, row, uuid } from "./rows.js";

/** Texts that would be something else than text where they were not passed as values. */
const hostileTexts = [
  "'; DROP TABLE records; --",
  '" OR ""="',
  "%_\\",
  "__proto__",
  "constructor",
  "\ud83e\udde0 שלום",
  "",
];

const shelf = { user: "ada@lab.org", dataset: "demo" };

/**
 * The suite.
 * @param open opens what is kept at a path, which is the same when it is opened again
 */
export function itIsAStorage(open: (place: string) => Promise<Storage>): void {
  let folder: string;
  let storage: Storage;
  beforeEach(async () => {
    folder = await temporaryFolder();
    storage = await open(path.join(folder, "kept"));
  });
  afterEach(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });

  it("keeps what was written when it is closed and opened again", async () => {
    await storage.write((writer) => writer.putRecord(row(uuid(1))));
    await storage.close();
    storage = await open(path.join(folder, "kept"));
    expect(await storage.read.record(shelf, uuid(1))).toEqual(row(uuid(1)));
  });

  it("keeps nothing of a transaction that fails", async () => {
    const failing = storage.write(async (writer) => {
      await writer.putAccount(account("ada@lab.org"));
      await writer.nextRevision("ada@lab.org");
      throw new Error("on purpose");
    });
    await expectAsync(failing).toBeRejectedWithError("on purpose");
    expect(await storage.read.accounts()).toEqual([]);
    expect(await storage.read.revision("ada@lab.org")).toBe(0);
    await storage.write((writer) => writer.nextRevision("ada@lab.org"));
    expect(await storage.read.revision("ada@lab.org")).toBe(1);
  });

  it("runs one transaction at a time, and shows readers none that is under way", async () => {
    const revisions = await Promise.all(
      Array.from({ length: 20 }, () =>
        storage.write(async (writer) => {
          const revision = await writer.nextRevision("ada@lab.org");
          await writer.putRecord(row(uuid(revision), { revision }));
          expect(await writer.revision("ada@lab.org")).toBe(revision);
          expect(await storage.read.record(shelf, uuid(revision))).toBe(
            undefined,
          );
          return revision;
        }),
      ),
    );
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect((await storage.read.recordsOf(shelf)).length).toBe(20);
  });

  it("keeps links whole, lists a person's own without what is in them, and forgets those that ended", async () => {
    const records = [point(uuid(1), { fields: { constructor: "yes" } })];
    const marks = { dataset: "demo", marks: 1, records };
    const ending = linkRow("1", { ...marks, created: 1, expires: 50 });
    const endless = linkRow("2", { created: 2, open: true });
    await storage.write(async (writer) => {
      await writer.addLink(ending);
      await writer.addLink(endless);
      await writer.addLink(linkRow("3", { user: "bob@lab.org" }));
    });
    expect(await storage.read.link("1")).toEqual(ending);
    expect(await storage.read.link("4")).toBe(undefined);
    const heads = [endless, ending].map(({ state, records, ...head }) => {
      expect(state.length + records.length).toBeGreaterThan(0);
      return head;
    });
    expect(await storage.read.linksOf("ada@lab.org")).toEqual(heads);
    await expectAsync(
      storage.write((writer) => writer.addLink(endless)),
    ).toBeRejected();
    const revoked = { at: 60, by: "root@lab.org" };
    await storage.write((writer) => writer.putRevoked("1", revoked));
    expect(await storage.read.link("1")).toEqual({ ...ending, revoked });
    expect((await storage.read.linksOf("ada@lab.org"))[1].revoked).toEqual(
      revoked,
    );
    await storage.write((writer) => writer.putRevoked("1", undefined));
    expect(await storage.read.link("1")).toEqual(ending);
    await storage.write((writer) => writer.removeEndedLinks(51, 60));
    expect(await storage.read.link("1")).toBe(undefined);
    await storage.write(async (writer) => {
      await writer.addLink(ending);
      await writer.putRevoked("1", revoked);
      await writer.removeEndedLinks(50, 60);
    });
    expect(await storage.read.link("1")).toEqual({ ...ending, revoked });
    await storage.write((writer) => writer.removeEndedLinks(50, 61));
    expect(await storage.read.link("1")).toBe(undefined);
    await storage.write((writer) => writer.removeLink("2"));
    expect(await storage.read.linksOf("ada@lab.org")).toEqual([]);
    expect((await storage.read.link("3"))?.user).toBe("bob@lab.org");
  });

  it("says where the records of a shelf lie, in the order of the records", async () => {
    await storage.write(async (writer) => {
      for (const n of [3, 1]) {
        const place = `Pt${n}_2_3`;
        await writer.putRecord(row(uuid(n), { revision: n, place }));
      }
      await writer.putRecord(row(uuid(2), { revision: 2 }));
      await writer.putRecord({
        ...row(uuid(4), { revision: 4 }),
        record: undefined,
      });
    });
    const rows = await storage.read.recordsOf(shelf);
    expect(rows.length).toBe(3);
    expect(await storage.read.placesOf(shelf)).toEqual(
      rows.map(({ id, revision, place }) => ({
        id,
        revision,
        ...(place === undefined ? {} : { place }),
      })),
    );
  });

  it("keeps the descriptions of datasets to the letter, the last one of each", async () => {
    const rows = hostileTexts
      .filter((id) => id !== "")
      .map((id, n) => ({ id, description: `{"n": ${n}}`, modified: n }));
    await storage.write(async (writer) => {
      for (const each of rows)
        await writer.putDataset({ ...each, description: "{}" });
      for (const each of rows) await writer.putDataset(each);
    });
    const found = await storage.read.datasets();
    expect(new Set(found)).toEqual(new Set(rows));
    expect(found.map(({ id }) => id)).toEqual(
      found
        .map(({ id }) => id)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    await storage.write((writer) => writer.removeDataset(rows[0].id));
    expect((await storage.read.datasets()).length).toBe(rows.length - 1);
  });

  it("keeps accounts whole: roles, groups, name", async () => {
    const ada = account("ada@lab.org", {
      name: "Ada",
      globalRoles: ["admin", "clio_write"],
      datasets: new Map([
        ["constructor", ["clio_read"]],
        ["demo", ["clio_general", "clio_write"]],
      ]),
      groups: [".hidden", "vnc"],
    });
    const bob = account("bob@lab.org", { groups: ["vnc"] });
    await storage.write(async (writer) => {
      await writer.putAccount(bob);
      await writer.putAccount(ada);
    });
    expect(await storage.read.accounts()).toEqual([ada, bob]);
    expect(await storage.read.members(["vnc", ".hidden", "none"])).toEqual([
      "ada@lab.org",
      "bob@lab.org",
    ]);
    const less = account("ada@lab.org", { disabled: true });
    await storage.write((writer) => writer.putAccount(less));
    expect(await storage.read.account("ada@lab.org")).toEqual(less);
  });

  it("takes tokens and sessions away with their account, and leaves its records", async () => {
    const times = { created: 1, expires: 100 };
    const user = "ada@lab.org";
    await storage.write(async (writer) => {
      await writer.putAccount(account(user));
      await writer.addToken({ id: "1", hash: "aa", user, name: "R", ...times });
      await writer.putSession({ hash: "bb", user, ...times });
      await writer.putRecord(row(uuid(1)));
      await writer.removeAccount(user);
    });
    expect(await storage.read.account(user)).toBe(undefined);
    expect(await storage.read.token("aa")).toBe(undefined);
    expect(await storage.read.session("bb")).toBe(undefined);
    expect((await storage.read.recordsOf(shelf)).length).toBe(1);
  });

  it("finds tokens by their hash alone, and forgets what has expired", async () => {
    const token = (id: string, expires: number) => ({
      id,
      hash: `hash ${id}`,
      user: "ada@lab.org",
      name: "script",
      created: Number(id),
      expires,
    });
    await storage.write(async (writer) => {
      await writer.addToken(token("1", 50));
      await writer.addToken(token("2", 150));
      await writer.putSession({ ...token("3", 50), hash: "s" });
      await writer.putSession({ ...token("3", 150), hash: "s" });
    });
    expect(await storage.read.token("hash 1")).toEqual(token("1", 50));
    expect(await storage.read.tokensOf("ada@lab.org")).toEqual([
      token("2", 150),
      token("1", 50),
    ]);
    await storage.write((writer) => writer.removeExpired(100));
    await storage.write((writer) => writer.noteTokenUse("2", 7));
    expect(await storage.read.tokensOf("ada@lab.org")).toEqual([
      { ...token("2", 150), used: 7 },
    ]);
    expect((await storage.read.session("s"))?.expires).toBe(150);
    await storage.write(async (writer) => {
      await writer.removeToken("2");
      await writer.removeSession("s");
    });
    expect(await storage.read.token("hash 2")).toBe(undefined);
    expect(await storage.read.session("s")).toBe(undefined);
  });

  it("lists the audit from the newest on, a page at a time", async () => {
    await storage.write(async (writer) => {
      for (let at = 1; at <= 5; ++at)
        await writer.addAudit({
          at,
          actor: "a",
          action: "grant",
          subject: "b",
          detail: String(at),
        });
    });
    const newest = await storage.read.audit(Infinity, 2);
    expect(newest.map(({ detail }) => detail)).toEqual(["5", "4"]);
    const older = await storage.read.audit(newest[1].seq, 10);
    expect(older.map(({ detail }) => detail)).toEqual(["3", "2", "1"]);
  });

  it("counts a revision for each user apart", async () => {
    await storage.write(async (writer) => {
      expect(await writer.nextRevision("a")).toBe(1);
      expect(await writer.nextRevision("a")).toBe(2);
      expect(await writer.nextRevision("b")).toBe(1);
    });
    expect(await storage.read.revision("a")).toBe(2);
  });

  it("gives what is new since a revision, deletions included, and parts no revision", async () => {
    await storage.write(async (writer) => {
      for (let n = 1; n <= 6; ++n)
        await writer.putRecord(row(uuid(n), { revision: Math.ceil(n / 2) }));
      const deleted = { revision: 4, record: undefined };
      await writer.putRecord(row(uuid(1), deleted));
      await writer.putRecord(row(uuid(9), { user: "bob@lab.org" }));
    });
    const idsSince = async (after: number, limit: number) =>
      (await storage.read.recordsSince("ada@lab.org", after, limit)).map(
        ({ id }) => id,
      );
    expect(await idsSince(0, 100)).toEqual([2, 3, 4, 5, 6, 1].map(uuid));
    expect(await idsSince(0, 2)).toEqual([2, 3, 4].map(uuid));
    expect(await idsSince(3, 2)).toEqual([uuid(1)]);
    expect(await idsSince(4, 2)).toEqual([]);
    expect(await storage.read.shelfRevision(shelf)).toBe(4);
    expect(await storage.read.shelfRevision({ ...shelf, user: "x" })).toBe(0);
    expect((await storage.read.recordsOf(shelf)).length).toBe(5);
  });

  it("finds the records at a place, the oldest first and no deleted one", async () => {
    const at = (id: number, created: number) =>
      row(uuid(id), { place: "Pt1_2_3", record: point(uuid(id), { created }) });
    await storage.write(async (writer) => {
      await writer.putRecord(at(1, 30));
      await writer.putRecord(at(2, 10));
      await writer.putRecord({ ...at(3, 5), record: undefined });
      await writer.putRecord({ ...at(4, 1), user: "bob@lab.org" });
      await writer.putRecord({ ...at(5, 1), place: "Pt9_9_9" });
    });
    const found = await storage.read.recordsAt(shelf, "Pt1_2_3");
    expect(found.map(({ id }) => id)).toEqual([uuid(2), uuid(1)]);
  });

  it("keeps what a change came to, for each user apart", async () => {
    const outcome = { id: uuid(1), revision: 3, conflicts: [] };
    await storage.write((writer) => writer.addOutcome("a", uuid(9), outcome));
    expect(await storage.read.deviceOf("a", 3)).toBe(uuid(9));
    expect(await storage.read.deviceOf("b", 3)).toBe(undefined);
    expect(await storage.read.outcome("a", uuid(1))).toEqual(outcome);
    expect(await storage.read.outcome("b", uuid(1))).toBe(undefined);
    await expectAsync(
      storage.write((writer) => writer.addOutcome("a", uuid(9), outcome)),
    ).toBeRejected();
  });

  it("gives the conflicts between two revisions, as they are now", async () => {
    const conflict = (id: string, revision: number): Conflict => ({
      id,
      dataset: "demo",
      record: uuid(1),
      field: "description",
      kept: "a",
      refused: "b",
      change: uuid(2),
      at: 5,
      revision,
      settled: false,
    });
    await storage.write(async (writer) => {
      await writer.putConflict("a", conflict("x", 1));
      await writer.putConflict("a", conflict("y", 2));
      await writer.putConflict("b", conflict("z", 2));
      await writer.putConflict("a", { ...conflict("x", 3), settled: true });
    });
    const ids = async (after: number, upTo: number) =>
      (await storage.read.conflicts("a", after, upTo)).map(({ id }) => id);
    expect(await ids(0, 9)).toEqual(["y", "x"]);
    expect(await ids(2, 9)).toEqual(["x"]);
    expect(await ids(0, 2)).toEqual(["y"]);
    expect((await storage.read.conflict("a", "x"))?.settled).toBeTrue();
    expect(await storage.read.conflict("b", "x")).toBe(undefined);
  });

  it("keeps documents to the letter, whatever their names are", async () => {
    const at = { user: "a", space: "kv", scope: "s" };
    const documents = hostileTexts.map((text) => ({
      ...at,
      key: text,
      value: `{"id": 18446744073709551615, "text": ${JSON.stringify(text)}}`,
      modified: 1,
    }));
    await storage.write(async (writer) => {
      for (const document of documents) await writer.putDocument(document);
    });
    for (const document of documents)
      expect(await storage.read.document(document)).toEqual(document);
    expect((await storage.read.documents(at)).length).toBe(documents.length);
    expect(await storage.read.documents({ ...at, user: "b" })).toEqual([]);
    await storage.write(async (writer) => {
      expect(await writer.removeDocument(documents[0])).toBeTrue();
      expect(await writer.removeDocument(documents[0])).toBeFalse();
      await writer.putDocument({ ...documents[1], value: "{}" });
    });
    expect(await storage.read.document(documents[0])).toBe(undefined);
    expect((await storage.read.document(documents[1]))?.value).toBe("{}");
  });

  it("takes no text for anything but text", async () => {
    for (const text of hostileTexts) {
      await storage.write(async (writer) => {
        await writer.putAccount(
          account(text, { name: text, groups: [text, "all"] }),
        );
        await writer.putRecord(
          row(text, {
            user: text,
            dataset: text,
            place: text,
            extra: JSON.stringify(text),
            record: point(uuid(1), {
              description: `${text}\u0000`,
              tags: [text],
            }),
          }),
        );
      });
      const own = { user: text, dataset: text };
      expect((await storage.read.account(text))?.name).toBe(text);
      const [found] = await storage.read.recordsAt(own, text);
      expect(found.record?.description).toBe(`${text}\u0000`);
      expect(found.extra).toBe(JSON.stringify(text));
    }
    expect(await storage.read.members(["all"])).toEqual(
      [...hostileTexts].sort(),
    );
  });

  it("is backed up as of one moment while it is written to", async () => {
    const copy = path.join(folder, "copy");
    let wanted = 0;
    const writes = (async () => {
      for (wanted = 0; wanted < 100; ++wanted)
        await storage.write(async (writer) => {
          // Two rows a transaction: a copy that holds half of one would show it.
          const revision = await writer.nextRevision("ada@lab.org");
          await writer.putRecord(row(uuid(2 * revision), { revision }));
          await writer.putRecord(row(uuid(2 * revision + 1), { revision }));
        });
    })();
    await storage.backup(copy);
    await writes;
    const restored = await open(copy);
    try {
      expect(await restored.check()).toEqual([]);
      const revision = await restored.read.revision("ada@lab.org");
      const rows = await restored.read.recordsOf(shelf);
      expect(rows.length).toBe(2 * revision);
    } finally {
      await restored.close();
    }
    await expectAsync(storage.backup(copy)).toBeRejectedWithError(
      /is there already/,
    );
  });
}
