import type { AnnotationRecord } from "../../model/annotation.js";
import { marksSchema } from "../../model/fields.js";
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import * as v from "valibot";
import { type MarkForm, markForm } from "./mark_form.js";
import { formContext } from "./testing/form_context.js";

const record: AnnotationRecord = {
  id: "00000000-0000-4000-8000-000000000001",
  kind: "point",
  position: [1, 2, 3],
  description: "old",
  tags: ["soma"],
  checked: false,
  user: "local",
  created: 1,
  modified: 1,
};

const vocabulary = v.parse(marksSchema, {
  types: { point: ["synapse"] },
  fields: [
    { name: "confidence", type: "number", min: 1, max: 5, integer: true },
    { name: "depth", title: "Depth", type: "number", min: 0 },
  ],
});

/** A form over one record that is kept here, as the store would keep it. */
class Sandbox {
  record = record;
  refusal: string | undefined;
  readonly acts: string[] = [];
  left = 0;
  readonly lockedSets = new WatchableValue<ReadonlySet<string>>(new Set());
  readonly form: MarkForm;

  constructor(changes: Partial<AnnotationRecord> = {}) {
    this.record = { ...record, ...changes } as AnnotationRecord;
    const context = formContext({
      editor: {
        edit: (label, _ids, change) => {
          if (this.refusal !== undefined) {
            return Promise.reject(new Error(this.refusal));
          }
          this.acts.push(label);
          this.record = change(this.record)!;
          this.form.update(this.record);
          return Promise.resolve();
        },
      },
      vocabulary,
      lockedSets: this.lockedSets,
      words: () => Promise.resolve({ types: [], tags: ["glia"], sets: [] }),
      leave: () => ++this.left,
    });
    this.form = markForm({ record: this.record, context });
    document.body.append(this.form.element);
  }

  end(): void {
    this.form.dispose();
    this.form.element.remove();
  }

  /** The control that has the focus after the form was asked to give it to this field. */
  at(field: string): HTMLInputElement {
    expect(this.form.focus(field)).withContext(field).toBeTrue();
    return document.activeElement as HTMLInputElement;
  }

  type(field: string, text: string): HTMLInputElement {
    const control = this.at(field);
    control.value = text;
    control.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return control;
  }

  get text(): string {
    return this.form.element.textContent;
  }
}

function press(target: Element, key: string): void {
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe("the form of a mark", () => {
  let sandbox: Sandbox;

  beforeEach(() => {
    sandbox = new Sandbox();
  });

  afterEach(() => sandbox.end());

  it("takes the focus back after Enter, but not from a field that was gone on to meanwhile", async () => {
    press(sandbox.type("description", "new"), "Enter");
    await settled();
    expect(sandbox.left).toBe(1);
    press(sandbox.type("description", "newer"), "Enter");
    const tags = sandbox.at("tags");
    await settled();
    expect(sandbox.record.description).toBe("newer");
    expect(sandbox.left).toBe(1);
    expect(document.activeElement).toBe(tags);
  });

  it("commits each field as one change with its name", async () => {
    press(sandbox.type("description", "new"), "Enter");
    press(sandbox.type("type", " synapse "), "Enter");
    press(sandbox.type("tags", "glia"), "Enter");
    press(sandbox.type("place", "4 5 6"), "Enter");
    press(sandbox.at("field:confidence"), "4");
    sandbox.at("checked").click();
    await settled();
    expect(sandbox.record).toEqual({
      ...record,
      description: "new",
      type: "synapse",
      tags: ["soma", "glia"],
      position: [4, 5, 6],
      fields: { confidence: 4 },
      checked: true,
    });
    expect(sandbox.acts).toEqual([
      "Edit description",
      "Edit type",
      "Add tag glia",
      "Move point",
      "Edit confidence",
      "Check",
    ]);
  });

  it("makes no change where nothing was changed", async () => {
    press(sandbox.at("description"), "Enter");
    await settled();
    press(sandbox.type("type", "  "), "Enter");
    await settled();
    expect(sandbox.acts).toEqual([]);
    expect(sandbox.left).toBe(2);
  });

  it("names a value that will not do and what was expected, and keeps what was typed", async () => {
    const depth = sandbox.type("field:depth", "deep");
    press(depth, "Enter");
    await settled();
    expect(depth.value).toBe("deep");
    expect(depth.getAttribute("aria-invalid")).toBe("true");
    expect(sandbox.text).toContain(
      'Depth: "deep", expected a number of 0 or more. Until then the mark has none.',
    );
    expect(sandbox.left).toBe(0);
    press(sandbox.type("field:depth", "2.5"), "Enter");
    await settled();
    expect(sandbox.record.fields).toEqual({ depth: 2.5 });
    expect(depth.hasAttribute("aria-invalid")).toBeFalse();
  });

  it("keeps what was typed where the change is refused, and says why", async () => {
    sandbox.refusal = "it was deleted meanwhile";
    const area = sandbox.type("description", "mine");
    press(area, "Enter");
    await settled();
    expect(area.value).toBe("mine");
    expect(sandbox.text).toContain(
      "Description was not changed: it was deleted meanwhile. What you typed is still here.",
    );
    sandbox.refusal = undefined;
    press(area, "Enter");
    await settled();
    expect(sandbox.record.description).toBe("mine");
  });

  it("never overwrites what is being typed, and keeps both values in reach", async () => {
    const area = sandbox.type("description", "mine");
    sandbox.form.update({ ...record, description: "<b>theirs</b>" });
    expect(area.value).toBe("mine");
    expect(sandbox.text).toContain("changed elsewhere meanwhile");
    expect(sandbox.text).toContain("<b>theirs</b>");
    press(area, "Enter");
    await settled();
    expect(sandbox.record.description).toBe("mine");
    const use = [...sandbox.form.element.querySelectorAll("button")].find(
      ({ textContent }) => textContent === "Use that",
    );
    use!.click();
    await settled();
    expect(sandbox.record.description).toBe("<b>theirs</b>");
    expect(sandbox.text).not.toContain("changed elsewhere");
  });

  it("drops what is typed by Escape, and leaves by another", () => {
    const area = sandbox.type("description", "mine");
    press(area, "Escape");
    expect(area.value).toBe("old");
    expect(sandbox.left).toBe(0);
    press(area, "Escape");
    expect(sandbox.left).toBe(1);
  });

  it("takes tags away by Backspace, and a chosen value by Delete", async () => {
    press(sandbox.at("tags"), "Backspace");
    press(sandbox.at("field:confidence"), "2");
    await settled();
    expect(sandbox.record.tags).toEqual([]);
    expect(sandbox.record.fields).toEqual({ confidence: 2 });
    press(sandbox.at("field:confidence"), "Delete");
    await settled();
    expect(sandbox.record.fields).toBeUndefined();
  });

  it("commits what is typed when it ends", async () => {
    sandbox.type("description", "unfinished");
    sandbox.form.dispose();
    await settled();
    expect(sandbox.record.description).toBe("unfinished");
  });

  it("changes nothing of a mark in a locked set, and says so", () => {
    sandbox.form.update({ ...record, set: "done" });
    const area = sandbox.form.element.querySelector("textarea")!;
    sandbox.lockedSets.value = new Set(["done"]);
    expect(sandbox.text).toContain("The set done is locked");
    expect(area.closest("[inert]")).not.toBeNull();
    sandbox.lockedSets.value = new Set();
    expect(sandbox.text).not.toContain("locked");
    expect(area.closest("[inert]")).toBeNull();
  });
});
