import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { AccountServer } from "../../../config/stories/account_server.js";
import { violations } from "../../../config/stories/axe.js";
import { downloaded } from "../../../config/stories/downloaded.js";
import { eventually } from "../../../config/stories/eventually.js";
import {
  chooseDemo,
  newContext,
  noSharedData,
  pageIn,
  sharedPath,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";

/** Clio's own parts of the page that bodies add to. */
const OWN = [".clio-side-panel", ".clio-button-bar"];

/** An id of 64 bits, which a number of the browser does not hold. */
const LONG = "18446744073709551613";

/** More bodies than a link holds, and the id of the first of them. */
const MANY = 1100;
const FIRST = 500_000;

/** What the console says of a server that refuses, or is away. */
const refused = /Failed to load resource/;

interface Sample {
  readonly bodyid: number;
  readonly class: string;
  readonly tags: readonly string[];
  readonly position: readonly number[];
}

/** The records and the schema of a real DVID; undefined where the shared data is missing. */
function fixtures(): { sample: Sample[]; described: object } | undefined {
  const folder = sharedPath("fixtures/dvid");
  if (folder === undefined) return undefined;
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
  return {
    sample: read("neuronjson_sample") as Sample[],
    described: {
      typing: { bodyAnnotation: read("neuronjson_schema") },
      bodyAnnotationSchema: {
        shape: ["class", "status", "group", "tags", "position", "checked"],
        collection: {
          class: { title: "Class", rank: 1 },
          status: {
            ...{ title: "Status", rank: 2 },
            editElement: { type: "select", options: ["Traced", "Orphan"] },
          },
          group: { rank: 3, editElement: { type: "integer" } },
          tags: { rank: 4, editElement: { type: "list" } },
          position: { rank: 5, editElement: { type: "point" } },
          checked: { rank: 6, editElement: { type: "boolean" } },
        },
      },
    },
  };
}

const panel = (page: Page) =>
  page.getByRole("region", { name: "Bodies", exact: true });
const grid = (page: Page) => panel(page).getByRole("grid", { name: "Bodies" });
const field = (page: Page, label: string) =>
  grid(page).getByLabel(label, { exact: true });

const counts = (page: Page, text: RegExp) =>
  panel(page).locator(".clio-bodies-status").getByText(text).waitFor();

/** What the server has of a body: the answer to whoever asks with the page's own session. */
function written(page: Page, body: string): Promise<Record<string, unknown>> {
  return page.evaluate(async (body) => {
    const answer = await fetch("/api/bodies/demo/query", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: { bodyid: [body] }, show: "all" }),
    });
    const { bodies } = (await answer.json()) as {
      bodies: { fields: Record<string, unknown> }[];
    };
    return bodies.at(0)?.fields ?? {};
  }, body);
}

const reads = (page: Page, body: string, name: string, value: unknown) =>
  eventually(
    () => written(page, body),
    (fields) => JSON.stringify(fields[name]) === JSON.stringify(value),
  );

/** How many bodies are in the sets that this browser keeps. */
function bodiesKept(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const all = await indexedDB.databases();
    if (!all.some(({ name }) => name === "clio-bodies")) return 0;
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    const db = await done(indexedDB.open("clio-bodies"));
    const sets = db.transaction("sets").objectStore("sets");
    const kept = (await done(sets.getAll())) as { shown: BigUint64Array }[];
    db.close();
    return kept.reduce((sum, { shown }) => sum + shown.length, 0);
  });
}

/** Imports rows, once it was looked at what they would do. */
async function importRows(
  page: Page,
  rows: readonly string[],
  look: (dialog: Locator) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await panel(page)
    .getByRole("button", { name: "Import" })
    .last()
    .press("Enter");
  const dialog = page.getByRole("dialog", { name: "Import bodies" });
  await dialog.getByLabel("Rows to import").fill(rows.join("\n"));
  await dialog.getByRole("button", { name: "Read the text" }).press("Enter");
  await dialog.getByText("nothing is written yet").waitFor();
  await look(dialog);
  await dialog.getByRole("button", { name: /^Write / }).press("Enter");
  await dialog.waitFor({ state: "detached" });
}

