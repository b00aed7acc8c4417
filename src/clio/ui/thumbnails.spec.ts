import type { Picture } from "./picture.js";
import { ThumbnailCache } from "./thumbnail_cache.js";
import { Thumbnails } from "./thumbnails.js";

function picture(value: number, edge = 4): Picture {
  return {
    edge,
    grey: new Uint8ClampedArray(edge * edge).fill(value),
    inside: { left: 0, top: 0, right: edge, bottom: edge },
  };
}

/** So that no run meets the database of another. */
function freshName(): string {
  return `clio-thumbnails-spec-${crypto.randomUUID()}`;
}

describe("Thumbnails", () => {
  const names: string[] = [];
  const caches: ThumbnailCache[] = [];

  function cache(
    name: string,
    ...options: [mostBytes?: number, sweepEvery?: number, now?: () => number]
  ): ThumbnailCache {
    names.push(name);
    const made = new ThumbnailCache(name, ...options);
    caches.push(made);
    return made;
  }

  afterEach(async () => {
    for (const made of caches.splice(0)) await made.close();
    for (const name of names.splice(0)) indexedDB.deleteDatabase(name);
  });

  const never = new AbortController().signal;

  it("are cut once, and found in memory and, by another page, in the database", async () => {
    const name = freshName();
    let cuts = 0;
    const cut = () => Promise.resolve(picture(++cuts));
    const first = cache(name);
    const thumbnails = new Thumbnails(first);
    expect((await thumbnails.get("a", cut, never)).grey[0]).toBe(1);
    expect((await thumbnails.get("a", cut, never)).grey[0]).toBe(1);
    expect(thumbnails.peek("a")?.grey[0]).toBe(1);
    await first.keep("a", picture(1));
    const other = new Thumbnails(cache(name));
    expect((await other.get("a", cut, never)).grey[0]).toBe(1);
    expect(cuts).toBe(1);
  });

  it("are cut a few at a time, and not at all where nobody wants them any more", async () => {
    const thumbnails = new Thumbnails(cache(freshName()), 2);
    let running = 0;
    let most = 0;
    let cuts = 0;
    const cut = async () => {
      cuts += 1;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return picture(7);
    };
    const unwanted = new AbortController();
    const all = Array.from({ length: 12 }, (_, i) =>
      thumbnails
        .get(String(i), cut, i % 2 === 0 ? never : unwanted.signal)
        .catch((error: unknown) => error),
    );
    unwanted.abort();
    const results = await Promise.all(all);
    expect(most).toBe(2);
    expect(cuts).toBe(6);
    expect(
      results.filter((result) => result instanceof DOMException),
    ).toHaveSize(6);
  });

  it("go on after one that could not be cut", async () => {
    const thumbnails = new Thumbnails(cache(freshName()), 1);
    const failing = thumbnails.get(
      "a",
      () => Promise.reject(new Error("no such chunk")),
      never,
    );
    const good = thumbnails.get("b", () => Promise.resolve(picture(3)), never);
    await expectAsync(failing).toBeRejectedWithError("no such chunk");
    expect((await good).grey[0]).toBe(3);
  });

  it("take no more of the disk than they may: those that were not used for longest go", async () => {
    let clock = 0;
    const bytes = picture(0).grey.byteLength;
    const kept = cache(freshName(), 3 * bytes, 1, () => ++clock);
    for (const key of ["a", "b", "c"]) await kept.keep(key, picture(1));
    await kept.find("a");
    await kept.keep("d", picture(2));
    const left: string[] = [];
    for (const key of ["a", "b", "c", "d"]) {
      if ((await kept.find(key)) !== undefined) left.push(key);
    }
    expect(left).toEqual(["a", "c", "d"]);
  });

  it("do without a database where the browser has none to give", async () => {
    const broken = cache(freshName());
    await broken.close();
    const thumbnails = new Thumbnails(broken);
    const got = await thumbnails.get(
      "a",
      () => Promise.resolve(picture(9)),
      never,
    );
    expect(got.grey[0]).toBe(9);
  });
});
