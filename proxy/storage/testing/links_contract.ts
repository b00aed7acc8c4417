import type { LinkRow, Storage } from "../storage.js";
import { linkRow, point, uuid } from "./rows.js";

/** What every storage does with links. */
export function itKeepsLinks(storage: () => Storage): void {
  it("keeps links whole, lists a person's own without what is in them, and forgets those that ended", async () => {
    const records = [point(uuid(1), { fields: { constructor: "yes" } })];
    const marks = { dataset: "demo", marks: 1, records };
    const ending = linkRow("1", { ...marks, created: 1, expires: 50 });
    const endless = linkRow("2", { created: 2, open: true });
    await storage().write(async (writer) => {
      await writer.addLink(ending);
      await writer.addLink(endless);
      await writer.addLink(linkRow("3", { user: "bob@lab.org" }));
    });
    expect(await storage().read.link("1")).toEqual(ending);
    expect(await storage().read.link("4")).toBe(undefined);
    const heads = [endless, ending].map(({ state, records, ...head }) => {
      expect(state.length + records.length).toBeGreaterThan(0);
      return head;
    });
    expect(await storage().read.linksOf("ada@lab.org")).toEqual(heads);
    await expectAsync(
      storage().write((writer) => writer.addLink(endless)),
    ).toBeRejected();
    const revoked = { at: 60, by: "root@lab.org" };
    await storage().write((writer) => writer.putRevoked("1", revoked));
    expect(await storage().read.link("1")).toEqual({ ...ending, revoked });
    expect((await storage().read.linksOf("ada@lab.org"))[1].revoked).toEqual(
      revoked,
    );
    await storage().write((writer) => writer.putRevoked("1", undefined));
    expect(await storage().read.link("1")).toEqual(ending);
    await storage().write((writer) => writer.removeEndedLinks(51, 60));
    expect(await storage().read.link("1")).toBe(undefined);
    await storage().write(async (writer) => {
      await writer.addLink(ending);
      await writer.putRevoked("1", revoked);
      await writer.removeEndedLinks(50, 60);
    });
    expect(await storage().read.link("1")).toEqual({ ...ending, revoked });
    await storage().write((writer) => writer.removeEndedLinks(50, 61));
    expect(await storage().read.link("1")).toBe(undefined);
    await storage().write((writer) => writer.removeLink("2"));
    expect(await storage().read.linksOf("ada@lab.org")).toEqual([]);
    expect((await storage().read.link("3"))?.user).toBe("bob@lab.org");
  });

  it("lists everybody's links a page at a time, the newest first and those of one moment by their id", async () => {
    const times = [5, 7, 7, 7, 6, 9];
    await storage().write(async (writer) => {
      for (const [n, created] of times.entries()) {
        const user = n % 2 === 0 ? "ada@lab.org" : "bob@lab.org";
        await writer.addLink(linkRow(String(n), { created, user }));
      }
      await writer.putRevoked("5", { at: 10, by: "bob@lab.org" });
    });
    const seen: LinkRow[][] = [];
    do {
      seen.push(await storage().read.links(seen.at(-1)?.at(-1), 2));
    } while (seen.at(-1)!.length > 0);
    const ids = seen.map((page) => page.map(({ id }) => id));
    expect(ids).toEqual([["5", "1"], ["2", "3"], ["4", "0"], []]);
    const [[newest]] = seen;
    expect(newest).toEqual((await storage().read.linksOf("bob@lab.org"))[0]);
  });
}
