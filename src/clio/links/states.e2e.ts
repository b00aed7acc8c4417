import {
  newContext,
  newPage,
  noSharedData,
  origin,
  pageIn,
  storyData,
  type StoryServer,
  viewerReady,
  viewerState,
} from "../../../config/stories/harness.js";
import { startPlainServer } from "../../../config/bench/plain.js";
import {
  addressWritten,
  cutOff,
  cutOffOthers,
  cutOffPage,
  demoImage as image,
  follow,
  fragmentOf,
  layerNames,
  noticeOf,
  notices,
  sourcesSettled,
  stateOf,
} from "./testing/link_page.js";
import { realStates } from "./testing/real_states.js";

describe("A link of the plain viewer", () => {
  let plain: StoryServer;

  beforeAll(async () => {
    plain = await startPlainServer(storyData());
  });

  afterAll(() => plain.stop());

  it("opens as it does there, is written back as it is there, and each layer out of reach is told of", async () => {
    const states = realStates();
    if (states === undefined) pending(noSharedData);
    const context = await newContext();
    const asked = await cutOffOthers(context, [origin(), plain.origin]);
    const ours = (await pageIn(context, { allow: cutOff })).page;
    const theirs = await context.newPage();
    // The plain viewer writes its address while it still reads the link where that takes longer than 400 ms, and loses a layer by
    // it. With time standing still while a script runs it never does.
    await theirs.addInitScript(() => {
      const now = Date.now.bind(Date);
      let frozen: number | undefined;
      Date.now = () => {
        if (frozen === undefined) {
          frozen = now();
          setTimeout(() => (frozen = undefined), 0);
        }
        return frozen;
      };
    });
    // With a layer from the start: on an empty view the plain viewer opens its dialog for a new layer, and that over the first link.
    await Promise.all([
      ours.goto(`${origin()}/${fragmentOf({ layers: [image()] })}`),
      theirs.goto(
        `${plain.origin}/${fragmentOf({ layers: [image(plain.origin)] })}`,
      ),
    ]);
    await Promise.all([viewerReady(ours), viewerReady(theirs)]);
    for (const { name, state } of states!) {
      const fragment = fragmentOf(state);
      await Promise.all([follow(ours, fragment), follow(theirs, fragment)]);
      const [failed] = await Promise.all([
        sourcesSettled(ours),
        sourcesSettled(theirs),
      ]);
      const [own, expected] = await Promise.all([
        addressWritten(ours, fragment),
        addressWritten(theirs, fragment),
      ]);
      expect(stateOf(own)).withContext(name).toEqual(stateOf(expected));
      expect(failed.length).withContext(name).toBeGreaterThan(0);
      const words =
        failed.length === 1
          ? `Layer “${failed[0]}” cannot be reached`
          : `${failed.length} layers cannot be reached`;
      await noticeOf(ours, words).waitFor();
      for (const layer of failed) {
        expect(await noticeOf(ours, words).innerText())
          .withContext(name)
          .toContain(layer);
      }
    }
    expect(asked).toContain("storage.googleapis.com");
  });
});

