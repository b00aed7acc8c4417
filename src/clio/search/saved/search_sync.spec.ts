import { SearchServer } from "./search_server.js";
import { SearchShelf } from "./search_shelf.js";
import { SearchSync } from "./search_sync.js";
import { searchOf } from "./testing/searches.js";

const ADA = "ada@lab.org";

/** The route's rules in memory: what is kept under an id follows the version that its writer knew. */
class Route {
  readonly kept = new Map<string, { timestamp: number; clio: unknown }>();
  isAway = false;
  person = ADA;
  private time = 1000;

  readonly fetch = (target: string, init: RequestInit): Promise<Response> => {
    if (this.isAway) return Promise.reject(new TypeError("away"));
    return Promise.resolve(this.answer(new URL(target, "http://here"), init));
  };

  private answer({ pathname, searchParams }: URL, init: RequestInit): Response {
    if (pathname === "/api/session") {
      return Response.json({ user: this.person, sync: true });
    }
    if (init.method === "GET") {
      return Response.json(Object.fromEntries(this.kept));
    }
    const id = searchParams.get("id")!;
    const base = Number(searchParams.get("base")) / 1000;
    if (base !== (this.kept.get(id)?.timestamp ?? 0)) {
      const problem = { detail: "changed", code: "changed-meanwhile" };
      return Response.json(problem, { status: 409 });
    }
    if (init.method === "DELETE") {
      this.kept.delete(id);
      return Response.json(null);
    }
    const { clio } = JSON.parse(init.body as string) as { clio: unknown };
    const timestamp = ++this.time / 1000;
    this.kept.set(id, { timestamp, clio });
    return Response.json({ timestamp });
  }
}

describe("Saved searches on two machines", () => {
  let route: Route;
  let open: { shelf: SearchShelf; sync: SearchSync; name: string }[];
  const machine = () => {
    const name = `clio-searches-${crypto.randomUUID()}`;
    const shelf = new SearchShelf(name);
    const server = new SearchServer(route.fetch);
    const sync = new SearchSync(shelf, server, ADA, () => "demo");
    open.push({ shelf, sync, name });
    return { shelf, sync };
  };
  beforeEach(() => {
    route = new Route();
    open = [];
  });
  afterEach(async () => {
    for (const { shelf, sync, name } of open) {
      sync.dispose();
      await shelf.close();
      indexedDB.deleteDatabase(name);
    }
  });

  const namesOf = async (shelf: SearchShelf) =>
    (await shelf.list(ADA))
      .filter(({ deleted }) => deleted === undefined)
      .map(({ head }) => head.name)
      .sort();

  it("are the same on both, deletions and what was taken back included", async () => {
    const [a, b] = [machine(), machine()];
    const search = searchOf();
    await a.shelf.add(ADA, [search]);
    await a.sync.settle();
    expect(a.sync.standing).toBe("synced");
    await b.sync.settle();
    expect(await b.shelf.read(ADA, search.id)).toEqual(search);

    await b.shelf.remove(ADA, search.id);
    await b.sync.settle();
    expect(route.kept.size).toBe(0);
    await a.sync.settle();
    expect(await namesOf(a.shelf)).toEqual([]);
    await b.shelf.bringBack(ADA, search.id);
    await b.sync.settle();
    await a.sync.settle();
    expect(await namesOf(a.shelf)).toEqual([search.name]);
  });

  it("are both kept where both were changed in between, and nothing is kept twice", async () => {
    const [a, b] = [machine(), machine()];
    const search = searchOf();
    await a.shelf.add(ADA, [search]);
    await a.sync.settle();
    await b.sync.settle();
    await a.shelf.change(ADA, search.id, { name: "of a" });
    await b.shelf.change(ADA, search.id, { name: "of b" });
    for (const { sync } of [a, b, a, b]) await sync.settle();
    const both = ["of a", "of b (changed here)"];
    expect(await namesOf(a.shelf)).toEqual(both);
    expect(await namesOf(b.shelf)).toEqual(both);
  });

  it("wait while the server is away, and are delivered to nobody else", async () => {
    const { shelf, sync } = machine();
    route.isAway = true;
    await shelf.add(ADA, [searchOf()]);
    await sync.settle();
    expect(sync.standing).toBe("away");
    route.isAway = false;
    route.person = "bob@lab.org";
    await sync.settle();
    expect(sync.standing).toBe("alone");
    expect(route.kept.size).toBe(0);
    route.person = ADA;
    await sync.settle();
    expect(route.kept.size).toBe(1);
    expect(await shelf.undelivered(ADA)).toEqual([]);
  });

  it("leave what cannot be read on the server as it is", async () => {
    const { shelf, sync } = machine();
    const search = searchOf();
    await shelf.add(ADA, [search]);
    await sync.settle();
    const row = route.kept.get(search.id)!;
    route.kept.set(search.id, { ...row, clio: { ...search, newer: true } });
    await sync.settle();
    expect(await namesOf(shelf)).toEqual([search.name]);
    expect(route.kept.size).toBe(1);
  });
});
