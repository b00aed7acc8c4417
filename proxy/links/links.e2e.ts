import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { violations } from "../../config/stories/axe.js";
import {
  newContext,
  pageIn,
  storyData,
  StoryServer,
  viewerReady,
  viewerState,
} from "../../config/stories/harness.js";
import {
  clientId,
  TestIssuer,
  type PersonName,
} from "../identity/testing/issuer.js";

/** The browser says of each refusal that there was one. */
const refused = [/Failed to load resource/];

describe("A private link", () => {
  let folder: string;
  let issuer: TestIssuer;
  let server: StoryServer;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "clio-links-"));
    issuer = await TestIssuer.start();
    const demo = path.join(folder, "volumes/demo");
    await cp(path.join(storyData(), "volumes/demo"), demo, { recursive: true });
    const description = path.join(demo, "dataset.json");
    const dataset = JSON.parse(await readFile(description, "utf8")) as object;
    await writeFile(description, JSON.stringify({ ...dataset, public: true }));
    const config = path.join(folder, "clio.json");
    const admins = ["cleo@lab.org"];
    const identity = { kind: "oidc", issuer: issuer.origin, clientId, admins };
    await writeFile(config, JSON.stringify({ identity }));
    server = await StoryServer.start(folder, { CLIO_CONFIG: config });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await issuer.stop();
    await rm(folder, { recursive: true });
  });

  /** A browser of somebody's own. */
  async function browserOf(person: PersonName): Promise<Page> {
    const context = await newContext();
    await context.grantPermissions(["clipboard-read", "clipboard-write"], {
      origin: server.origin,
    });
    issuer.next = person;
    return (await pageIn(context, { allow: refused })).page;
  }

  /** The same, on the page after signing in. */
  async function signedIn(person: PersonName): Promise<Page> {
    const page = await browserOf(person);
    await page.goto(`${server.origin}/login`);
    await begunAnew(page);
    return page;
  }

  /** Waits until a page that sees for the first time who has signed in has begun anew, which it would do in the middle of what follows. */
  async function begunAnew(page: Page): Promise<void> {
    await page.waitForFunction(() => {
      const { clio } = window as unknown as {
        clio?: { store: { person: string } };
      };
      return clio?.store.person.includes("@");
    });
  }

  it("is found by typing, revoked and brought back by an administrator without a mouse, and by nobody else", async () => {
    const bob = await signedIn("bob");
    const statusOf = (path: string) =>
      bob.evaluate(async (path) => (await fetch(path)).status, path);
    const paths: string[] = [];
    for (const title of ["A synapse", "A soma"]) {
      const link = await bob.evaluate(async (title) => {
        const answer = await fetch("/api/links", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ title, open: false, state: {} }),
        });
        return (await answer.json()) as { id: string };
      }, title);
      paths.push(`/api/links/${link.id}`);
    }
    const settingsOf = async (page: Page) => {
      await page.goto("about:blank");
      // An empty view, which has no list of datasets before it.
      await page.goto(`${server.origin}/#!{"layout":"xy"}`);
      await page
        .getByRole("button", { name: "Settings", exact: true })
        .press("Enter");
      const settings = page.getByRole("region", { name: "Settings" });
      await settings.getByText("You are in no group.").waitFor();
      return settings;
    };

    const root = await signedIn("cleo");
    const list = (await settingsOf(root)).getByRole("region", {
      name: "Links of everybody",
    });
    await list.getByRole("searchbox").focus();
    // Another story leaves a link whose title has his name.
    await root.keyboard.type("bob@lab");
    await list.getByText("2 links").waitFor();
    await root.keyboard.type(" syn");
    await list.getByText("1 link", { exact: true }).waitFor();
    expect(await violations(root, [".clio-settings"])).toEqual({});
    await root.keyboard.press("Tab");
    await root.keyboard.press("Tab");
    await root.keyboard.press("Enter");
    await list.getByText("revoked by cleo@lab.org").waitFor();
    expect(await violations(root, [".clio-settings"])).toEqual({});
    expect(await Promise.all(paths.map(statusOf))).toEqual([404, 200]);
    // The focus is on what takes it back.
    await root.keyboard.press("Enter");
    await list.getByRole("button", { name: /^Revoke A synapse/ }).waitFor();
    expect(await Promise.all(paths.map(statusOf))).toEqual([200, 200]);
    await list.getByRole("searchbox").fill("nothing");
    await list.getByText("No link has “nothing”").waitFor();

    const his = await settingsOf(bob);
    expect(await his.getByText("Links of everybody").count()).toBe(0);
  });

  it("is opened by a colleague after signing in, and by nobody once it is revoked", async () => {
    const ada = await signedIn("ada");
    // It begins with the list of datasets.
    await ada.goto("about:blank");
    const state = {
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
      position: [100.5, 110.5, 64.5],
      layout: "xy",
      layers: [
        {
          type: "image",
          name: "image",
          source: `precomputed://${server.origin}/volumes/demo/image`,
        },
      ],
    };
    await ada.goto(
      `${server.origin}/#!${encodeURIComponent(JSON.stringify(state))}`,
    );
    // Seeing for the first time who has signed in, the page begins anew.
    await ada.getByRole("button", { name: "Synced" }).waitFor();
    await viewerReady(ada);
    await ada.keyboard.press("y");
    const dialog = ada.getByRole("dialog", { name: "Share this view" });
    await dialog.getByLabel("Title", { exact: true }).fill("For Bob");
    await ada.keyboard.press("Enter");
    await dialog.getByText("The link is made, and copied.").waitFor();
    const link = await ada.evaluate(() => navigator.clipboard.readText());

    const bob = await browserOf("bob");
    await bob.goto(link);
    const notice = bob
      .getByRole("alert")
      .filter({ hasText: "Sign in to open this link" });
    await notice.getByRole("button", { name: "Sign in" }).click();
    await begunAnew(bob);
    await viewerReady(bob);
    expect((await viewerState(bob)).position).toEqual(state.position);
    const session = await bob.request.get(`${server.origin}/api/session`);
    expect(((await session.json()) as { user: string }).user).toBe(
      "bob@lab.org",
    );

    await dialog.getByText("Your links (1)").press("Enter");
    await dialog.getByRole("button", { name: "Revoke For Bob" }).click();
    await dialog.getByText("Revoked: it does not open any more.").waitFor();
    await bob.goto(`${server.origin}/`);
    await bob.goto(link);
    await bob
      .getByRole("alert")
      .filter({ hasText: "There is no such link" })
      .waitFor();
  });
});
