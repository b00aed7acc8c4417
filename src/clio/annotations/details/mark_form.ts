/** The form of one mark: all that is known of it, each field edited where it stands. */
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type AnnotationRecord, KIND_NAMES } from "../../model/annotation.js";
import { allTypes, type Field } from "../../model/fields.js";
import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { CheckedField } from "./checked_field.js";
import { ChoiceField, choicesOf } from "./choice_field.js";
import { completeFrom } from "./completion.js";
import { description, ownField, set, title, type } from "./edits.js";
import { FactsPart } from "./facts_part.js";
import type { MarkFormContext } from "./form_context.js";
import type { FormPart } from "./form_part.js";
import { PlacesPart } from "./places_part.js";
import { SegmentsPart } from "./segments_part.js";
import { TagsField } from "./tags_field.js";
import { TextField, textLine } from "./text_field.js";
import "./mark_form.css";

export interface MarkFormOptions {
  readonly record: AnnotationRecord;
  readonly context: MarkFormContext;
}

/** A form that is being shown. Whoever made it removes its element after disposing of it. */
export interface MarkForm {
  readonly element: HTMLElement;
  /** Shows the mark's newest state, from whatever hand; what is being typed stays. */
  update(record: AnnotationRecord): void;
  /**
   * Takes the focus to a field: `description`, `title`, `type`, `tags`, `checked`, `set`, `place`, or `field:` and the name of one of the
   * dataset's own. Returns whether there is such a field.
   */
  focus(field: string): boolean;
  /** Commits what is typed and would do, and lets go of all that it listens to. */
  dispose(): void;
}

/** Makes the form of a mark, for the open row of the table and for the viewer's selection panel. */
export function markForm({ record, context }: MarkFormOptions): MarkForm {
  return new Form(record, context);
}

/** What a person opens once stays open in the forms of the marks that come after. */
let moreIsOpen = false;

class Form extends RefCounted implements MarkForm {
  readonly element: HTMLElement;
  private readonly parts: FormPart[] = [];
  private readonly byName = new Map<string, FormPart>();
  private readonly more = element("details", { class: "clio-form-more" });
  private readonly locked = element("p", { class: "clio-form-locked" });

  private readonly remove = button({
    label: "Delete",
    kind: "bar",
    icon: "bin",
    run: () => this.context.remove(this.record),
  });

  constructor(
    private record: AnnotationRecord,
    private readonly context: MarkFormContext,
  ) {
    super();
    this.remove.classList.add("clio-form-delete");
    const { space, vocabulary } = context;
    this.element = element(
      "div",
      {
        class: "clio-form",
        role: "group",
        "aria-label": `This ${KIND_NAMES[record.kind]}`,
      },
      this.locked,
      element(
        "div",
        { class: "clio-form-fields" },
        this.wide(this.descriptionField()),
        this.typeField(),
        this.wide(this.tagsField()),
        ...vocabulary.fields.map((field) => this.ownField(field)),
      ),
      this.makeMore(),
      element(
        "div",
        { class: "clio-form-foot" },
        this.part(new FactsPart(record, edgesInNm(space.scales))),
        this.part(new SegmentsPart(record, context.bodies)),
        element(
          "div",
          { class: "clio-form-acts" },
          this.part(new CheckedField(record, context), "checked"),
          ...this.acts(),
        ),
      ),
    );
    this.registerDisposer(context.lockedSets.changed.add(() => this.lock()));
    this.lock();
  }

  update(record: AnnotationRecord): void {
    this.record = record;
    this.lock();
    for (const part of this.parts) part.update(record);
  }

  focus(field: string): boolean {
    const part = this.byName.get(field);
    if (part?.control === undefined) return false;
    if (this.more.contains(part.element)) this.more.open = true;
    part.control.focus();
    return true;
  }

  private part(part: FormPart, name?: string): HTMLElement {
    this.registerDisposer(part);
    this.parts.push(part);
    if (name !== undefined) this.byName.set(name, part);
    return part.element;
  }

  private wide(made: HTMLElement): HTMLElement {
    made.classList.add("clio-form-wide");
    return made;
  }

  private descriptionField(): HTMLElement {
    const { record, context } = this;
    const area = element("textarea", { rows: "1" });
    return this.part(
      new TextField(record, description, context, area),
      "description",
    );
  }

  private typeField(): HTMLElement {
    const { record, context } = this;
    const line = textLine();
    const made = this.part(new TextField(record, type, context, line), "type");
    completeFrom(line, async () => {
      const { types } = await context.words();
      const ofKind = context.vocabulary.types[this.record.kind] ?? [];
      return [
        ...new Set([...ofKind, ...types, ...allTypes(context.vocabulary)]),
      ];
    });
    return made;
  }

  private tagsField(): HTMLElement {
    const { record, context } = this;
    const field = new TagsField(record, context);
    const made = this.part(field, "tags");
    completeFrom(field.control, async () => {
      const { tags } = await context.words();
      return tags.filter((tag) => !this.record.tags.includes(tag));
    });
    return made;
  }

  private ownField(field: Field): HTMLElement {
    const { record, context } = this;
    const choices = choicesOf(field);
    const part =
      choices === undefined
        ? new TextField(record, ownField(field), context, textLine())
        : new ChoiceField(record, field, choices, context);
    return this.part(part, `field:${field.name}`);
  }

  /** What is seldom edited. */
  private makeMore(): HTMLElement {
    const { more, record, context } = this;
    const line = textLine();
    const setField = this.part(
      new TextField(record, set, context, line),
      "set",
    );
    completeFrom(line, async () => (await context.words()).sets);
    more.append(
      element("summary", {}, "Title, set, position"),
      element(
        "div",
        { class: "clio-form-fields" },
        this.wide(
          this.part(new TextField(record, title, context, textLine()), "title"),
        ),
        setField,
      ),
      this.part(new PlacesPart(record, context), "place"),
    );
    more.open = moreIsOpen;
    more.addEventListener("toggle", () => {
      moreIsOpen = more.open;
    });
    return more;
  }

  /** A mark of a locked set is shown and not changed. */
  private lock(): void {
    const { set } = this.record;
    const isLocked =
      set !== undefined && this.context.lockedSets.value.has(set);
    this.locked.textContent = isLocked
      ? `The set ${set} is locked: unlock it to change this mark.`
      : "";
    for (const { element, control } of this.parts) {
      if (control !== undefined) element.inert = isLocked;
    }
    this.remove.disabled = isLocked;
  }

  private acts(): HTMLElement[] {
    const { context } = this;
    const go = button({
      label: "Go",
      kind: "bar",
      icon: "target",
      run: () => context.go(this.record),
    });
    return [go, this.remove];
  }
}

/** @param scales metres a voxel */
function edgesInNm([x, y, z]: readonly [number, number, number]) {
  return [x * 1e9, y * 1e9, z * 1e9] as const;
}
