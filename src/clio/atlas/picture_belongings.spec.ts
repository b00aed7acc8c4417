import type { AtlasEntry } from "../model/atlas.js";
import { atlasSandbox } from "../model/atlas.js";
import { Store } from "../store/store.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { PICTURE_DATABASE, withPictures } from "./picture_belongings.js";
import { PictureStore } from "./picture_store.js";

const ADA = "ada@lab.org";
const BOB = "bob@lab.org";

const open: (() => void)[] = [];
beforeCleanUp(() => {
  for (const close of open.splice(0)) close();
});
afterEach(cleanUp);

describe("The pictures of several people in one browser", () => {
  const pictures = new PictureStore(PICTURE_DATABASE);
  afterEach(async () => {
    await pictures.delete(() => true);
    await pictures.close();
  });

  it("are waited for and taken away as the entries of each name them", async () => {
    const store = new Store({ name: freshName(), retryAfter: 1e9 });
    open.push(() => store.dispose());
    await until(() => store.db !== undefined);
    const keep = (text: string) => pictures.keep(new Blob([text]));
    const [adas, bobs, bobsBefore, shared, orphan] = [
      await keep("ada's"),
      await keep("bob's"),
      await keep("bob's before"),
      await keep("of both"),
      await keep("orphan"),
    ];
    const put = async (user: string, n: number, ...hashes: string[]) => {
      const entries = hashes.map((hash): AtlasEntry => ({
        id: `0123abcd-0000-4000-8000-00000000000${n}`,
        kind: "atlas",
        title: "",
        description: "",
        tags: [],
        position: [1, 2, 3],
        pictures: { small: hash, large: hash },
        user,
        created: 1,
        modified: 1,
      }));
      const [record, before] = entries;
      await store.apply(
        {
          id: crypto.randomUUID(),
          ...atlasSandbox(user, "demo"),
          at: 1,
          label: "Retake picture",
          edits: [{ op: "put", record }],
        },
        [{ op: "put", record: before ?? record }],
      );
    };
    await put(ADA, 1, adas);
    await put(ADA, 2, shared);
    await put(BOB, 3, bobs, bobsBefore);
    await put(BOB, 4, shared);
    const none = () => Promise.resolve();
    const count = () => Promise.resolve(0);
    const belongings = withPictures(
      {
        name: "saved searches",
        count,
        undelivered: count,
        deliver: none,
        adopt: none,
        forget: none,
      },
      store,
    );
    expect(await belongings.undelivered(ADA)).toBe(1);
    expect(await belongings.undelivered(BOB)).toBe(1);
    await pictures.noteDelivered(adas, "demo");
    expect(await belongings.undelivered(ADA)).toBe(0);
    await store.forget(ADA);
    await belongings.forget(ADA);
    const left = [bobs, bobsBefore, shared, adas, orphan].map((hash) =>
      pictures.find(hash).then((blob) => blob !== undefined),
    );
    expect(await Promise.all(left)).toEqual([true, true, true, false, false]);
  });
});
