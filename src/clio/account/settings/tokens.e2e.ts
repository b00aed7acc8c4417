import { AccountServer } from "../../../../config/stories/account_server.js";
import { violations } from "../../../../config/stories/axe.js";
import { newContext, pageIn } from "../../../../config/stories/harness.js";

describe("Tokens for scripts", () => {
  it("are made, shown once, listed and revoked in the settings, without a mouse", async () => {
    const server = await AccountServer.startLocal();
    try {
      const { page } = await pageIn(await newContext(), {
        // The server ends before the page does, which listens to it.
        allow: [/Failed to load resource/, /net::ERR_/],
      });
      await page.goto(server.origin);
      await page.getByRole("dialog").press("Escape");
      await page
        .getByRole("button", { name: "Settings", exact: true })
        .press("Enter");
      const settings = page.getByRole("region", { name: "Settings" });
      await settings.getByText("No tokens yet").waitFor();
      expect(await violations(page, [".clio-settings"])).toEqual({});

      await settings.getByRole("button", { name: "New token" }).press("Enter");
      expect(await violations(page, [".clio-settings"])).toEqual({});
      await page.keyboard.type("figure notebook");
      await page.keyboard.press("Enter");
      const field = settings.getByLabel("The token figure notebook");
      const token = await field.inputValue();
      expect(await violations(page, [".clio-settings"])).toEqual({});
      const headers = { Authorization: `Bearer ${token}` };
      const ask = () => fetch(`${server.origin}/v2/roles`, { headers });
      expect((await ask()).status).toBe(200);
      await settings.getByRole("button", { name: "Done" }).press("Enter");
      expect(await field.count()).toBe(0);
      expect(await page.content()).not.toContain(token);

      const row = settings.getByRole("row", { name: /figure notebook/ });
      await row.getByText("never").waitFor();
      expect(await violations(page, [".clio-settings"])).toEqual({});
      await row
        .getByRole("button", { name: "Revoke figure notebook" })
        .press("Enter");
      await settings.getByText("No tokens yet").waitFor();
      expect((await ask()).status).toBe(401);
    } finally {
      await server.close();
    }
  });
});
