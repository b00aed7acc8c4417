import type { AtlasEntry } from "../../../src/clio/model/atlas.js";
import type { AtlasRow, AtlasSight, PictureRow, Storage } from "../storage.js";
import { hostileTexts, uuid } from "./rows.js";

const hash = (n: number) => n.toString(16).padStart(64, "0");

function entryOf(n: number, more: Partial<AtlasEntry> = {}): AtlasEntry {
  return {
    id: uuid(n),
    kind: "atlas",
    title: `Place ${n}`,
    description: hostileTexts.join("\n"),
    tags: [...hostileTexts],
    position: [n, 2, 3],
    view: { layers: [hostileTexts] },
    pictures: { small: hash(n), large: hash(n + 100) },
    user: "ada@lab.org",
    created: 1,
    modified: 2,
    ...more,
  };
}

function rowOf(n: number, more: Partial<AtlasRow> = {}): Omit<AtlasRow, "seq"> {
  return {
    dataset: "demo",
    id: uuid(n),
    user: "ada@lab.org",
    state: "submitted",
    version: 1,
    entry: entryOf(n),
    wasPublished: false,
    isComplete: true,
    submitted: 5,
    comment: "a\u0000b",
    ...more,
  };
}

const nobody: AtlasSight = { user: undefined, readable: [], reviewed: [] };

/** What every storage does with the atlas. */
export function itKeepsTheAtlas(storage: () => Storage): void {
  const put = (...rows: Omit<AtlasRow, "seq">[]) =>
    storage().write(async (writer) => {
      for (const row of rows) await writer.putAtlasEntry(row);
    });
  const listed = async (
    sight: Partial<AtlasSight>,
    before = 2 ** 40,
    since = 0,
  ) => {
    const { read } = storage();
    const range = { before, since };
    const rows = await read.atlasEntries({ ...nobody, ...sight }, range, 2);
    return rows.map(({ id }) => Number(id.slice(-2)));
  };

  it("keeps entries whole with both their versions, and lists them without their views", async () => {
    const row = rowOf(1, {
      state: "verified",
      published: entryOf(1, { title: "Earlier", view: { layout: "xy" } }),
      wasPublished: true,
      reviewed: { at: 7, by: "cleo@lab.org" },
    });
    await put(row);
    const { read } = storage();
    expect(await read.atlasEntry("demo", uuid(1))).toEqual({ ...row, seq: 1 });
    expect(await read.atlasEntry("other", uuid(1))).toBe(undefined);
    const sight = { ...nobody, readable: ["demo"] };
    const [found] = await read.atlasEntries(
      sight,
      { before: 2 ** 40, since: 0 },
      10,
    );
    expect(found.entry.view).toBe(undefined);
    expect(found.published?.title).toBe("Earlier");
    expect(found.published?.view).toBe(undefined);
    await put({ ...row, state: "submitted" });
    expect((await read.atlasEntry("demo", uuid(1)))?.seq).toBe(2);
  });

  it("lists to each what may be theirs, the newest change first and a page at a time", async () => {
    const elsewhere = { dataset: "o'ther" };
    await put(
      rowOf(1, { wasPublished: true }),
      rowOf(2),
      rowOf(3, { user: "bob@lab.org" }),
      rowOf(4, { ...elsewhere, wasPublished: true }),
      rowOf(5, { wasPublished: true }),
    );
    expect(await listed({})).toEqual([]);
    expect(await listed({ readable: ["demo"] })).toEqual([5, 1]);
    expect(await listed({ readable: ["o'ther"] })).toEqual([4]);
    const ada = { user: "ada@lab.org", readable: ["demo"] };
    expect(await listed(ada)).toEqual([5, 2]);
    expect(await listed(ada, 2)).toEqual([1]);
    expect(await listed(ada, 5, 1)).toEqual([2]);
    // What one has written in a dataset that one may not read any more is not listed.
    expect(await listed({ user: "ada@lab.org" })).toEqual([]);
    expect(await listed({ reviewed: ["demo"] })).toEqual([5, 3]);
    await put(rowOf(2, { isComplete: false }));
    const waitFor = (n: number) =>
      storage().read.entriesWaitingFor("demo", "ada@lab.org", hash(n));
    expect(await waitFor(2)).toEqual([uuid(2)]);
    expect(await waitFor(102)).toEqual([uuid(2)]);
    expect(await waitFor(1)).toEqual([]);
  });

  it("keeps pictures by what they hold, each person's own, and knows which are public", async () => {
    const picture: PictureRow = {
      dataset: "demo",
      user: "ada@lab.org",
      hash: hash(1),
      type: "image/png",
      bytes: new Uint8Array([0, 255, 39, 0]),
      created: 5,
    };
    await storage().write(async (writer) => {
      await writer.addPicture(picture);
      await writer.addPicture({ ...picture, type: "image/webp" });
      await writer.addPicture({ ...picture, dataset: "other" });
    });
    const { read } = storage();
    const found = await read.picture("demo", hash(1));
    expect({ ...found, bytes: [...found!.bytes] }).toEqual({
      ...picture,
      bytes: [0, 255, 39, 0],
    } as never);
    expect(await read.picture("demo", hash(2))).toBe(undefined);
    expect(await read.hasPicture("demo", "ada@lab.org", hash(1))).toBe(true);
    expect(await read.hasPicture("demo", "bob@lab.org", hash(1))).toBe(false);
    expect(await read.pictureBytes("ada@lab.org")).toBe(8);
    expect(await read.pictureBytes("bob@lab.org")).toBe(0);
    const removeUnused = (before: number) =>
      storage().write((writer) =>
        writer.removeUnusedPictures("ada@lab.org", before),
      );
    await put(rowOf(1));
    await storage().write(async (writer) => {
      await writer.addPicture({ ...picture, hash: hash(7) });
      await writer.addPicture({ ...picture, hash: hash(8) });
      await writer.putRecord({
        ...{ user: "ada@lab.org", dataset: "atlas:demo", id: uuid(8) },
        ...{ revision: 1, fieldRevisions: {}, record: entryOf(8) },
      });
    });
    await removeUnused(5);
    expect(await read.pictureBytes("ada@lab.org")).toBe(16);
    await removeUnused(6);
    expect(await read.hasPicture("demo", "ada@lab.org", hash(7))).toBe(false);
    expect(await read.hasPicture("demo", "ada@lab.org", hash(8))).toBe(true);
    expect(await read.hasPicture("demo", "ada@lab.org", hash(1))).toBe(true);
    expect(await read.isPublicPicture("demo", hash(1))).toBe(false);
    await put(rowOf(1, { published: entryOf(1) }));
    for (const n of [1, 101]) {
      expect(await read.isPublicPicture("demo", hash(n))).toBe(true);
      expect(await read.isPublicPicture("other", hash(n))).toBe(false);
    }
    await put(rowOf(1));
    expect(await read.isPublicPicture("demo", hash(1))).toBe(false);
  });
}
