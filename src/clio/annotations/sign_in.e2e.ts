import type { BrowserContext, Page } from "playwright-core";
import {
  AccountServer,
  type PersonName,
} from "../../../config/stories/account_server.js";
import {
  newContext,
  pageIn,
  type Voxel,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import { violations } from "../../../config/stories/axe.js";
import {
  demoState,
  eventually,
  linkAt,
  marksPanel,
  type PageWithMarks,
  placeByKey,
  sandboxOf,
  statusReads,
} from "./testing/marks_page.js";

const A: Voxel = [130, 120, 64];
const B: Voxel = [100, 140, 64];

const ADA = "ada@lab.org";

/** A search that was saved on another machine. */
const SAVED_SEARCH = {
  id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
  name: "Dark ones",
  note: "",
  created: 1,
  modified: 1,
  place: [130, 120, 64],
  dataset: "demo",
  examples: [{ point: [130, 120, 64], like: true }],
  filters: {},
  plane: "+x+y",
  thumbnails: { source: "", index: "", width: 600 },
  review: { accepted: [], rejected: [], skipped: [], kept: [] },
  result: {
    searched: 1,
    index: {
      index: "one",
      count: 1,
      encoder: { name: "any", hash: "0", patch: [32, 32, 32] },
      voxelSize: [8, 8, 8],
      stride: [16, 16, 16],
      complete: true,
      quarantined: [],
    },
    examined: 1,
    milliseconds: 1,
    complete: true,
    matches: [[8, 8, 8, 0]],
    fresh: [],
  },
};

/** What the console says of a server that refuses, or is away. */
const refused = [/Failed to load resource/, /net::ERR_/];

/** How many searches a browser keeps, whosever they are. */
function keptSearches(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () =>
          reject(new Error("the database of searches cannot be read"));
      });
    const db = await done(indexedDB.open("clio-searches"));
    const rows = db.transaction("searches").objectStore("searches");
    const count = await done(rows.count());
    db.close();
    return count;
  });
}

