import type { Page } from "playwright-core";
import { violations } from "../../../config/stories/axe.js";
import { eventually } from "../../../config/stories/eventually.js";
import {
  clickVoxel,
  needsMedulla,
  newPage,
  origin,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import { hostileText, MEGABYTE } from "../model/testing/hostile_texts.js";
import {
  atlasPanel,
  atlasSays,
  button,
  cards,
  moveTo,
  openAtlas,
  OWN,
  position,
  titles,
  writePlace,
} from "./testing/atlas_page.js";

/** Puts places with these texts everywhere into the album of the page, the first as the newest, as another device's would come. */
function putPlaces(page: Page, texts: readonly string[]): Promise<void> {
  return page.evaluate(async (texts) => {
    const { clio } = window as unknown as {
      clio: {
        store: {
          person: string;
          apply: (change: object) => Promise<unknown>;
        };
      };
    };
    const edits = texts.map((text, i) => {
      const record = {
        id: crypto.randomUUID(),
        kind: "atlas",
        title: text.slice(0, 300),
        description: text,
        tags: [text.slice(0, 100)],
        position: [i % 256, 100, 64],
        view: { layers: text.slice(0, 1000), layout: text.slice(0, 1000) },
        user: clio.store.person,
        created: 1,
        modified: texts.length - i,
      };
      return { op: "put", record };
    });
    await clio.store.apply({
      id: crypto.randomUUID(),
      user: clio.store.person,
      dataset: "atlas:demo",
      at: 1,
      label: "Add places",
      edits,
    });
  }, texts);
}

describe("The atlas", () => {
  it("is a private album without a server that keeps records: written, searched and travelled by keys alone", async () => {
    const { page } = await newPage();
    await openAtlas(page);
    await atlasSays(page, /a private album/);
    await atlasSays(page, /No places yet/);
    expect(await violations(page, OWN)).toEqual({});
    await writePlace(page, "Pale axon", "In a dark glial wrap.");
    await atlasSays(page, /Yours alone: no server keeps it/);
    expect(await violations(page, OWN)).toEqual({});
    const picture = atlasPanel(page).locator(".clio-atlas-picture img");
    const size = await picture.evaluate((image: HTMLImageElement) => [
      image.naturalWidth,
      image.naturalHeight,
    ]);
    expect(size[0] / size[1]).toBeCloseTo(8 / 5, 1);

    // From the fields to the page by Escape's own way: the back button.
    await button(page, "Back to the album (Esc)").press("Enter");
    await moveTo(page, [60.5, 60.5, 30.5]);
    await writePlace(page, "Two mitochondria", "They touch. tag nothing");
    await button(page, "Back to the album (Esc)").press("Enter");
    await cards(page).nth(1).waitFor();
    expect(await titles(page)).toEqual(["Two mitochondria", "Pale axon"]);
    expect(await violations(page, OWN)).toEqual({});

    await page.keyboard.press("/");
    await page.keyboard.type("glial");
    await eventually(
      () => titles(page),
      (shown) => shown.join() === "Pale axon",
    );
    // Of what the filter hides there is no ring in the view that a click would open.
    const search = page.getByRole("searchbox", { name: "Search the atlas" });
    await clickVoxel(page, [60, 60, 30]);
    await search.fill("two");
    await eventually(
      () => titles(page),
      (shown) => shown.join() === "Two mitochondria",
    );
    await clickVoxel(page, [60, 60, 30]);
    await atlasPanel(page)
      .getByRole("heading", { name: "Two mitochondria" })
      .waitFor();
    await page.keyboard.press("Escape");
    await search.fill("glial");
    await eventually(
      () => titles(page),
      (shown) => shown.join() === "Pale axon",
    );
    await page.getByLabel("regex").check();
    await search.press("End");
    await search.pressSequentially(" (");
    await atlasSays(page, /no regular expression: missing closing \)/);
    expect(await titles(page)).toEqual(["Pale axon"]);
    await search.fill("^two");
    await eventually(
      () => titles(page),
      (shown) => shown.join() === "Two mitochondria",
    );
    await page.getByLabel("regex").uncheck();
    await atlasSays(page, /No place matches/);
    await button(page, "Show all").press("Enter");

    // Go there, to the next one, and back to before the first.
    await moveTo(page, [200.5, 200.5, 100.5]);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await atlasPanel(page)
      .getByRole("heading", { name: "Pale axon" })
      .waitFor();
    expect(await position(page)).toEqual([128.5, 128.5, 64.5]);
    await page.keyboard.press("k");
    await eventually(
      () => position(page),
      ([x]) => x === 60.5,
    );
    await page.keyboard.press("Backspace");
    expect(await position(page)).toEqual([200.5, 200.5, 100.5]);

    // The link of a place leads there from nothing; a deleted one is brought back by undo.
    const link = await page.evaluate(() => location.href);
    expect(link).toContain("clioAtlas");
    await page.keyboard.press("Delete");
    await atlasSays(page, /1 place ·/);
    await page.keyboard.press("Control+z");
    await atlasSays(page, /2 places ·/);
    const [, entry] = /"entry":"([^"]+)"/.exec(decodeURIComponent(link))!;
    const state = JSON.stringify({ clioAtlas: { visible: true, entry } });
    await page.goto("about:blank");
    await page.goto(`${origin()}/#!${encodeURIComponent(state)}`);
    await viewerReady(page);
    await eventually(
      () => position(page),
      ([x]) => x === 60.5,
    );
  });

  it("shows the text of people as text, and every card as large as every other", async () => {
    const { page } = await newPage();
    await openAtlas(page);
    const count = process.env.CLIO_NIGHTLY === "1" ? 1000 : 100;
    await expectAsync(putPlaces(page, [MEGABYTE])).toBeRejectedWithError(
      /description.*at most 20000/,
    );
    const texts = Array.from({ length: count }, (_, n) =>
      hostileText(n).slice(0, 20_000),
    );
    await putPlaces(page, texts);
    await atlasSays(page, new RegExp(`${count.toLocaleString("en")} places`));
    await cards(page).first().waitFor();
    await atlasPanel(page).getByRole("listbox").focus();
    const seen = new Map<number, string>();
    const kinds = new Set<string>();
    while (seen.size < count) {
      const shown = await cards(page).evaluateAll((all) =>
        all.map((each) => {
          const { width, height } = each.getBoundingClientRect();
          const { scrollWidth } = each.querySelector(".clio-atlas-card")!;
          const tags = [...each.querySelectorAll("*")].map(
            ({ tagName }) => tagName,
          );
          return {
            index: Number((each as HTMLElement).dataset.index),
            title: each.querySelector(".clio-atlas-title")!.textContent,
            made: `${width}x${height} ${scrollWidth <= width} ${tags.join()}`,
          };
        }),
      );
      for (const { index, title, made } of shown) {
        seen.set(index, title);
        kinds.add(made);
      }
      await page.keyboard.press("PageDown");
    }
    expect([...kinds]).toEqual([jasmine.stringMatching(/^218x218 true /)]);
    expect(
      [...seen].sort(([a], [b]) => a - b).map(([, title]) => title),
    ).toEqual(texts.map((text) => text.slice(0, 300)));
    await page.keyboard.press("Home");
    for (const text of texts.slice(0, 10)) {
      await page.keyboard.press("Enter");
      await atlasPanel(page).getByRole("article").waitFor();
      const isWide = await atlasPanel(page)
        .getByRole("article")
        .evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
      expect(isWide).withContext(text).toBe(false);
      await page.keyboard.press("Escape");
      await page.keyboard.press("ArrowRight");
    }
    expect(await page.evaluate(() => "hit" in window)).toBe(false);
  });

  it("leads to other datasets, and back to the view before by one key", async () => {
    needsMedulla();
    const { page } = await newPage();
    await openAtlas(page);
    await writePlace(page, "Of the demo volume", "Anything");
    await button(page, "Back to the album (Esc)").press("Enter");
    await page.keyboard.press("d");
    await page
      .getByRole("combobox", { name: "Search the datasets" })
      .fill("medulla");
    await page.getByRole("dialog").getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await viewerReady(page);
    const before = await viewerState(page);
    expect(before.clio).not.toEqual({ dataset: "demo" });
    await page.keyboard.press("Alt+a");
    await cards(page).first().waitFor();
    await atlasPanel(page).getByRole("listbox").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await eventually(
      () => viewerState(page),
      ({ clio }) => (clio as { dataset?: string }).dataset === "demo",
    );
    await viewerReady(page);
    await page.keyboard.press("Backspace");
    const after = await viewerState(page);
    for (const key of ["clio", "layers", "position", "layout"]) {
      expect(after[key]).withContext(key).toEqual(before[key]);
    }
  });
});
