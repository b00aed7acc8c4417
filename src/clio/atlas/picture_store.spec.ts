import { deleteDB } from "idb";
import { hashOf, PictureStore } from "./picture_store.js";

const blob = (text: string) => new Blob([text], { type: "image/webp" });

describe("The pictures of a person's entries", () => {
  const name = `clio-atlas-spec-${crypto.randomUUID()}`;
  const stores: PictureStore[] = [];
  const open = (mostBytes?: number) => {
    const store = new PictureStore(name, mostBytes);
    stores.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await deleteDB(name);
  });

  it("are called by what they hold, and are there when the browser comes back", async () => {
    const hash = await open().keep(blob("abc"));
    expect(hash).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    const found = await open().find(hash);
    expect(await found?.text()).toBe("abc");
    expect(found?.type).toBe("image/webp");
    expect(await open().find(await hashOf(blob("x")))).toBe(undefined);
  });

  it("are given up where they take too much, the oldest first, and only those that the server has", async () => {
    const store = open(6);
    const waiting = await store.keep(blob("aaa"));
    const had = await store.keep(blob("bbb"));
    await store.noteDelivered(had, "demo");
    await store.keep(blob("ccc"));
    expect(await store.find(waiting)).toBeDefined();
    expect(await store.find(had)).toBe(undefined);
    expect(await store.isDelivered(waiting, "demo")).toBe(false);
    const names = [waiting, had].map((hash) => ({ hash, dataset: "demo" }));
    // What is not here, another machine has and delivers.
    expect(await store.undelivered(names)).toBe(1);
    await store.noteDelivered(waiting, "demo");
    expect(await store.isDelivered(waiting, "demo")).toBe(true);
    expect(await store.isDelivered(waiting, "other")).toBe(false);
    expect(await store.undelivered(names)).toBe(0);
    // The same picture again is still with the server.
    await store.keep(blob("aaa"));
    expect(await store.isDelivered(waiting, "demo")).toBe(true);
  });
});
