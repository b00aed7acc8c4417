import { marksSchema } from "../../model/fields.js";
import * as v from "valibot";
import axe from "axe-core";
import type { EditWatch } from "../edit_watch.js";
import { BulkBar } from "./bulk_bar.js";
import { CheckSet } from "./check_set.js";

/** A bar over three marks, and an act that goes on until it is told to end. */
class Bar {
  readonly chosen = new CheckSet();
  readonly labels: string[] = [];
  watch: EditWatch | undefined;
  finish: () => void = () => undefined;
  readonly bar = new BulkBar({
    chosen: this.chosen,
    vocabulary: v.parse(marksSchema, {}),
    words: () => Promise.resolve({ types: [], tags: [], sets: [] }),
    edit: ({ label }, _ids, watch) => {
      this.labels.push(label);
      this.watch = watch;
      return new Promise((resolve) => {
        this.finish = resolve;
        watch.signal.addEventListener("abort", () => resolve());
      });
    },
    leave: () => undefined,
  });

  constructor() {
    document.body.append(this.bar.element);
    this.chosen.add(["a", "b", "c"]);
  }

  end(): void {
    this.bar.dispose();
    this.bar.element.remove();
  }

  button(label: string): HTMLButtonElement | undefined {
    return [...this.bar.element.querySelectorAll("button")].find(
      (one) => one.textContent.startsWith(label) || one.ariaLabel === label,
    );
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("The bar over chosen marks", () => {
  let bar: Bar;

  beforeEach(() => {
    bar = new Bar();
    jasmine.clock().install();
  });

  afterEach(() => {
    jasmine.clock().uninstall();
    bar.end();
  });

  it("says how much of a long act is done, and ends it by Escape", async () => {
    const check = bar.button("Check")!;
    check.focus();
    check.click();
    check.click();
    expect(bar.labels).toEqual(["Check 3 marks"]);
    expect(bar.button("Cancel")).toBeUndefined();
    jasmine.clock().tick(1000);
    bar.watch!.progress(4096, 60_000);
    const progress = bar.bar.element.querySelector("progress")!;
    expect(progress.value / progress.max).toBeCloseTo(4096 / 60_000);
    expect(bar.bar.element.textContent).toContain("4,096 of 60,000 marks");
    const cancel = bar.button("Cancel")!;
    expect(document.activeElement).toBe(cancel);
    expect(bar.watch!.signal.aborted).toBeFalse();
    cancel.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(bar.watch!.signal.aborted).toBeTrue();
    jasmine.clock().uninstall();
    await settled();
    expect(bar.bar.element.querySelector("progress")).toBeNull();
    expect(bar.bar.element.textContent).toContain("3 marks chosen");
    expect(document.activeElement).toBe(bar.button("Tag")!);
  });

  it("is in order for a screen reader while it goes on, and shows nothing of a short act", async () => {
    bar.button("Check")!.click();
    jasmine.clock().tick(1000);
    jasmine.clock().uninstall();
    const { violations } = await axe.run(bar.bar.element);
    expect(violations.map(({ id }) => id)).toEqual([]);
    bar.finish();
    await settled();
    bar.button("Uncheck")!.click();
    expect(bar.bar.element.querySelector("progress")).toBeNull();
    bar.finish();
    await settled();
    expect(bar.labels).toEqual(["Check 3 marks", "Uncheck 3 marks"]);
  });
});
