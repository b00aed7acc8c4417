import { listCell, readListCell } from "../model/csv_cell.js";
import type { VoxelPosition } from "../model/annotation.js";
import type { BodyValue } from "../model/body.js";
import { iconButton } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { isPoint, limitsText, readBodyValue } from "./body_values.js";
import { type EditorOptions, FieldEditor, uniqueId } from "./field_editor.js";

/** Where points are from, and where they lead. */
export interface PointPlaces {
  readonly goTo: (voxel: VoxelPosition) => void;
  /** The voxel in the middle of the view; undefined outside of the image. */
  readonly crossHair: () => VoxelPosition | undefined;
}

/** What suggests words for a field, the likeliest first. */
type Suggest = () => readonly string[];

/** The editor of a field, by its kind, and for a text by whether it has several lines by now. */
export function editorOf(
  options: EditorOptions,
  value: BodyValue | undefined,
  places: PointPlaces,
  suggest: Suggest,
): FieldEditor {
  switch (options.field.kind) {
    case "text":
      return typeof value === "string" && /[\r\n]/.test(value)
        ? new LinesEditor(options)
        : new TextEditor(options, suggest);
    case "integer":
    case "number":
      return new NumberEditor(options);
    case "list":
      return new ListEditor(options, suggest);
    case "choice":
      return new ChoiceEditor(options, options.field.options);
    case "boolean":
      return new ChoiceEditor(options, ["yes", "no"]);
    case "point":
      return new PointEditor(options, places);
  }
}

function line(placeholder: string): HTMLInputElement {
  return element("input", {
    type: "text",
    class: "clio-field clio-body-line",
    autocomplete: "off",
    placeholder,
  });
}

/** Offers words by the browser's own list: it is operated by keys, read out and fit for touch in every browser. */
function suggestTo(control: HTMLInputElement, suggest: Suggest): HTMLElement {
  const list = element("datalist", { id: uniqueId() });
  control.setAttribute("list", list.id);
  control.addEventListener("focus", () =>
    list.replaceChildren(
      ...suggest().map((word) => element("option", { value: word })),
    ),
  );
  return list;
}

class TextEditor extends FieldEditor {
  constructor(options: EditorOptions, suggest: Suggest) {
    const control = line(options.field.placeholder ?? "");
    super(options, control, suggestTo(control, suggest));
  }
}

class LinesEditor extends FieldEditor {
  constructor(options: EditorOptions) {
    super(
      options,
      element("textarea", {
        class: "clio-field clio-body-line",
        rows: "3",
        title: "Ctrl+Enter writes it",
      }),
    );
  }
}

class NumberEditor extends FieldEditor {
  constructor(options: EditorOptions) {
    const { kind } = options.field;
    const limits = limitsText(options.field).replace(/^, /, "");
    const control = line(options.field.placeholder ?? limits);
    // Not a number of the browser's: that has no 64 bits.
    control.inputMode = kind === "integer" ? "numeric" : "decimal";
    super(options, control);
  }
}

/** A value of a few, or none. One that the dataset does not offer is shown all the same. */
class ChoiceEditor extends FieldEditor {
  constructor(options: EditorOptions, choices: readonly string[]) {
    super(
      options,
      element(
        "select",
        { class: "clio-field clio-body-line" },
        element("option", { value: "" }, "—"),
        ...choices.map((word) => element("option", { value: word }, word)),
      ),
    );
  }

  protected override get text(): string {
    return this.control.value;
  }

  protected override set text(text: string) {
    const { control } = this;
    control.value = text;
    if (control.value === text) return;
    control.append(element("option", { value: text }, text));
    control.value = text;
  }
}

class PointEditor extends FieldEditor {
  constructor(options: EditorOptions, places: PointPlaces) {
    const { field } = options;
    const control = line("x, y, z");
    const { title } = field;
    super(
      options,
      control,
      iconButton("target", `Go to the ${title}`, () => {
        const read = readBodyValue(field, control.value);
        if ("expected" in read || !isPoint(read.value)) return;
        const [x, y, z] = read.value;
        places.goTo([x, y, z]);
      }),
      iconButton("point", `Set the ${title} to the cross-hair`, () => {
        const voxel = places.crossHair();
        if (voxel === undefined) return;
        control.value = voxel.join(", ");
        void this.commit();
      }),
    );
  }
}

/**
 * Words, each a chip, and a line in which to type another. Enter or a semicolon adds what is typed; Backspace in the empty line takes the
 * last one away.
 */
class ListEditor extends FieldEditor {
  private items: string[] = [];
  private readonly chips: HTMLElement;

  constructor(options: EditorOptions, suggest: Suggest) {
    const { title } = options.field;
    const control = line("add");
    const chips = element("span", {
      class: "clio-body-chips",
      role: "list",
      "aria-label": `Values of ${title}`,
    });
    super(options, control, suggestTo(control, suggest));
    this.chips = chips;
    control.before(chips);
    // Before the commit by Enter that all editors share.
    control.addEventListener(
      "keydown",
      (event) => {
        const last = this.items.length - 1;
        if (event.key === "Backspace" && control.value === "" && last >= 0) {
          event.preventDefault();
          this.remove(last);
        }
      },
      { capture: true },
    );
    control.addEventListener("input", () => {
      if (control.value.includes(";")) void this.commit();
    });
  }

  protected override held(text: string): string {
    return listCell(readListCell(text));
  }

  protected override get text(): string {
    const { control } = this;
    return listCell([
      ...new Set([...this.items, ...readListCell(control.value)]),
    ]);
  }

  protected override set text(text: string) {
    this.items = readListCell(text);
    this.control.value = "";
    const chips = this.items.map((item, at) => this.chip(item, at));
    this.chips.replaceChildren(...chips);
    this.chips.hidden = chips.length === 0;
  }

  override async commit(): Promise<boolean> {
    const { text } = this;
    const isNew = this.isDirty;
    // Seen at once.
    if (isNew) this.text = text;
    return super.commit();
  }

  private chip(item: string, at: number): HTMLElement {
    const remove = element(
      "button",
      {
        type: "button",
        class: "clio-body-chip-remove",
        "aria-label": `Remove ${item}`,
        title: `Remove ${item}`,
      },
      icon("close"),
    );
    remove.addEventListener("click", () => this.remove(at));
    return element(
      "span",
      { class: "clio-body-chip", role: "listitem" },
      item,
      remove,
    );
  }

  private remove(at: number): void {
    const { control } = this;
    const typed = control.value;
    this.text = listCell(this.items.filter((_, i) => i !== at));
    control.value = typed;
    control.focus();
    void this.commit();
  }
}
