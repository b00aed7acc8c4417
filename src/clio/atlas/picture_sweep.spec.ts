import { deleteDB } from "idb";
import type { AtlasEntry } from "../model/atlas.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { Store } from "../store/store.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { OwnEntries } from "./own_entries.js";
import { PictureStore } from "./picture_store.js";
import { sweepPictures } from "./picture_sweep.js";

const open: (() => void)[] = [];
beforeCleanUp(() => {
  for (const close of open.splice(0)) close();
});
afterEach(cleanUp);

/** A time after all that was done so far, and before all that is done then. */
async function moment(): Promise<number> {
  const before = Date.now();
  await until(() => Date.now() > before);
  const now = Date.now();
  await until(() => Date.now() > now);
  return now;
}

describe("The sweep of pictures", () => {
  const name = `clio-atlas-spec-${crypto.randomUUID()}`;
  const pictures = new PictureStore(name);
  const other = new PictureStore(name);
  afterEach(async () => {
    await pictures.close();
    await other.close();
    await deleteDB(name);
  });

  it("takes what no entry and no step of undo names, and nothing that any tab has taken lately", async () => {
    const store = new Store({ name: freshName(), retryAfter: 1e9 });
    const own = new OwnEntries(store);
    open.push(() => {
      own.dispose();
      store.dispose();
    });
    await until(() => own.isRead);
    const keep = (text: string) => pictures.keep(new Blob([text]));
    const [named, before, deleted, orphan, again, waiting] = [
      await keep("named"),
      await keep("before it was retaken"),
      await keep("deleted"),
      await keep("orphan"),
      await keep("taken again"),
      await keep("not written yet"),
    ];
    const entry = (n: number, hash: string): AtlasEntry => ({
      id: `0123abcd-0000-4000-8000-00000000000${n}`,
      kind: "atlas",
      title: "",
      description: "",
      tags: [],
      position: [1, 2, 3],
      pictures: { small: hash, large: hash },
      user: LOCAL_USER,
      created: 1,
      modified: 1,
    });
    await own.add("demo", entry(1, before));
    const retaken = { small: named, large: named };
    const { id } = entry(1, before);
    await own.change("demo", id, "Retake picture", { pictures: retaken });
    await own.add("demo", entry(2, deleted));
    await own.remove("demo", entry(2, deleted).id);
    const left = async () => {
      const all = [named, before, deleted, orphan, again, waiting];
      const found = await Promise.all(all.map((hash) => pictures.find(hash)));
      return found.map((blob) => blob !== undefined);
    };
    const then = await moment();
    await other.keep(new Blob(["taken again"]));
    await sweepPictures(store.db!, pictures, [waiting], then);
    expect(await left()).toEqual([true, true, true, false, true, true]);
    // What no undo can bring back goes too.
    await store.db!.clear("history");
    await sweepPictures(store.db!, pictures, [], then);
    expect(await left()).toEqual([true, false, false, false, true, false]);
  });
});
