import type { Storage } from "../storage.js";
import { account, row, shelf, uuid } from "./rows.js";

/** What every storage does with accounts, their tokens and sessions, and the audit. */
export function itKeepsAccounts(storage: () => Storage): void {
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
    await storage().write(async (writer) => {
      await writer.putAccount(bob);
      await writer.putAccount(ada);
    });
    expect(await storage().read.accounts()).toEqual([ada, bob]);
    expect(await storage().read.members(["vnc", ".hidden", "none"])).toEqual([
      "ada@lab.org",
      "bob@lab.org",
    ]);
    const less = account("ada@lab.org", { disabled: true });
    await storage().write((writer) => writer.putAccount(less));
    expect(await storage().read.account("ada@lab.org")).toEqual(less);
  });

  it("takes tokens and sessions away with their account, and leaves its records", async () => {
    const times = { created: 1, expires: 100 };
    const user = "ada@lab.org";
    await storage().write(async (writer) => {
      await writer.putAccount(account(user));
      await writer.addToken({ id: "1", hash: "aa", user, name: "R", ...times });
      await writer.putSession({ hash: "bb", user, ...times });
      await writer.putRecord(row(uuid(1)));
      await writer.removeAccount(user);
    });
    expect(await storage().read.account(user)).toBe(undefined);
    expect(await storage().read.token("aa")).toBe(undefined);
    expect(await storage().read.session("bb")).toBe(undefined);
    expect((await storage().read.recordsOf(shelf)).length).toBe(1);
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
    const scoped = { ...token("2", 150), scope: "napari:demo" };
    await storage().write(async (writer) => {
      await writer.addToken(token("1", 50));
      await writer.addToken(scoped);
      await writer.putSession({ ...token("3", 50), hash: "s" });
      await writer.putSession({ ...token("3", 150), hash: "s" });
    });
    expect(await storage().read.token("hash 1")).toEqual(token("1", 50));
    expect(await storage().read.tokensOf("ada@lab.org")).toEqual([
      scoped,
      token("1", 50),
    ]);
    await storage().write((writer) => writer.removeExpired(100));
    await storage().write((writer) => writer.noteTokenUse("2", 7));
    expect(await storage().read.tokensOf("ada@lab.org")).toEqual([
      { ...scoped, used: 7 },
    ]);
    expect((await storage().read.session("s"))?.expires).toBe(150);
    await storage().write(async (writer) => {
      await writer.removeToken("2");
      await writer.removeSession("s");
    });
    expect(await storage().read.token("hash 2")).toBe(undefined);
    expect(await storage().read.session("s")).toBe(undefined);
  });

  it("lists the audit from the newest on, a page at a time", async () => {
    await storage().write(async (writer) => {
      for (let at = 1; at <= 5; ++at)
        await writer.addAudit({
          at,
          actor: "a",
          action: "grant",
          subject: "b",
          detail: String(at),
        });
    });
    const newest = await storage().read.audit(Infinity, 2);
    expect(newest.map(({ detail }) => detail)).toEqual(["5", "4"]);
    const older = await storage().read.audit(newest[1].seq, 10);
    expect(older.map(({ detail }) => detail)).toEqual(["3", "2", "1"]);
  });
}
