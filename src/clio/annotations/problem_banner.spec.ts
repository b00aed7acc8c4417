import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import { Fault } from "../store/testing/faults.js";
import { change, cleanUp, freshName } from "../store/testing/marks.js";
import { closeTabs, Tab } from "../store/testing/tabs.js";
import { ProblemBanner } from "./problem_banner.js";

let fault: Fault | undefined;
let banner: ProblemBanner | undefined;

afterEach(async () => {
  banner?.dispose();
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
});

/** A banner beside a closed panel, where no sandbox is in view. */
async function start() {
  const tab = new Tab({ name: freshName() });
  await tab.reach("ready");
  const { store } = tab;
  const panel = new TrackableSidePanelLocation({
    ...DEFAULT_SIDE_PANEL_LOCATION,
  });
  const nothingToSave = () => Promise.resolve();
  banner = new ProblemBanner(
    { store, layer: undefined, export: nothingToSave },
    panel,
  );
  return { store, panel, shown: banner.element };
}

async function fillDisk(store: Tab["store"]): Promise<void> {
  fault = new Fault("full", 1);
  await store.apply(change("+1"));
}

function press(shown: HTMLElement, label: string): void {
  [...shown.querySelectorAll("button")]
    .find(({ textContent }) => textContent === label)!
    .click();
}

describe("The banner of problems", () => {
  it("is empty where nothing is wrong", async () => {
    expect((await start()).shown.childElementCount).toBe(0);
  });

  it("tells of a problem while the panel is closed, and leaves it to the panel while that is open", async () => {
    const { store, panel, shown } = await start();
    await fillDisk(store);
    expect(shown.textContent).toContain("write-over-quota");
    panel.visible = true;
    expect(shown.childElementCount).toBe(0);
    panel.visible = false;
    expect(shown.textContent).toContain("write-over-quota");
  });

  it("goes when the problem does", async () => {
    const { store, shown } = await start();
    await fillDisk(store);
    fault!.heal();
    await store.retry();
    expect(shown.childElementCount).toBe(0);
  });

  it("stays away once it was dismissed, until the same comes again", async () => {
    const { store, shown } = await start();
    await fillDisk(store);
    press(shown, "Dismiss");
    expect(shown.childElementCount).toBe(0);
    await store.apply(change("+2"));
    expect(shown.childElementCount).toBe(0);

    fault!.heal();
    await store.retry();
    await fillDisk(store);
    expect(shown.textContent).toContain("write-over-quota");
  });

  it("offers no export where there is no sandbox to export", async () => {
    const { store, shown } = await start();
    await fillDisk(store);
    expect(
      [...shown.querySelectorAll("button")].map((b) => b.textContent),
    ).toEqual(["Try again", "Dismiss"]);
  });
});
