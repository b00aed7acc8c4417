import axe from "axe-core";
import { button } from "./button.js";
import { notice } from "./notice.js";

describe("a notice", () => {
  let shown: HTMLElement;

  beforeEach(() => {
    shown = notice({
      severity: "bad",
      what: "The <disk> is full",
      code: "QUOTA",
      kept: "Three marks are in memory.",
      next: "Export them.",
      actions: [
        button({ label: "Export", kind: "primary", run: () => undefined }),
      ],
    });
    document.body.append(shown);
  });

  afterEach(() => shown.remove());

  it("says what happened, what was kept and what to do next, in that order", () => {
    expect(
      [...shown.querySelectorAll("p")].map((line) => line.textContent),
    ).toEqual([
      "Error: The <disk> is full QUOTA",
      "keptThree marks are in memory.",
      "nextExport them.",
    ]);
  });

  it("has a word for its severity beside the colour, and is read out at once where something went wrong", () => {
    expect(shown.getAttribute("role")).toBe("alert");
    const done = notice({ severity: "ok", what: "Imported" });
    expect(done.textContent).toBe("Done: Imported");
    expect(done.getAttribute("role")).toBe("status");
  });

  it("is found in order by axe", async () => {
    const { violations } = await axe.run(shown);
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
});
