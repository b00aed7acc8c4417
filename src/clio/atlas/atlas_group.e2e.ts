import type { Page } from "playwright-core";
import {
  AccountServer,
  type PersonName,
} from "../../../config/stories/account_server.js";
import { violations } from "../../../config/stories/axe.js";
import { eventually } from "../../../config/stories/eventually.js";
import {
  newContext,
  pageIn,
  viewerReady,
} from "../../../config/stories/harness.js";
import {
  atlasPanel,
  atlasSays,
  button,
  cards,
  openAtlas,
  OWN,
  titles,
  writePlace,
} from "./testing/atlas_page.js";
import { hostileText } from "../model/testing/hostile_texts.js";
import { albumLink, atlasLink } from "./testing/atlas_link.js";

/** What the console says of a server that refuses, or is away. */
const refused = [/Failed to load resource/, /net::ERR_/];

describe("The atlas of a group", () => {
  let server: AccountServer;
  beforeEach(async () => {
    server = await AccountServer.startGroup();
    await server.grant("cleo@lab.org", "clio_write", "demo");
  }, 60_000);
  afterEach(() => server.close());

  /** A browser of somebody's, signed in, with the atlas open. */
  async function openAs(person: PersonName, link: (at: string) => string) {
    const context = await newContext();
    const { page } = await pageIn(context, { allow: refused });
    await openAtlas(page, link(server.origin));
    server.issuer!.next = person;
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: /^Synced/ }).waitFor();
    await viewerReady(page);
    await atlasSays(page, /places? ·/);
    return page;
  }

  /** Has a page ask what is new, as when its person comes back to it, until it is what is awaited. */
  async function hears<T>(
    page: Page,
    look: () => Promise<T>,
    found: (seen: T) => boolean,
  ): Promise<void> {
    await eventually(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event("focus")));
      await page.waitForTimeout(100);
      return look();
    }, found);
  }

  const sees = (page: Page, expected: readonly string[]) =>
    hears(
      page,
      () => titles(page),
      (shown) => shown.join("|") === expected.join("|"),
    );

  const reads = (page: Page, text: RegExp) =>
    hears(
      page,
      () => atlasPanel(page).innerText(),
      (shown) => text.test(shown),
    );

  /** Waits until a button can be pressed: the pictures of an entry may still be on their way. */
  const offers = (page: Page, name: RegExp) =>
    hears(
      page,
      () => button(page, name).isEnabled(),
      (isEnabled) => isEnabled,
    );

  it("is written by one, reviewed by another, and read by a third, who never gets a byte that was not verified", async () => {
    const [author, reviewer, reader] = [
      await openAs("bob", atlasLink),
      await openAs("cleo", albumLink),
      await openAs("ada", albumLink),
    ];
    let wire = "";
    reader.on("response", (answer) => {
      if (!answer.url().includes("/api/")) return;
      answer.text().then(
        (text) => (wire += text),
        () => undefined,
      );
    });

    // Written while the server is away, and delivered when it is back.
    await server.kill();
    await writePlace(author, "Secret mitochondria", "Secret words.");
    await button(author, "Submit for review").press("Enter");
    await atlasSays(author, /submitted/);
    await server.restart();
    await author.getByRole("button", { name: /^Synced/ }).waitFor();

    const openFirst = async () => {
      await atlasPanel(reviewer).getByRole("listbox").focus();
      await reviewer.keyboard.press("Home");
      await reviewer.keyboard.press("Enter");
    };
    await button(reviewer, /^Submitted/).press("Enter");
    await sees(reviewer, ["Secret mitochondria"]);
    await openFirst();
    await offers(reviewer, /^Ask for changes/);
    await reviewer.keyboard.press("r");
    await atlasSays(reviewer, /Say to its author/);
    await reviewer.keyboard.type(`Which cell is it? ${hostileText(0)}`);
    await button(reviewer, /^Ask for changes/).press("Enter");
    await atlasSays(reviewer, /changes asked/);
    expect(await violations(reviewer, OWN)).toEqual({});

    await reads(
      author,
      /cleo@lab\.org asks for changes[^]*Which cell is it\? <img src=x/,
    );
    expect(await author.evaluate(() => "hit" in window)).toBe(false);
    const title = author.getByRole("textbox", { name: "Title" });
    await title.fill("Mitochondria of cell 7");
    await button(author, "Save and submit again").click();
    await reads(author, /submitted/);

    await reads(reviewer, /Mitochondria of cell 7/);
    await reviewer.keyboard.press("Escape");
    await openFirst();
    await offers(reviewer, /^Verify/);
    await reviewer.keyboard.press("v");
    await atlasSays(reviewer, /verified/);
    await sees(reader, ["Mitochondria of cell 7"]);
    await cards(reader).first().locator("img").waitFor();
    expect(wire).not.toContain("Secret mitochondria");

    await title.fill("Secret again");
    await button(author, "Save and submit again").click();
    await reads(reviewer, /Secret again/);
    await sees(reader, ["Mitochondria of cell 7"]);
    expect(wire).not.toContain("Secret again");
    await button(reviewer, /^Verify/).click();
    await sees(reader, ["Secret again"]);
    await button(reviewer, /^Unverify/).click();
    await sees(reader, []);
    expect(wire).not.toContain("Which cell is it?");
  });
});
