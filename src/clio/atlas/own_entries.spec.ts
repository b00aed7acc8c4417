import type { AtlasEntry } from "../model/atlas.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { Store } from "../store/store.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { OwnEntries } from "./own_entries.js";

const open: { store: Store; own: OwnEntries }[] = [];

beforeCleanUp(() => {
  for (const { store, own } of open.splice(0)) {
    own.dispose();
    store.dispose();
  }
});
afterEach(cleanUp);

async function openTab(name: string) {
  const store = new Store({ name, retryAfter: 1e9 });
  const tab = { store, own: new OwnEntries(store) };
  open.push(tab);
  await until(() => tab.own.isRead);
  return tab;
}

function entry(more: Partial<AtlasEntry> = {}): AtlasEntry {
  return {
    id: crypto.randomUUID(),
    kind: "atlas",
    title: "",
    description: "",
    tags: [],
    position: [1, 2, 3],
    view: { layout: "xy" },
    user: LOCAL_USER,
    created: 1,
    modified: 1,
    ...more,
  };
}

const titles = (own: OwnEntries) =>
  [...own.all()].map(({ dataset, entry }) => `${dataset}: ${entry.title}`);

describe("A person's own entries", () => {
  it("are kept in all datasets, seen by other tabs, and there when the browser comes back", async () => {
    const name = freshName();
    const one = await openTab(name);
    const other = await openTab(name);
    await one.own.add("demo", entry({ title: "first" }));
    await one.own.add("vnc", entry({ title: "second" }));
    await until(() => titles(other.own).length === 2);
    const again = await openTab(name);
    expect(titles(again.own).sort()).toEqual(["demo: first", "vnc: second"]);
  });

  it("are changed by parts, each change one step of undo in the history of its dataset", async () => {
    const { own, store } = await openTab(freshName());
    const place = entry();
    const { id } = place;
    const acts: string[] = [];
    own.acts.add((label) => acts.push(label));
    await own.add("demo", place);
    await own.change("demo", id, "Edit place", { title: "A place" });
    await own.change("demo", id, "Submit place", { submitted: 5 });
    // Nothing new is no step.
    await own.change("demo", id, "Edit place", { title: "A place" });
    expect(acts).toEqual([
      "Add place to the atlas",
      "Edit place",
      "Submit place",
    ]);
    const demo = { user: LOCAL_USER, dataset: "demo" };
    const undo = async () => {
      await store.undoStack.undo(demo);
      await store.catchUp();
      await own.settled();
      return own.find("demo", id);
    };
    expect((await undo())?.submitted).toBe(undefined);
    expect(own.find("demo", id)?.title).toBe("A place");
    expect((await undo())?.title).toBe("");
    await own.remove("demo", id);
    expect(own.find("demo", id)).toBe(undefined);
    await expectAsync(
      own.change("demo", id, "Edit place", { title: "x" }),
    ).toBeRejectedWithError("it was deleted meanwhile");
    expect((await undo())?.id).toBe(id);
  });

  it("stay while they are read again", async () => {
    const { own, store } = await openTab(freshName());
    const place = entry({ title: "kept" });
    await own.add("demo", place);
    const seen: boolean[] = [];
    const look = () => seen.push(own.find("demo", place.id) !== undefined);
    own.changed.add(look);
    store.readAgain.dispatch();
    const read = own.settled();
    await Promise.resolve();
    await Promise.resolve();
    look();
    await read;
    look();
    expect(seen).toHaveSize(3);
    expect(seen).not.toContain(false);
  });

  it("refuse what is no entry by the field, and keep what was", async () => {
    const { own } = await openTab(freshName());
    const place = entry({ title: "kept" });
    await own.add("demo", place);
    await expectAsync(
      own.change("demo", place.id, "Edit place", { title: "x".repeat(301) }),
    ).toBeRejectedWithError(/title.*at most 300/);
    expect(titles(own)).toEqual(["demo: kept"]);
  });
});
