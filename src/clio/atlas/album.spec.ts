import type { AtlasEntry } from "../model/atlas.js";
import type { AtlasPage, SeenEntry } from "../model/atlas_wire.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { Store } from "../store/store.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { Album } from "./album.js";
import { NO_FILTER } from "./album_filter.js";
import { AtlasServer, type Fetch } from "./atlas_server.js";
import { FilterRow } from "./filter_row.js";
import { OwnEntries } from "./own_entries.js";

const id = (n: number) =>
  `0123abcd-0000-4000-8000-${String(n).padStart(12, "0")}`;

function entry(n: number, more: Partial<AtlasEntry> = {}): AtlasEntry {
  return {
    id: id(n),
    kind: "atlas",
    title: `Place ${n}`,
    description: "",
    tags: [],
    position: [n, 0, 0],
    user: "ada@lab.org",
    created: n,
    modified: n,
    ...more,
  };
}

function seen(n: number, more: Partial<SeenEntry> = {}): SeenEntry {
  return {
    dataset: "demo",
    entry: entry(n),
    state: "verified",
    isPublic: true,
    version: 1,
    submitted: n,
    isWaiting: false,
    seq: n,
    ...more,
  };
}

/** Pages as a server answers them, one after the other; undefined where it is away. */
class Pages {
  pages: (Partial<AtlasPage> | undefined)[] = [];
  sync = true;
  asked: string[] = [];

  readonly fetch: Fetch = (url) => {
    if (url === "/api/session") {
      return Promise.resolve(Response.json({ sync: this.sync }));
    }
    this.asked.push(url);
    const page = this.pages.shift();
    if (page === undefined) return Promise.reject(new TypeError("away"));
    const empty = { entries: [], gone: [], reviews: [], isAlone: false };
    return Promise.resolve(Response.json({ ...empty, ...page }));
  };
}

const open: (() => void)[] = [];
beforeCleanUp(() => {
  for (const close of open.splice(0)) close();
});
afterEach(cleanUp);

async function openAlbum(server: Pages) {
  const store = new Store({ name: freshName(), retryAfter: 1e9 });
  const own = new OwnEntries(store);
  await until(() => own.isRead);
  const album = new Album(
    own,
    new AtlasServer(server.fetch),
    LOCAL_USER,
    () => {
      return ({ entry: { position } }) => position[0];
    },
  );
  open.push(() => {
    album.dispose();
    own.dispose();
    store.dispose();
  });
  await until(() => album.standing !== "loading");
  return { album, own };
}

const titles = ({ shown }: Album) => shown.map(({ entry: { title } }) => title);

describe("The album", () => {
  it("is put together of all pages of the server and what is one's own, in the order that is asked for", async () => {
    const server = new Pages();
    const reviews = ["demo"];
    const titled = seen(2, { entry: entry(2, { title: "A" }) });
    server.pages = [
      { entries: [seen(4), seen(3)], next: 3, reviews },
      { entries: [titled], reviews },
    ];
    const { album, own } = await openAlbum(server);
    await own.add("demo", entry(3, { title: "Mine", user: LOCAL_USER }));
    await own.add("vnc", entry(9, { title: "Draft", user: LOCAL_USER }));
    await until(() => album.all.length === 4);
    expect(titles(album)).toEqual(["Draft", "Place 4", "Mine", "A"]);
    album.order = "title";
    expect(titles(album)).toEqual(["A", "Draft", "Mine", "Place 4"]);
    album.order = "distance";
    expect(titles(album)).toEqual(["A", "Mine", "Place 4", "Draft"]);
    const [a, mine] = album.shown;
    expect(album.mayReview(a)).toBe(true);
    // What is one's own somebody else reviews, and nobody what is in another dataset.
    expect(album.mayReview(mine)).toBe(false);
    expect(server.asked[1]).toContain("before=3");
  });

  it("takes over what is new, and lets go of what is public no more", async () => {
    const server = new Pages();
    server.pages = [{ entries: [seen(2), seen(1)] }];
    const { album } = await openAlbum(server);
    await until(() => album.all.length === 2);
    server.pages = [
      { entries: [seen(3)], gone: [{ dataset: "demo", id: id(1) }] },
    ];
    await album.refresh();
    await until(() => titles(album).join() === "Place 3,Place 2");
    expect(server.asked.at(-1)).toContain("since=2");
  });

  it("asks for all of it again where a page did not come", async () => {
    const server = new Pages();
    server.pages = [{ entries: [seen(4), seen(3)], next: 3 }, undefined];
    const { album } = await openAlbum(server);
    expect(album.standing).toBe("away");
    server.pages = [
      { entries: [seen(4), seen(3)], next: 3 },
      { entries: [seen(2), seen(1)] },
    ];
    await album.refresh();
    await until(() => album.all.length === 4);
    expect(album.standing).toBe("loaded");
    expect(server.asked[2]).toContain("since=0");
    server.pages = [{}];
    await album.refresh();
    expect(server.asked.at(-1)).toContain("since=4");
  });

  it("is there without the server, and says how that stands", async () => {
    const server = new Pages();
    server.sync = false;
    expect((await openAlbum(server)).album.standing).toBe("alone");
    const { album, own } = await openAlbum(new Pages());
    expect(album.standing).toBe("away");
    await own.add("demo", entry(1, { title: "Mine", submitted: 5 }));
    await until(() => titles(album).join() === "Mine");
    expect(album.shown[0].state).toBe("submitted");
  });

  it("is filtered by what its row shows, when that is opened again too", async () => {
    const server = new Pages();
    server.pages = [{ entries: [seen(2), seen(1)] }];
    const { album } = await openAlbum(server);
    await until(() => album.all.length === 2);
    album.filter = { ...NO_FILTER, text: "1$", isPattern: true, within: 5000 };
    const row = new FilterRow(album);
    row.update();
    const [text, pattern] = row.element.querySelectorAll("input");
    const [near] = row.element.querySelectorAll("select");
    expect([text.value, pattern.checked, near.value]).toEqual([
      "1$",
      true,
      "5000",
    ]);
    row.clear();
    row.update();
    expect([text.value, pattern.checked, near.value]).toEqual(["", false, ""]);
    expect(titles(album)).toEqual(["Place 2", "Place 1"]);
  });

  it("keeps what it shows while the filter is none", async () => {
    const server = new Pages();
    server.pages = [{ entries: [seen(2), seen(1)] }];
    const { album } = await openAlbum(server);
    await until(() => album.all.length === 2);
    album.filter = { ...album.filter, text: "place 1" };
    expect(titles(album)).toEqual(["Place 1"]);
    album.filter = { ...album.filter, text: "(", isPattern: true };
    expect(album.wrong).toMatch(/no regular expression/);
    expect(titles(album)).toEqual(["Place 1"]);
    album.filter = { ...album.filter, text: "2$" };
    expect(album.wrong).toBe(undefined);
    expect(titles(album)).toEqual(["Place 2"]);
    expect(album.counts.get("verified")).toBe(2);
  });
});
