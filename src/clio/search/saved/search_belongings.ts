import type { SearchShelf } from "./search_shelf.js";

const DATABASE = "clio-searches";

const loadShelf = () =>
  import(/* webpackChunkName: "searches" */ "./search_shelf.js");
const loadSync = () =>
  Promise.all([
    import(/* webpackChunkName: "searches" */ "./search_sync.js"),
    import(/* webpackChunkName: "searches" */ "./search_server.js"),
  ]);

/** Loads what keeps saved searches, and what delivers them. */
export async function loadSaved(): Promise<void> {
  await Promise.all([loadShelf(), loadSync()]);
}

/** The saved searches of this browser as something that belongs to people: who signs in may take them over, who signs out take them away. */
export class SearchBelongings {
  readonly name = "saved searches";
  private loading: Promise<SearchShelf> | undefined;

  /** The shelf that they are on, loaded when it is first needed. */
  shelf(): Promise<SearchShelf> {
    this.loading ??= loadShelf().then(
      ({ SearchShelf }) => new SearchShelf(DATABASE),
    );
    // Where the server was away it is asked again the next time.
    this.loading.catch(() => (this.loading = undefined));
    return this.loading;
  }

  /** How many a user has here. */
  async count(user: string): Promise<number> {
    const rows = (await (await this.known())?.list(user)) ?? [];
    return rows.filter(({ deleted }) => deleted === undefined).length;
  }

  /** How many of them the server does not have as they are here. */
  async undelivered(user: string): Promise<number> {
    return (await (await this.known())?.undelivered(user))?.length ?? 0;
  }

  /** Brings to the server what it does not have, as far as it can be reached and the user is signed in. */
  async deliver(user: string): Promise<void> {
    if ((await this.undelivered(user)) === 0) return;
    const [{ SearchSync }, { SearchServer }] = await loadSync();
    const shelf = await this.shelf();
    const sync = new SearchSync(
      shelf,
      new SearchServer(),
      user,
      () => undefined,
    );
    await sync.settle();
    sync.dispose();
  }

  async adopt(from: string, to: string): Promise<void> {
    await (await this.known())?.adopt(from, to);
  }

  async forget(user: string): Promise<void> {
    await (await this.known())?.forget(user);
  }

  /** The shelf; undefined where nobody has saved a search in this browser: then nothing need be loaded to know that. */
  private async known(): Promise<SearchShelf | undefined> {
    if (this.loading === undefined) {
      const all = await indexedDB.databases();
      if (!all.some(({ name }) => name === DATABASE)) return undefined;
    }
    return this.shelf();
  }
}
