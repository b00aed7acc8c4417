import type { BodyValue } from "../model/body.js";
import type { BodyField, BodyFieldKind } from "../model/body_schema.js";
import { BodiesProblem, problemOf } from "./bodies_problem.js";
import { valueText } from "./body_values.js";
import type { FieldEditor } from "./field_editor.js";
import type { TypedText } from "./unsent_edits.js";
import { editorOf } from "./value_editors.js";

interface Written {
  readonly value: BodyValue | null;
  readonly base: BodyValue | undefined;
  readonly good: () => void;
  readonly bad: (error: Error) => void;
}

let editor: FieldEditor;
let written: Written[];
let kept: TypedText | undefined;

/** What is kept of what was typed, and over which value. */
function keptText(): string {
  if (kept === undefined) return "nothing";
  return `${kept.text} over ${valueText(kept.base)}`;
}

/** Shows the editor of a field in which there is a value. What it writes waits in `written` for the server's answer. */
function edit(kind: BodyFieldKind, value: BodyValue | undefined): void {
  const field: BodyField = {
    ...{ name: "type", title: "Cell type", kind },
    ...{ options: ["Traced"], isFiltered: true },
  };
  editor = editorOf(
    {
      field,
      write: (value, base) =>
        new Promise<void>((good, bad) =>
          written.push({ value, base, good, bad }),
        ),
      problemWith: () => undefined,
      unsent: { find: () => kept, keep: (typed) => (kept = typed) },
      leave: () => undefined,
    },
    value,
    { goTo: () => undefined, crossHair: () => undefined },
    () => [],
  );
  document.body.append(editor.element);
  editor.show(value, "");
}

function type(text: string): void {
  editor.control.value = text;
  editor.control.dispatchEvent(new Event("input"));
}

/** Commits, and lets the write begin. */
function commit(): Promise<boolean> {
  const good = editor.commit();
  return Promise.resolve().then(() => good);
}

/** What was sent so far: each value with what it is written over. */
async function sent(): Promise<unknown[]> {
  await new Promise((done) => setTimeout(done));
  return written.map(({ value, base }) => [value, base ?? null]);
}

function conflict(found: BodyValue): BodiesProblem {
  const each = { body: "5", field: "type", base: null, found };
  return new BodiesProblem("bodies-changed", "Others wrote.", "", [each], 409);
}

