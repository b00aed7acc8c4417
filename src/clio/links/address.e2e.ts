import {
  newPage,
  origin,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import {
  cutOffPage,
  demoImage as image,
  follow,
  fragmentOf,
  layerNames,
  noticeOf,
  sourcesSettled,
} from "./testing/link_page.js";

describe("The address of the page", () => {
  it("is not written while a link is being read, however slow the machine: no layer is lost", async () => {
    const { page } = await newPage();
    // A second goes by whenever the page asks for the time.
    await page.addInitScript(() => {
      for (const clock of [Date, performance]) {
        const now = clock.now.bind(clock);
        let jumps = 0;
        clock.now = () => now() + 1_000 * ++jumps;
      }
    });
    const layers = ["a", "b", "c", "d"].map((name) => ({ ...image(), name }));
    await page.goto(`${origin()}/${fragmentOf({ layers })}`);
    await sourcesSettled(page);
    expect(await layerNames(page)).toEqual(["a", "b", "c", "d"]);
  });

  it("stays a short link until that is read, so that a reload reads it again", async () => {
    const { page } = await newPage();
    // It never answers.
    await page.route("**/api/links/*", () => undefined);
    const link = `#!link://${"A".repeat(22)}`;
    const asked = page.waitForRequest("**/api/links/*");
    await page.goto(`${origin()}/${link}`);
    await asked;
    const hash = await page.evaluate(async () => {
      const { viewer } = window as unknown as {
        viewer: { title: { value: string } };
      };
      viewer.title.value = "Changed";
      // Longer than the address is otherwise behind the view.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return location.hash;
    });
    expect(hash).toBe(link);
  });

  it("is not written over a link that is followed at the very moment", async () => {
    const { page } = await newPage();
    // The browser's event that a link was followed comes when it has time for it: here after the address is due.
    await page.addInitScript(() => {
      const late = (event: Event) => {
        event.stopImmediatePropagation();
        removeEventListener("hashchange", late);
        setTimeout(() => dispatchEvent(new HashChangeEvent("hashchange")), 900);
      };
      addEventListener("hashchange", late);
    });
    await page.goto(`${origin()}/${fragmentOf({ title: "Before" })}`);
    await page.waitForFunction(() => document.title.startsWith("Before"));
    await page.evaluate(
      (link) => {
        const { viewer } = window as unknown as {
          viewer: { title: { value: string } };
        };
        viewer.title.value = "Changed";
        location.hash = link;
      },
      fragmentOf({ title: "Followed" }),
    );
    await page.waitForFunction(() => document.title.startsWith("Followed"));
    await page.waitForFunction(() => location.hash.includes("Followed"));
  });

  it("is written later where the browser refuses, and the person is told until then", async () => {
    const { page } = await newPage();
    await page.goto(`${origin()}/${fragmentOf({ layers: [image()] })}`);
    await viewerReady(page);
    // As browsers do where a page wrote it more than some hundred times in half a minute; the tests' own has no such limit.
    await page.evaluate(() => {
      const replaceState = history.replaceState.bind(history);
      let refusals = 2;
      history.replaceState = (...args) => {
        if (refusals-- > 0) throw new DOMException("Too many", "SecurityError");
        replaceState(...args);
      };
      const { viewer } = window as unknown as {
        viewer: { title: { value: string } };
      };
      viewer.title.value = "Changed since";
    });
    const notice = noticeOf(page, "does not follow the view");
    await notice.waitFor();
    await notice.waitFor({ state: "detached", timeout: 60_000 });
    expect(await page.evaluate(() => location.hash)).toContain("since");
  });

  it("may name a view that lies elsewhere, which is read where the person lets it, and within the same limits", async () => {
    const page = await cutOffPage();
    const states: Record<string, string> = {
      "/good": JSON.stringify({ title: "From elsewhere", layers: [image()] }),
      "/deep": "[".repeat(5_000) + "]".repeat(5_000),
      "/text": "not JSON",
    };
    let asked = 0;
    await page.route("http://states.example/**", (route) => {
      ++asked;
      return route.fulfill({
        body: states[new URL(route.request().url()).pathname],
        headers: { "access-control-allow-origin": "*" },
      });
    });
    const question = noticeOf(page, "This link reads its view from");
    await page.goto(`${origin()}/#!http://states.example/good`);
    await question.filter({ hasText: "states.example" }).waitFor();
    await question.getByRole("button", { name: "Do not open" }).click();
    await question.waitFor({ state: "detached" });
    // To follow another link is a no too, and so is that the question stood there for a while.
    await follow(page, "#!http://states.example/good?again");
    await question.waitFor();
    await follow(page, fragmentOf({ title: "Not from elsewhere" }));
    await question.waitFor({ state: "detached" });
    expect(asked).toBe(0);
    await follow(page, "#!http://states.example/good");
    await question.getByRole("button", { name: "Open the view" }).click();
    await viewerReady(page);
    for (const [wrong, isNew] of [
      ["http://states.example/deep", false],
      ["http://states.example/text", false],
      ["http://nobody.example/", true],
      ["javascript://states.example/%0aalert(1)", true],
    ] as const) {
      await follow(page, `#!${wrong}`);
      if (isNew) {
        await question.getByRole("button", { name: "Open the view" }).click();
      }
      await noticeOf(page, "This link could not be opened").waitFor();
      expect((await viewerState(page)).title).toBe("From elsewhere");
      await follow(page, `#!http://states.example/good`);
      await noticeOf(page, "This link could not be opened").waitFor({
        state: "detached",
      });
    }
  });
});
