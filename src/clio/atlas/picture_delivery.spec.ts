import { deleteDB } from "idb";
import type { AtlasEntry } from "../model/atlas.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { Store } from "../store/store.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { AtlasServer, type Fetch } from "./atlas_server.js";
import { OwnEntries } from "./own_entries.js";
import { PictureDelivery } from "./picture_delivery.js";
import { PictureStore } from "./picture_store.js";

const open: (() => void)[] = [];
beforeCleanUp(() => {
  for (const close of open.splice(0)) close();
});
afterEach(cleanUp);

describe("The delivery of pictures", () => {
  const name = `clio-atlas-spec-${crypto.randomUUID()}`;
  afterEach(() => deleteDB(name));

  it("goes on past one that the server refuses, which it asks once", async () => {
    const store = new Store({ name: freshName(), retryAfter: 1e9 });
    const own = new OwnEntries(store);
    const pictures = new PictureStore(name);
    await until(() => own.isRead);
    const keep = (text: string) =>
      pictures.keep(new Blob([text], { type: "image/webp" }));
    const [refused, small, large] = [
      await keep("refused"),
      await keep("small"),
      await keep("large"),
    ];
    const entry = (n: number, large: string): AtlasEntry => ({
      id: `0123abcd-0000-4000-8000-00000000000${n}`,
      kind: "atlas",
      title: "",
      description: "",
      tags: [],
      position: [1, 2, 3],
      pictures: { small, large },
      user: LOCAL_USER,
      created: 1,
      modified: 1,
    });
    await own.add("demo", entry(1, refused));
    await own.add("demo", entry(2, large));
    const warn = spyOn(console, "warn");
    const asked: string[] = [];
    const answer: Fetch = (url) => {
      if (url === "/api/session") {
        return Promise.resolve(Response.json({ user: LOCAL_USER, sync: true }));
      }
      asked.push(url);
      const problem = { code: "too-large", detail: "It is too large." };
      return Promise.resolve(
        url.endsWith(refused)
          ? Response.json(problem, { status: 413 })
          : Response.json({}),
      );
    };
    const delivery = new PictureDelivery(
      own,
      pictures,
      new AtlasServer(answer),
      LOCAL_USER,
      () => undefined,
    );
    open.push(() => {
      delivery.dispose();
      own.dispose();
      store.dispose();
      void pictures.close();
    });
    await until(() => pictures.isDelivered(large, "demo"));
    expect(await pictures.isDelivered(small, "demo")).toBe(true);
    expect(await pictures.isDelivered(refused, "demo")).toBe(false);
    // Something new is delivered, and the refused one not asked for again.
    const later = await keep("later");
    await own.add("demo", entry(3, later));
    await until(() => pictures.isDelivered(later, "demo"));
    expect(asked.filter((url) => url.endsWith(refused)).length).toBe(1);
    expect(warn).toHaveBeenCalledOnceWith(
      "Clio could not deliver a picture:",
      "It is too large.",
    );
  });
});