async function openPanel(page: Page): Promise<void> {
  await page.keyboard.press("Alt+b");
  await panel(page).locator(".clio-bodies-status").waitFor();
}

describe("Bodies", () => {
  it("are imported, asked for, edited, undone and shown by keyboard alone; who may only read sees no editors", async () => {
    const given = fixtures();
    if (given === undefined) {
      pending(noSharedData);
      return;
    }
    const server = await AccountServer.startGroup("demo", given.described);
    try {
      await server.grant("cleo@lab.org", "clio_write", "demo");
      server.issuer!.next = "cleo";
      const context = await newContext();
      const { page } = await pageIn(context, {
        // The conflict below, and the server, which ends before the page does.
        allow: [refused],
      });
      await page.goto(server.origin);
      await chooseDemo(page);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("button", { name: /^Synced/ }).waitFor();
      await viewerReady(page);
      await openPanel(page);

      // The real records come in as a table, of which each row says what it would do.
      await panel(page)
        .getByText("Nothing is written of any body of this dataset yet")
        .waitFor();
      expect(await violations(page, OWN)).toEqual({});
      const lines = given.sample.map(
        ({ bodyid, class: name, tags, position }) =>
          `${bodyid},${name},${tags.join(";")},"${position.join(", ")}",`,
      );
      await importRows(
        page,
        [
          "bodyid,Class,tags,position,group",
          ...lines,
          `'${LONG},<b>9A</b>,,,`,
          "7,KC,,,many",
        ],
        async (dialog) => {
          await dialog.getByRole("button", { name: "Refused" }).press("Enter");
          await dialog
            .getByText("group: many, expected a whole number")
            .waitFor();
          expect(await violations(page, [".clio-dialog"])).toEqual({});
        },
      );
      await counts(page, /^13 bodies/);
      // Text of people is text.
      await grid(page).getByText("<b>9A</b>").waitFor();

      // A query by rows, and the same as JSON.
      await grid(page).focus();
      await page.keyboard.press("/");
      await page.keyboard.press("Enter");
      await page.keyboard.type("class");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.type("9A");
      await page.keyboard.press("Enter");
      await counts(page, /^4 of 13 bodies/);
      await panel(page).getByRole("button", { name: "JSON" }).press("Enter");
      const json = panel(page).getByLabel("The query as JSON");
      expect(JSON.parse(await json.inputValue())).toEqual({ class: "9A" });
      await json.fill('{"class": ["re/[", "9A"]}');
      await page.keyboard.press("Control+Enter");
      await panel(page)
        .getByText(/regular expression/)
        .waitFor();
      await json.fill('{"class": ["re/^9A", "9B"]}');
      await page.keyboard.press("Control+Enter");
      await counts(page, /^8 of 13 bodies/);
      expect(await violations(page, OWN)).toEqual({});

      // An edit is at the server at once, and says who made it.
      await grid(page).focus();
      await page.keyboard.press("j");
      await page.keyboard.press("e");
      await page.keyboard.press("Control+a");
      await page.keyboard.type("10B");
      await page.keyboard.press("Enter");
      await reads(page, "2000", "class", "10B");
      await field(page, "tags").focus();
      await page.keyboard.type("checked by eye");
      await page.keyboard.press("Enter");
      await reads(page, "2000", "tags", ["group2", "checked by eye"]);
      await grid(page)
        .getByText(/^cleo@lab\.org, /)
        .first()
        .waitFor();
      await field(page, "group").fill("1.5");
      await page.keyboard.press("Enter");
      await grid(page).getByText("“1.5” was not written").waitFor();
      await page.keyboard.press("Escape");
      expect(await violations(page, OWN)).toEqual({});
      await page.keyboard.press("Escape");
      await page.keyboard.press("Enter");
      await eventually(
        async () => (await viewerState(page)).position as number[],
        (at) => at.map(Math.floor).join() === "200,201,202",
      );

      // Where the server is away it is kept, over a reload too, and sent again; then it is one more step of undo.
      await page.route("**/edits", (route) => route.abort());
      await field(page, "group").fill("77");
      await page.keyboard.press("Enter");
      await grid(page)
        .getByText(/may have been written.*What you typed is still here/)
        .waitFor();
      await page.reload();
      await viewerReady(page);
      await counts(page, /^7 of 13 bodies/);
      const unsent = panel(page).locator(".clio-bodies-unsent");
      await unsent.getByText("1 edit is not at the server.").waitFor();
      await unsent.getByText("“77”").waitFor();
      expect(await violations(page, OWN)).toEqual({});
      const send = unsent.getByRole("button", { name: "Send" });
      await send.press("Enter");
      await unsent.getByText("may have been written").waitFor();
      await page.unroute("**/edits");
      await send.press("Enter");
      await reads(page, "2000", "group", 77);
      await unsent.waitFor({ state: "hidden" });
      await page.keyboard.press("Control+z");
      await reads(page, "2000", "group", undefined);

      // What was done before the reload is undone; and not where somebody has written since.
      await page.keyboard.press("Control+z");
      await reads(page, "2000", "tags", ["group2"]);
      await page.evaluate(async () => {
        const edit = {
          body: "2000",
          ...{ set: { class: "theirs" }, base: { class: "10B" } },
        };
        await fetch("/api/bodies/demo/edits", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ edits: [edit] }),
        });
      });
      await page.keyboard.press("Control+z");
      await page
        .getByText("The class of body 2000 is “theirs” by now", {
          exact: false,
        })
        .first()
        .waitFor();
      await reads(page, "2000", "class", "theirs");

      // All that are found come into the selection, those of 64 bits too; a segment of which nothing is written is listed to be written of.
      await panel(page)
        .getByRole("button", { name: "All", exact: true })
        .press("Enter");
      await counts(page, /^13 bodies/);
      await grid(page).focus();
      await page.keyboard.press("a");
      await counts(page, /^13 bodies · 13 selected/);
      expect(JSON.stringify((await viewerState(page)).layers)).toContain(LONG);
      await panel(page)
        .getByRole("button", { name: "Colour", exact: true })
        .press("Enter");
      await eventually(
        async () => JSON.stringify((await viewerState(page)).layers),
        (layers) => layers.includes(`"${LONG}":"#61e1ff"`),
      );
      const file = await downloaded(page, () =>
        panel(page).getByRole("button", { name: "Export" }).press("Enter"),
      );
      expect(file.text).toContain(`'${LONG},<b>9A</b>`);
      expect(file.text.trimEnd().split("\n").length).toBe(14);

      // More than a link holds are kept in the browser, and named by the link.
      const many = Array.from({ length: MANY }, (_, i) => `${FIRST + i},Many`);
      await importRows(page, ["bodyid,Class", ...many]);
      await counts(page, /^1,113 bodies/);
      await grid(page).focus();
      await page.keyboard.press("a");
      await counts(page, /^1,113 bodies · 1,113 selected/);
      const state = await eventually(
        () => viewerState(page),
        ({ clioBodies }) => JSON.stringify(clioBodies).includes("kept"),
      );
      expect(JSON.stringify(state.layers)).not.toContain(String(FIRST));
      await eventually(
        () => bodiesKept(page),
        (kept) => kept === MANY + 13,
      );
      // The viewer waits without an end for meshes of segments that are not there.
      await page.reload();
      await counts(page, /1,113 selected/);

      // Whoever else has the link is told why these are not among what it shows.
      const link = await page.evaluate(() => location.hash);
      const reader = await pageIn(await newContext(), { allow: [refused] });
      await reader.page.goto(`${server.origin}/${link}`);
      await reader.page
        .getByText("The link shows bodies that are more than a link can hold")
        .waitFor();
      await counts(reader.page, /^1,113 bodies.*you may read, and not write/);
      await grid(reader.page).focus();
      await reader.page.keyboard.press("j");
      await grid(reader.page).getByText("group1").last().waitFor();
      expect(
        await panel(reader.page)
          .getByRole("button", { name: "Import" })
          .count(),
      ).toBe(0);
      expect(await grid(reader.page).locator("input, select").count()).toBe(0);
      expect(await violations(reader.page, OWN)).toEqual({});
    } finally {
      await server.close();
    }
  });
});
