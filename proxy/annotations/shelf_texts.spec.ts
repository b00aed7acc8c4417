import { rm } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import type { VoxelPosition } from "../../src/clio/model/annotation.js";
import { openStorage } from "../storage/open.js";
import type { Storage } from "../storage/storage.js";
import { point, row, uuid } from "../storage/testing/rows.js";
import { runs } from "../testing/counts.js";
import { temporaryFolder } from "../testing/server_fixture.js";
import { placeOf } from "./keys.js";
import { ShelfTexts } from "./shelf_texts.js";

const shelf = { user: "ada@lab.org", dataset: "demo" };

interface Write {
  record: number;
  x: number;
  isDeleted: boolean;
}

const writes = fc.array(
  fc.record<Write>({
    record: fc.nat({ max: 7 }),
    // So few places that records lie at the same one, where their keys hang on each other.
    x: fc.nat({ max: 2 }),
    isDeleted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

describe("The texts of shelves", () => {
  let folder: string;
  let storage: Storage;
  beforeEach(async () => {
    folder = await temporaryFolder();
    storage = await openStorage(path.join(folder, "clio.db"));
  });
  afterEach(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });

  const write = (of: readonly Write[], user = shelf.user) =>
    storage.write(async (writer) => {
      for (const { record: n, x, isDeleted } of of) {
        const position: VoxelPosition = [x, 2, 3];
        const revision = await writer.nextRevision(user);
        const record = { ...point(uuid(n)), position, created: n };
        await writer.putRecord({
          ...row(uuid(n), { user, revision }),
          record: isDeleted ? undefined : record,
          ...(isDeleted ? {} : { place: placeOf(record) }),
        });
      }
    });

  const read = async (texts: ShelfTexts) => (await texts.of(shelf)).toString();

  it("are after any writes what is written anew", async () => {
    const texts = new ShelfTexts(storage);
    await fc.assert(
      fc.asyncProperty(writes, async (some) => {
        await write(some);
        const fresh = await read(new ShelfTexts(storage));
        expect(JSON.parse(`[${fresh}]`)).toBeInstanceOf(Array);
        return (await read(texts)) === fresh;
      }),
      { numRuns: runs(60, 2000) },
    );
  });

  it("are written once for as long as they stay, and what has not changed is not read again", async () => {
    const texts = new ShelfTexts(storage);
    const some = [1, 2, 3].map((record) => ({
      record,
      x: record,
      isDeleted: false,
    }));
    await write(some);
    const first = await read(texts);
    const places = spyOn(storage.read, "placesOf").and.callThrough();
    const records = spyOn(storage.read, "record").and.callThrough();
    expect(await read(texts)).toBe(first);
    // Of somebody else.
    await write(some, "bob@lab.org");
    expect(await read(texts)).toBe(first);
    expect(places).not.toHaveBeenCalled();
    await write([{ record: 2, x: 7, isDeleted: false }]);
    expect(await read(texts)).toContain("Pt7_2_3");
    expect(records.calls.allArgs()).toEqual([[shelf, uuid(2)]]);
  });

  it("are let go of where they are more than may be kept, those first that nobody asks for", async () => {
    const shelves = ["ada", "bob", "cleo"].map((name) => ({
      ...shelf,
      user: `${name}@lab.org`,
    }));
    for (const { user } of shelves) {
      await write([{ record: 1, x: 1, isDeleted: false }], user);
    }
    const [ada, bob, cleo] = shelves;
    const size = (await new ShelfTexts(storage).of(ada)).length;
    // Room for two of them.
    const texts = new ShelfTexts(storage, 2 * (2 * size + 200) + size);
    const places = spyOn(storage.read, "placesOf").and.callThrough();
    for (const each of [ada, bob, ada, cleo, ada]) await texts.of(each);
    expect(places).toHaveBeenCalledTimes(3);
    await texts.of(bob);
    expect(places).toHaveBeenCalledTimes(4);
    const none = new ShelfTexts(storage, size);
    await none.of(ada);
    await none.of(ada);
    expect(places).toHaveBeenCalledTimes(6);
  });
});
