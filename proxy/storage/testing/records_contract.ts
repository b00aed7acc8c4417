import type { Conflict } from "../../../src/clio/model/sync.js";
import type { Storage } from "../storage.js";
import { point, row, shelf, uuid } from "./rows.js";

/** What every storage does with records, their revisions and conflicts. */
export function itKeepsRecords(storage: () => Storage): void {
  it("says where the records of a shelf lie, in the order of the records", async () => {
    await storage().write(async (writer) => {
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
    const rows = await storage().read.recordsOf(shelf);
    expect(rows.length).toBe(3);
    expect(await storage().read.placesOf(shelf)).toEqual(
      rows.map(({ id, revision, place }) => ({
        id,
        revision,
        ...(place === undefined ? {} : { place }),
      })),
    );
  });

  it("counts a revision for each user apart", async () => {
    await storage().write(async (writer) => {
      expect(await writer.nextRevision("a")).toBe(1);
      expect(await writer.nextRevision("a")).toBe(2);
      expect(await writer.nextRevision("b")).toBe(1);
    });
    expect(await storage().read.revision("a")).toBe(2);
  });

  it("gives what is new since a revision, deletions included, and parts no revision", async () => {
    await storage().write(async (writer) => {
      for (let n = 1; n <= 6; ++n)
        await writer.putRecord(row(uuid(n), { revision: Math.ceil(n / 2) }));
      const deleted = { revision: 4, record: undefined };
      await writer.putRecord(row(uuid(1), deleted));
      await writer.putRecord(row(uuid(9), { user: "bob@lab.org" }));
    });
    const idsSince = async (after: number, limit: number) =>
      (await storage().read.recordsSince("ada@lab.org", after, limit)).map(
        ({ id }) => id,
      );
    expect(await idsSince(0, 100)).toEqual([2, 3, 4, 5, 6, 1].map(uuid));
    expect(await idsSince(0, 2)).toEqual([2, 3, 4].map(uuid));
    expect(await idsSince(3, 2)).toEqual([uuid(1)]);
    expect(await idsSince(4, 2)).toEqual([]);
    expect(await storage().read.shelfRevision(shelf)).toBe(4);
    expect(await storage().read.shelfRevision({ ...shelf, user: "x" })).toBe(0);
    expect((await storage().read.recordsOf(shelf)).length).toBe(5);
  });

  it("finds the records at a place, the oldest first and no deleted one", async () => {
    const at = (id: number, created: number) =>
      row(uuid(id), { place: "Pt1_2_3", record: point(uuid(id), { created }) });
    await storage().write(async (writer) => {
      await writer.putRecord(at(1, 30));
      await writer.putRecord(at(2, 10));
      await writer.putRecord({ ...at(3, 5), record: undefined });
      await writer.putRecord({ ...at(4, 1), user: "bob@lab.org" });
      await writer.putRecord({ ...at(5, 1), place: "Pt9_9_9" });
    });
    const found = await storage().read.recordsAt(shelf, "Pt1_2_3");
    expect(found.map(({ id }) => id)).toEqual([uuid(2), uuid(1)]);
  });

  it("keeps what a change came to, for each user apart", async () => {
    const outcome = { id: uuid(1), revision: 3, conflicts: [] };
    await storage().write((writer) => writer.addOutcome("a", uuid(9), outcome));
    expect(await storage().read.deviceOf("a", 3)).toBe(uuid(9));
    expect(await storage().read.deviceOf("b", 3)).toBe(undefined);
    expect(await storage().read.outcome("a", uuid(1))).toEqual(outcome);
    expect(await storage().read.outcome("b", uuid(1))).toBe(undefined);
    await expectAsync(
      storage().write((writer) => writer.addOutcome("a", uuid(9), outcome)),
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
    await storage().write(async (writer) => {
      await writer.putConflict("a", conflict("x", 1));
      await writer.putConflict("a", conflict("y", 2));
      await writer.putConflict("b", conflict("z", 2));
      await writer.putConflict("a", { ...conflict("x", 3), settled: true });
    });
    const ids = async (after: number, upTo: number) =>
      (await storage().read.conflicts("a", after, upTo)).map(({ id }) => id);
    expect(await ids(0, 9)).toEqual(["y", "x"]);
    expect(await ids(2, 9)).toEqual(["x"]);
    expect(await ids(0, 2)).toEqual(["y"]);
    expect((await storage().read.conflict("a", "x"))?.settled).toBeTrue();
    expect(await storage().read.conflict("b", "x")).toBe(undefined);
  });
}
