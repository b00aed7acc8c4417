import { until } from "../store/testing/tabs.js";
import { waitForView } from "./view_wait.js";

const notice = () => document.querySelector<HTMLElement>(".clio-atlas-wait");

describe("Waiting for the view", () => {
  it("is no wait where it is loaded, says so where it is one, and ends with it", async () => {
    expect(await waitForView(() => true)).toBe("loaded");
    let isLoaded = false;
    const waited = waitForView(() => isLoaded);
    expect(notice()?.style.display).toBe("none");
    await until(() => notice()?.style.display === "");
    expect(notice()?.innerText).toMatch(/Waiting for what is in view.*of 10 s/);
    isLoaded = true;
    expect(await waited).toBe("loaded");
    expect(notice()).toBe(null);
  });

  it("is cancelled by Escape, and by its button", async () => {
    const byKey = waitForView(() => false);
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(await byKey).toBe("cancelled");
    const byButton = waitForView(() => false);
    notice()!.querySelector("button")!.click();
    expect(await byButton).toBe("cancelled");
    expect(notice()).toBe(null);
  });
});
