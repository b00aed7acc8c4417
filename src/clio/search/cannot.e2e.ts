import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import {
  newPage,
  StoryServer,
  storyData,
  type Voxel,
  viewerReady,
} from "../../../config/stories/harness.js";
import { demoLink } from "./testing/marked_page.js";
import {
  matchCards,
  matchesListed,
  panelSays,
  searchLike,
  searchPanel,
} from "./testing/search_page.js";

const PLACE: Voxel = [130, 120, 64];
const timeoutMs = 5 * 60_000;

/** What the browser itself says of an answer that is an error. */
const refusal = /Failed to load resource/;

/** Opens the demo dataset and asks what looks like a place in the middle. */
async function ask(page: Page, server?: string): Promise<void> {
  await page.goto(demoLink(server));
  await viewerReady(page);
  await searchLike(page, PLACE);
}

async function noMatches(page: Page): Promise<void> {
  expect(await matchCards(page).count()).toBe(0);
}

describe("A search that cannot be answered", () => {
  it(
    "says that there is no index, and is answered as soon as there is one; then that the server is away, and nothing is lost",
    async () => {
      const data = mkdtempSync(path.join(tmpdir(), "clio-search-"));
      const copy = (folder: string) =>
        cpSync(path.join(storyData(), folder), path.join(data, folder), {
          recursive: true,
        });
      copy("volumes/demo");
      const server = await StoryServer.start(data);
      try {
        const { page } = await newPage({
          allow: [refusal, /ERR_CONNECTION_REFUSED/],
        });
        await ask(page, server.origin);
        const panel = searchPanel(page);
        await panelSays(page, /it has no signature index/);
        await noMatches(page);
        copy("signatures/demo");
        await panel.getByRole("button", { name: "Try again" }).click();
        const count = await matchesListed(page);

        await server.stop();
        await panel.getByLabel("Distance between matches").selectOption("400");
        await panelSays(page, /server that searches does not answer/);
        await noMatches(page);
        expect(count).toBeGreaterThan(0);
        expect(await panel.getByText("like", { exact: true }).count()).toBe(1);
      } finally {
        await server.stop();
        rmSync(data, { recursive: true, force: true });
      }
    },
    timeoutMs,
  );

  it("says that no signature is near where the image has none", async () => {
    const { page } = await newPage({ allow: [refusal] });
    await page.goto(demoLink());
    await viewerReady(page);
    await searchLike(page, [600, 128, 64]);
    await panelSays(page, /No place near that one has a signature/);
    await noMatches(page);
  });

  it("can be cancelled, and leaves what was found before", async () => {
    const { page } = await newPage();
    await ask(page);
    const count = await matchesListed(page);
    const panel = searchPanel(page);
    // It never answers.
    await page.route("**/v2/signatures/search/**", () => undefined);
    await panel.getByLabel("Distance between matches").selectOption("800");
    await panel.getByRole("button", { name: /^Cancel/ }).click();
    expect(await matchesListed(page)).toBe(count);
    expect(await panel.getByRole("button", { name: /^Cancel/ }).count()).toBe(
      0,
    );
  });

  for (const [what, body] of [
    [
      "places outside of the volume",
      (answer: string) => answer.replace(/"point":\[\d+/g, '"point":[4000000'),
    ],
    [
      "text in numbers",
      (answer: string) =>
        answer.replace(/"distance":(\d+)/g, '"distance":"$1"'),
    ],
    [
      "NaN",
      (answer: string) => answer.replace(/"distance":\d+/, '"distance":NaN'),
    ],
    [
      "a million matches",
      (answer: string) =>
        answer.replace(
          /"hits":\[.*?\],"examples"/,
          `"hits":[${new Array<string>(1_000_000)
            .fill('{"distance":1}')
            .join()}],"examples"`,
        ),
    ],
  ] as const) {
    it(`is refused where the answer has ${what}, and the viewer goes on`, async () => {
      const { page } = await newPage();
      await page.route("**/v2/signatures/search/**", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({
          response: answer,
          body: body(await answer.text()),
        });
      });
      await ask(page);
      await panelSays(page, /The server's answer cannot be used/);
      await noMatches(page);
      await page.unroute("**/v2/signatures/search/**");
      await searchPanel(page)
        .getByRole("button", { name: "Try again" })
        .click();
      expect(await matchesListed(page)).toBeGreaterThan(0);
      await viewerReady(page);
    });
  }
});