describe("A link with a layer out of reach", () => {
  it("says which, where and why, what is open all the same, and what to do", async () => {
    const page = await cutOffPage();
    const state = {
      layers: [
        image(),
        {
          type: "segmentation",
          name: "far",
          source: "precomputed://https://far.example:81/seg",
        },
      ],
    };
    await page.goto(`${origin()}/${fragmentOf(state)}`);
    const notice = noticeOf(page, "Layer “far” cannot be reached");
    await notice.waitFor();
    const words = await notice.innerText();
    expect(words).toContain("far.example:81 does not answer");
    expect(words).toContain("The other layer and the view are open");
    expect(words).toContain("then try again");
  });

  it("tells apart what is not there, what is not open to everyone, and what is of a kind that nobody reads", async () => {
    const page = await cutOffPage();
    await page.route("http://answers.example/**", (route) =>
      route.fulfill({
        status: Number(new URL(route.request().url()).pathname.split("/")[1]),
        headers: { "access-control-allow-origin": "*" },
      }),
    );
    const sources = {
      gone: "precomputed://http://answers.example/404",
      closed: "precomputed://http://answers.example/403",
      broken: "precomputed://http://answers.example/500",
      locked: "brainmaps://1234:volume:seg",
      unknown: "nrrd://http://answers.example/200",
      former: "clio://https://clio.example/mb20?query=annotation",
      silent: "dvid://http://nobody.example/a1b2c3/seg?dvid-service=x",
    };
    const layers = Object.entries(sources).map(([name, source]) => ({
      type: name === "former" ? "annotation" : "image",
      name,
      source,
    }));
    await page.goto(`${origin()}/${fragmentOf({ layers })}`);
    await noticeOf(page, "7 layers cannot be reached").waitFor();
    const rows = await notices(page).getByRole("listitem").allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, " ").trim())).toEqual([
      "gone answers.example answers 404: it is not there",
      "closed answers.example answers 403: it is not open to everyone",
      "broken answers.example answers 500: it has a fault of its own",
      "locked brainmaps://1234:volume:seg wants a sign-in that this viewer does not have",
      "unknown answers.example is given as a source of kind “nrrd”, which this viewer does not read",
      'former clio.example is a server of the former Clio: there is no dataset "mb20" here whose marks could stand for its own',
      "silent nobody.example does not answer, or does not let this page read it",
    ]);
  });

  it("reads it again when asked to, and is silent when it is there", async () => {
    const page = await cutOffPage();
    let away = true;
    await page.route("http://away.example/**", async (route) => {
      if (away) return route.abort();
      const { pathname } = new URL(route.request().url());
      const response = await route.fetch({ url: origin() + pathname });
      return route.fulfill({
        response,
        headers: { ...response.headers(), "access-control-allow-origin": "*" },
      });
    });
    const far = {
      type: "image",
      name: "far",
      source: "precomputed://http://away.example/volumes/demo/image",
    };
    await page.goto(`${origin()}/${fragmentOf({ layers: [far] })}`);
    const notice = noticeOf(page, "Layer “far” cannot be reached");
    const again = notice.getByRole("button", { name: "Try again" });
    await again.click();
    await again.and(page.locator(":enabled")).waitFor();
    away = false;
    await again.click();
    await viewerReady(page);
    await notice.waitFor({ state: "detached" });
  });

  it("hides it when asked to, keeps it in the link, and tells of it no more", async () => {
    const page = await cutOffPage();
    const far = (name: string) => ({
      type: "image",
      name,
      source: `precomputed://http://${name}.example/image`,
    });
    const layers = [image(), far("one"), far("two")];
    await page.goto(`${origin()}/${fragmentOf({ layers })}`);
    await notices(page).getByRole("button", { name: "Hide layer one" }).click();
    await noticeOf(page, "Layer “two” cannot be reached")
      .getByRole("button", { name: "Hide layer" })
      .click();
    expect(await notices(page).getByRole("alert").count()).toBe(0);
    const state = await viewerState(page);
    expect(
      (state.layers as { name: string; visible?: boolean }[]).map(
        ({ name, visible }) => [name, visible],
      ),
    ).toEqual([
      ["near", undefined],
      ["one", false],
      ["two", false],
    ]);
  });
});

describe("A link with a part that cannot be read", () => {
  it("is open but for that part, which is named with the reason", async () => {
    const { page } = await newPage();
    const state = {
      position: ["here"],
      layers: [
        { ...image(), blend: "thick" },
        null,
        { type: "heatmap", name: "of a kind unknown" },
        { ...image(), name: "good" },
      ],
      selectedLayer: 7,
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
      crossSectionScale: 0.5,
    };
    await page.goto(`${origin()}/${fragmentOf(state)}`);
    const notice = noticeOf(page, "5 parts of this link could not be read");
    await notice.waitFor();
    const rows = await notice.getByRole("listitem").allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, " ").trim())).toEqual([
      'position Expected floating-point number, but received: "here".',
      "layer 2 expected an object with a name",
      jasmine.stringMatching(/^layer "near" .*thick/),
      jasmine.stringMatching(/^layer "of a kind unknown" .*"heatmap"/),
      "selectedLayer Expected JSON object, but received: 7.",
    ]);
    expect(await layerNames(page)).toEqual(["of a kind unknown", "good"]);
    expect((await viewerState(page)).crossSectionScale).toBeCloseTo(0.5);
  });

  for (const [what, fragment, why] of [
    ["cut short", "#!%7B%22layers%22:[", "not complete"],
    ["wrongly encoded", "#!%7B%22title%22:%22%E0%A4%A%22%7D", "no character"],
    ["a list", "#![1,2]", "expected an object"],
    ["no state", "#layers", '"#!{"'],
  ]) {
    it(`leaves the view as it was where it is ${what}, and says so`, async () => {
      const { page } = await newPage();
      const state = { layers: [image()], title: "Before" };
      await page.goto(`${origin()}/${fragmentOf(state)}`);
      await viewerReady(page);
      await follow(page, fragment);
      const notice = noticeOf(page, "This link could not be opened");
      await notice.waitFor();
      expect(await notice.innerText()).toContain(why);
      expect(await layerNames(page)).toEqual(["near"]);
      expect((await viewerState(page)).title).toBe("Before");
      await follow(page, fragmentOf({ ...state, title: "After" }));
      await notice.waitFor({ state: "detached" });
      expect((await viewerState(page)).title).toBe("After");
    });
  }
});