describe("A person who signs in", () => {
  let server: AccountServer;
  beforeEach(async () => {
    server = await AccountServer.startGroup();
  }, 60_000);
  afterEach(() => server.close());

  async function open(context: BrowserContext): Promise<Page> {
    const { page } = await pageIn(context, { allow: refused });
    const state = {
      ...demoState(server.origin),
      clioMarks: { visible: true },
    };
    await page.goto(linkAt(server.origin, state));
    await viewerReady(page);
    return page;
  }

  const button = (page: Page, name: string | RegExp) =>
    page.getByRole("button", { name, exact: true });

  /** The panel of the search, opened by its key. */
  async function searches(page: Page) {
    await page.keyboard.press("w");
    const panel = page.getByRole("region", { name: "Search by example" });
    await panel.getByRole("heading", { name: "Saved searches" }).waitFor();
    return panel;
  }

  /** Signs in by the button of the top bar, and waits until the view is there again. */
  async function signIn(page: Page, person: PersonName): Promise<void> {
    server.issuer!.next = person;
    const before = await viewerState(page);
    await button(page, "Sign in").first().click();
    await statusReads(page, /synced/);
    await viewerReady(page);
    const { layers, position } = await viewerState(page);
    expect({ layers, position }).toEqual({
      layers: before.layers,
      position: before.position,
    });
  }

  it("takes over what was marked before, finds it on another machine, and leaves nothing on a shared one", async () => {
    const context = await newContext();
    const page = await open(context);
    await statusReads(page, /^0 marks/);
    await placeByKey(page, A);
    await statusReads(page, /^1 mark .*saved here/);
    const panel = await searches(page);
    const file = {
      format: "clio-searches",
      version: 1,
      searches: [SAVED_SEARCH],
    };
    await panel.getByLabel("File of saved searches").setInputFiles({
      name: "searches.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(file)),
    });
    await panel.getByText("1 search was added").waitFor();
    // The file's field has the focus, and no key fires there.
    await panel.getByRole("button", { name: "Import saved" }).focus();
    await page.keyboard.press("w");
    await panel.waitFor({ state: "detached" });
    await signIn(page, "ada");
    const question = page.getByRole("dialog", {
      name: "Marks on this machine",
    });
    await question.getByText("saved searches: 1").waitFor();
    expect(await violations(page, [".clio-dialog"])).toEqual({});
    await question
      .getByRole("button", { name: "Take them into my account" })
      .click();
    await statusReads(page, /^1 mark .*saved here.*synced/);
    expect((await sandboxOf(page)).records).toEqual([]);

    // The other machine, which never had anything.
    const elsewhere = await open(await newContext());
    await signIn(elsewhere, "ada");
    await statusReads(elsewhere, /^1 mark .*synced/);
    const [record] = (await sandboxOf(elsewhere, "demo", ADA)).records;
    expect(record.user).toBe(ADA);
    const hers = (await searches(elsewhere)).getByText("Dark ones");
    await hers.waitFor();
    await elsewhere.keyboard.press("w");
    // Whoever else signs in sees nothing of it.
    const bob = await open(await newContext());
    await signIn(bob, "bob");
    await statusReads(bob, /^0 marks .*synced/);
    const his = await searches(bob);
    await his.getByText("A search that you save is listed here").waitFor();

    await elsewhere.bringToFront();
    await button(elsewhere, "Settings").click();
    const settings = elsewhere.getByRole("region", { name: "Settings" });
    await settings.getByText(ADA).waitFor();
    await settings.getByRole("button", { name: "Sign out" }).click();
    const out = elsewhere.getByRole("dialog", { name: "Sign out" });
    await out.getByRole("checkbox").check();
    expect(await violations(elsewhere, [".clio-dialog"])).toEqual({});
    await out.getByRole("button", { name: "Sign out" }).click();
    await button(elsewhere, "Sign in").first().waitFor();
    await statusReads(elsewhere, /^0 marks/);
    expect((await sandboxOf(elsewhere, "demo", ADA)).records).toEqual([]);
    expect(await keptSearches(elsewhere)).toBe(0);
    // It was the copy of that machine alone.
    await statusReads(page, /^1 mark .*synced/);
  });

  it("loses no edit to a session that is over, and goes on after signing in again", async () => {
    const context = await newContext();
    const page = await open(context);
    await statusReads(page, /^0 marks/);
    await signIn(page, "ada");
    await placeByKey(page, A);
    await statusReads(page, /^1 mark .*synced/);
    // The browser lets go of the session's cookie.
    await context.clearCookies();
    await placeByKey(page, B);
    await statusReads(page, /^2 marks .*saved here.*signed out.*waiting \(1\)/);
    await button(page, "Signed out").click();
    const dialog = page.getByRole("dialog", { name: "Sync" });
    await dialog.getByText("You are not signed in.").waitFor();
    expect(await violations(page, [".clio-dialog"])).toEqual({});
    server.issuer!.next = "ada";
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await statusReads(page, /^2 marks .*saved here.*synced/);
    expect(await marksPanel(page).count()).toBe(1);
    const news = await eventually(
      () =>
        page.evaluate(async () => {
          const answer = await fetch("/api/sync/news?since=0");
          return ((await answer.json()) as { records: unknown[] }).records;
        }),
      (records) => records.length === 2,
    );
    expect(news.length).toBe(2);
  });

  it("sees the marks of a group as they come, and can change none of them", async () => {
    for (const user of [ADA, "bob@lab.org"]) await server.join(user, "lab");
    const ada = await open(await newContext());
    await signIn(ada, "ada");
    await placeByKey(ada, A);
    const bob = await open(await newContext());
    await signIn(bob, "bob");
    await button(bob, "Settings").click();
    const settings = bob.getByRole("region", { name: "Settings" });
    const show = settings.getByRole("button", {
      name: `Show marks of ${ADA}`,
    });
    await show.waitFor();
    expect(await violations(bob, [".clio-settings"])).toEqual({});
    await show.click();
    const marksHere = (count: number) =>
      eventually(
        async () => (await sandboxOf(bob, "demo", ADA)).records,
        (records) => records.length === count,
      );
    await marksHere(1);
    await ada.bringToFront();
    await placeByKey(ada, B);
    const [{ id }] = await marksHere(2);
    const refusal = await bob.evaluate(async (id) => {
      const { viewer } = window as unknown as PageWithMarks;
      const sources = viewer.layerManager.managedLayers.map(
        ({ layer }) => layer?.sandboxSource,
      );
      const theirs = sources.find(
        (source) => source?.parameters.key.user === "ada@lab.org",
      );
      return theirs!.editor
        .edit("Delete", [id], () => undefined)
        .then(() => "done", String);
    }, id);
    expect(refusal).toContain("only ada@lab.org can change these marks");
    await marksHere(2);
    await statusReads(bob, /^0 marks .*synced/);
  });
});
