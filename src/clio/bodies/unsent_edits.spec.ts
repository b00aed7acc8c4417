import { freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import {
  countUnsent,
  forgetUnsent,
  UNSENT_EDITS,
  UnsentEdits,
} from "./unsent_edits.js";

const place = { dataset: "demo", body: "18446744073709551613", field: "n" };

describe("Edits that the server does not have", () => {
  let name: string;
  const open: UnsentEdits[] = [];
  const begin = (person: string) => {
    const edits = new UnsentEdits(person, name);
    open.push(edits);
    return edits;
  };

  beforeEach(() => (name = freshName()));

  afterEach(async () => {
    for (const each of open.splice(0)) {
      await each.written();
      each.dispose();
    }
    indexedDB.deleteDatabase(name);
  });

  it("are there after a reload, with every digit of what the person saw, and to nobody else", async () => {
    const first = begin("ada");
    // The last letter counts, and what is taken back does not.
    for (const text of ["1", "12", "123"])
      first.keep({ ...place, text, base: 9007199254740993n });
    first.keep({ ...place, field: "type", text: "KC", base: undefined });
    first.drop({ ...place, field: "type" });
    await first.written();

    const [again, other] = [begin("ada"), begin("ben")];
    await Promise.all([again.read, other.read]);
    const kept = { person: "ada", text: "123", base: 9007199254740993n };
    expect(again.of("demo")).toEqual([{ ...place, ...kept }]);
    expect(again.of("another")).toEqual([]);
    expect(other.of("demo")).toEqual([]);
  });

  it("are what is typed by now, where what was kept before is read only then", async () => {
    const first = begin("ada");
    first.keep({ ...place, text: "old", base: 1 });
    first.keep({ ...place, body: "7", text: "gone", base: 1 });
    await first.written();
    const again = begin("ada");
    again.keep({ ...place, text: "new", base: 1 });
    await again.read;
    expect(again.find(place)?.text).toBe("new");
    again.drop({ ...place, body: "7" });
    await again.written();
    const third = begin("ada");
    await third.read;
    expect(third.of("demo").map(({ text }) => text)).toEqual(["new"]);
  });

  it("are the same in all tabs, in which what one drops is not what another has typed meanwhile", async () => {
    const [first, second] = [begin("ada"), begin("ada")];
    first.keep({ ...place, text: "old", base: 1 });
    first.keep({ ...place, body: "7", text: "sent", base: 1 });
    await until(() => second.of("demo").length === 2);
    const seen = second.find(place);
    first.drop({ ...place, body: "7" });
    await until(() => second.of("demo").length === 1);
    // It is the same object as before: nobody has typed there.
    expect(second.find(place)).toBe(seen);

    first.keep({ ...place, text: "new", base: 1 });
    await first.written();
    // Before it has heard of that.
    expect(second.find(place)?.text).toBe("old");
    second.drop(place);
    await second.written();
    expect(second.find(place)?.text).toBe("new");
    const third = begin("ada");
    await third.read;
    expect(third.of("demo").map(({ text }) => text)).toEqual(["new"]);
  });

  it("are tried again with the next that is typed, where the disk would not take them", async () => {
    const first = begin("ada");
    first.keep({ ...place, body: "7", text: "sent", base: 1 });
    await first.written();
    const warned = spyOn(console, "warn");
    const transaction = Reflect.get(IDBDatabase.prototype, "transaction");
    const transactions = spyOn(IDBDatabase.prototype, "transaction");
    transactions.and.callFake(function (this: IDBDatabase, ...given) {
      const made = transaction.apply(this, given);
      if (given[1] === "readwrite") queueMicrotask(() => made.abort());
      return made;
    });
    first.keep({ ...place, text: "typed", base: 1 });
    first.drop({ ...place, body: "7" });
    await first.written();
    expect(first.areKept).toBeFalse();
    expect(warned).toHaveBeenCalled();
    // Nor does what others write bring it back.
    await first.refresh();
    expect(first.of("demo").map(({ text }) => text)).toEqual(["typed"]);
    expect(first.areKept).toBeFalse();

    transactions.and.callFake(transaction);
    first.keep({ ...place, field: "type", text: "KC", base: undefined });
    await first.written();
    expect(first.areKept).toBeTrue();
    const again = begin("ada");
    await again.read;
    expect(again.of("demo").map(({ text }) => text)).toEqual(["typed", "KC"]);
  });

  it("are counted before a person takes away what is theirs, and go then, and nobody else's", async () => {
    name = UNSENT_EDITS;
    for (const person of ["ada", "ben"]) {
      const edits = begin(person);
      edits.keep({ ...place, text: "new", base: 1 });
      await edits.written();
    }
    expect(await countUnsent("ada")).toBe(1);
    await forgetUnsent("ada");
    expect([await countUnsent("ada"), await countUnsent("ben")]).toEqual([
      0, 1,
    ]);
  });
});
