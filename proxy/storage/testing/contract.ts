/** What every storage does, whichever database is below it. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "../../testing/server_fixture.js";
import type { Storage } from "../storage.js";
import { itKeepsAccounts } from "./accounts_contract.js";
import { itKeepsTheAtlas } from "./atlas_contract.js";
import { itKeepsBodies } from "./bodies_contract.js";
import { itKeepsDocuments } from "./documents_contract.js";
import { itKeepsLinks } from "./links_contract.js";
import { itKeepsMerges } from "./merges_contract.js";
import { itKeepsRecords } from "./records_contract.js";
import { account, hostileTexts, point, row, shelf, uuid } from "./rows.js";

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

  itKeepsAccounts(() => storage);
  itKeepsRecords(() => storage);
  itKeepsLinks(() => storage);
  itKeepsDocuments(() => storage);
  itKeepsMerges(() => storage);
  itKeepsTheAtlas(() => storage);
  itKeepsBodies(() => storage);
}