describe("The editor of a field of bodies", () => {
  beforeEach(() => {
    written = [];
    kept = undefined;
  });

  afterEach(() => {
    editor.dispose();
    editor.element.remove();
  });

  it("writes nothing that nobody has touched, whatever it can hold", async () => {
    const values: [BodyFieldKind, BodyValue][] = [
      ["text", "two\nlines"],
      ["text", "ends\r\nso"],
      ["text", 5],
      ["text", ["a", "b"]],
      ["list", ["a", "a"]],
      ["list", ["two\nlines", "b"]],
      ["list", [{ a: 1 }, { a: 2 }]],
      ["list", [1, 2]],
      ["choice", "none of them"],
      ["boolean", "perhaps"],
      ["number", "many"],
      ["point", [1.5, 2, 3]],
      ["point", []],
    ];
    for (const [kind, value] of values) {
      for (const before of [value, undefined]) {
        edit(kind, before);
        editor.show(value, "");
        editor.dispose();
        editor.element.remove();
        expect(await sent())
          .withContext(JSON.stringify([kind, value]))
          .toEqual([]);
      }
    }
  });

  it("has a text of several lines in several, and what it cannot hold to be read alone", async () => {
    edit("text", "two\nlines");
    type("three\nmore\nlines");
    void commit();
    expect(await sent()).toEqual([["three\nmore\nlines", "two\nlines"]]);
    written[0].good();
    editor.dispose();
    editor.element.remove();
    edit("list", [{ a: 1 }]);
    expect(editor.isEditable).toBeFalse();
    expect(editor.element.textContent).toContain('[{"a":1}]');
    editor.show(["a"], "");
    expect(editor.isEditable).toBeTrue();
  });

  it("writes over the value that the person saw, until another was told of", async () => {
    edit("text", "KC");
    type("MBON");
    editor.show("theirs", "");
    void commit();
    expect(await sent()).toEqual([["MBON", "KC"]]);
    written[0].bad(conflict("theirs"));
    await sent();
    expect(editor.element.textContent).toContain("is “theirs” by now");
    expect(editor.control.value).toBe("MBON");
    void commit();
    expect((await sent())[1]).toEqual(["MBON", "theirs"]);
    written[1].good();
    expect(await commit()).toBeTrue();
  });

  it("writes one after the other, each over the one before", async () => {
    edit("text", "a");
    type("b");
    void commit();
    type("c");
    const last = commit();
    expect(await sent()).toEqual([["b", "a"]]);
    written[0].good();
    expect(await sent()).toEqual([
      ["b", "a"],
      ["c", "b"],
    ]);
    written[1].good();
    expect(await last).toBeTrue();
    expect(editor.control.value).toBe("c");
  });

  it("leaves what is typed by then where it was not written, and says whether that is known", async () => {
    edit("text", "a");
    type("b");
    const first = commit();
    type("b and mo");
    await sent();
    written[0].bad(problemOf("too-slow"));
    expect(await first).toBeFalse();
    expect(editor.control.value).toBe("b and mo");
    expect(keptText()).toBe("b and mo over a");
    expect(editor.element.textContent).toContain("may have been written");
    void commit();
    await sent();
    written[1].bad(new BodiesProblem("bad-body", "No.", "", [], 400));
    await sent();
    expect(editor.element.textContent).toContain("It was not written. No.");
    editor.control.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Escape" }),
    );
    expect(editor.control.value).toBe("a");
    expect(await commit()).toBeTrue();
  });

  it("does not write over what came between two quick ones", async () => {
    edit("text", "a");
    type("b");
    void commit();
    type("c");
    const last = commit();
    await sent();
    written[0].bad(conflict("theirs"));
    expect(await last).toBeFalse();
    expect(written.length).toBe(1);
    expect(keptText()).toBe("c over a");
  });

  it("keeps what is typed until the server has it, and takes it up again over what the person saw", async () => {
    edit("text", "a");
    type("b");
    expect(keptText()).toBe("b over a");
    const first = commit();
    await sent();
    // A page that is gone by now knows of it.
    expect(keptText()).toBe("b over a");
    written[0].good();
    expect(await first).toBeTrue();
    expect(keptText()).toBe("nothing");

    kept = { text: "c", base: "b" };
    edit("text", "b");
    expect(editor.control.value).toBe("c");
    expect(editor.element.textContent).toContain("was not written yet");
    // Nobody has said that it is to be written.
    editor.dispose();
    editor.element.remove();
    expect((await sent()).length).toBe(1);
    expect(keptText()).toBe("c over b");

    edit("text", "theirs");
    expect(editor.element.textContent).toContain("says “theirs”");
    editor.element
      .querySelector<HTMLButtonElement>(".clio-body-problem button")!
      .click();
    expect((await sent())[1]).toEqual(["c", "theirs"]);
    written[1].good();
    await sent();
    expect(keptText()).toBe("nothing");
    kept = { text: "d", base: "a" };
    edit("text", "d");
    expect(keptText()).toBe("nothing");
  });

  it("shows what another tab has typed, where nothing is being typed here, and lets go of nothing that it has not shown", async () => {
    edit("text", "a");
    kept = { text: "theirs", base: "a" };
    // The tab has not told of it yet.
    expect(await commit()).toBeTrue();
    expect(keptText()).toBe("theirs over a");
    expect(editor.control.value).toBe("theirs");
    kept = undefined;
    editor.follow();
    expect(editor.control.value).toBe("a");
    expect(editor.element.textContent).not.toContain("was not written");

    type("b");
    kept = { text: "c", base: "a" };
    editor.follow();
    expect(editor.control.value).toBe("b");
    type("a");
    kept = { text: "c", base: "a" };
    editor.control.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Escape" }),
    );
    expect(keptText()).toBe("c over a");
    expect(editor.control.value).toBe("c");
    expect(await sent()).toEqual([]);
  });
});
