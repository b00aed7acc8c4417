import { SearchGone, SearchShelf } from "./search_shelf.js";
import { searchOf } from "./testing/searches.js";

const ADA = "ada@lab.org";
const BOB = "bob@lab.org";

describe("The shelf of saved searches", () => {
  let name: string;
  let shelf: SearchShelf;
  let now: number;
  beforeEach(() => {
    name = `clio-searches-${crypto.randomUUID()}`;
    now = 5000;
    shelf = new SearchShelf(name, () => now);
  });
  afterEach(async () => {
    await shelf.close();
    indexedDB.deleteDatabase(name);
  });

  const namesOf = async (user: string) =>
    (await shelf.list(user))
      .filter(({ deleted }) => deleted === undefined)
      .map(({ head }) => head.name)
      .sort();

  it("keeps each person's searches for that person alone, and has them when it is opened again", async () => {
    const search = searchOf();
    await shelf.add(ADA, [search]);
    await shelf.add(BOB, [searchOf({ name: "of Bob" })]);
    await shelf.close();
    shelf = new SearchShelf(name, () => now);
    expect(await shelf.read(ADA, search.id)).toEqual(search);
    expect(await shelf.read(BOB, search.id)).toBeUndefined();
    expect(await namesOf(BOB)).toEqual(["of Bob"]);
    await shelf.forget(ADA);
    expect(await shelf.list(ADA)).toEqual([]);
    expect(await shelf.read(ADA, search.id)).toBeUndefined();
    expect(await namesOf(BOB)).toEqual(["of Bob"]);
  });

  it("changes what is said of a search without its results, and says where it is gone", async () => {
    const search = searchOf();
    await shelf.add(ADA, [search]);
    const { head } = await shelf.change(ADA, search.id, { name: "other" });
    expect(head.modified).toBe(now);
    // The clock stands still: it is another time all the same.
    const again = await shelf.change(ADA, search.id, { note: "n" });
    expect(again.head.modified).toBeGreaterThan(now);
    const read = await shelf.read(ADA, search.id);
    expect(read?.result).toEqual(search.result);
    expect(read?.name).toBe("other");
    await expectAsync(shelf.change(BOB, search.id, {})).toBeRejectedWithError(
      SearchGone,
      /taken away/,
    );
  });

  it("has a deleted search back for a week", async () => {
    const search = searchOf();
    await shelf.add(ADA, [search]);
    await shelf.remove(ADA, search.id);
    expect(await namesOf(ADA)).toEqual([]);
    await shelf.sweep(ADA);
    await shelf.bringBack(ADA, search.id);
    expect(await shelf.read(ADA, search.id)).toEqual(search);
    await shelf.remove(ADA, search.id);
    now += 8 * 24 * 3600 * 1000;
    await shelf.sweep(ADA);
    expect(await shelf.list(ADA)).toEqual([]);
  });

  it("takes over what the server has, and keeps what was changed here beside it", async () => {
    const search = searchOf();
    await shelf.receive(ADA, search, 1);
    expect(await shelf.undelivered(ADA)).toEqual([]);
    await shelf.receive(ADA, { ...search, name: "renamed elsewhere" }, 2);
    expect(await namesOf(ADA)).toEqual(["renamed elsewhere"]);

    await shelf.change(ADA, search.id, { name: "renamed here" });
    await shelf.receive(ADA, { ...search, name: "renamed again" }, 3);
    expect(await namesOf(ADA)).toEqual([
      "renamed again",
      "renamed here (changed here)",
    ]);
    expect(await shelf.undelivered(ADA)).toHaveSize(1);

    // An answer that was lost on its way: both have the same, and nothing is kept twice.
    const own = searchOf({ name: "own" });
    await shelf.add(ADA, [own]);
    await shelf.receive(ADA, own, 4);
    expect(await namesOf(ADA)).toHaveSize(3);
  });

  it("lets go of what was deleted elsewhere, but for what was changed here since", async () => {
    const [gone, changed] = [searchOf(), searchOf({ name: "kept" })];
    await shelf.receive(ADA, gone, 1);
    await shelf.receive(ADA, changed, 1);
    await shelf.change(ADA, changed.id, { note: "still mine" });
    await shelf.drop(ADA, gone.id);
    await shelf.drop(ADA, changed.id);
    expect(await namesOf(ADA)).toEqual(["kept"]);
    const [row] = await shelf.undelivered(ADA);
    expect(row.delivered).toBeUndefined();
  });

  it("gives what was saved before anybody signed in to who says that it is theirs", async () => {
    const search = searchOf();
    await shelf.add("local", [search, searchOf()]);
    await shelf.remove("local", search.id);
    await shelf.adopt("local", ADA);
    expect(await shelf.list("local")).toEqual([]);
    expect(await shelf.list(ADA)).toHaveSize(1);
    expect(await shelf.undelivered(ADA)).toHaveSize(1);
  });
});
