import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { bodyField, type BodyFields, isStamp } from "../model/body.js";
import {
  type BodyField,
  type BodySchema,
  bodyValueProblem,
} from "../model/body_schema.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { BodiesSession, Body } from "./bodies_session.js";
import { type BodyDesk, withValue } from "./body_desk.js";
import { isPoint, valueText } from "./body_values.js";
import type { FieldEditor } from "./field_editor.js";
import { editorOf } from "./value_editors.js";
import "./body_form.css";

/** Words that are suggested for a field at most. */
const MOST_SUGGESTED = 200;

interface BodyFormOptions {
  /** Where the body is written, whichever dataset is in view by then. */
  readonly dataset: string;
  readonly session: BodiesSession;
  readonly desk: BodyDesk;
  /** Middle of the view, in the viewer's global space. */
  readonly crossHair: () => Float32Array;
  /** The person is done with the form. */
  readonly leave: () => void;
}

/** All that is written of a body, by whom and when: with an editor for each field where the person may write, as text else. */
export class BodyForm extends RefCounted {
  readonly element = element("div", { class: "clio-body-form" });
  private readonly editors = new Map<string, FieldEditor>();
  private readonly others = element("dl", { class: "clio-body-others" });
  private readonly schema: BodySchema | undefined;

  constructor(
    private body: Body,
    private readonly options: BodyFormOptions,
  ) {
    super();
    const { session, desk } = options;
    const { schema, mayWrite } = session;
    this.schema = schema;
    const acts = element("div", { class: "clio-body-acts" });
    const place = () => desk.placeOf(this.body);
    if (place() !== undefined) {
      acts.append(
        button({
          label: "Go there",
          icon: "target",
          key: "enter",
          run: () => desk.goTo(this.body),
        }),
      );
    }
    if (mayWrite && schema !== undefined) {
      const fields = element("div", { class: "clio-body-fields" });
      for (const field of schema.fields) {
        const editor = this.registerDisposer(this.editor(field));
        this.editors.set(field.name, editor);
        fields.append(editor.element);
      }
      this.element.append(fields);
    }
    this.element.append(this.others, acts);
    this.update(body);
    this.registerDisposer(
      desk.unsent.changed.add(() => {
        for (const editor of this.editors.values()) editor.follow();
      }),
    );
    void desk.unsent.refresh();
  }

  get id(): bigint {
    return this.body.id;
  }

  /** Shows a body as it is written now. What a person is typing stays. */
  update(body: Body): void {
    this.body = body;
    const { fields } = body;
    for (const [name, editor] of this.editors) {
      editor.show(bodyField(fields, name), stampText(fields, name));
    }
    const { schema } = this;
    const titles = new Map(
      schema?.fields.map(({ name, title }) => [name, title]),
    );
    const names = [
      ...titles.keys(),
      ...Object.keys(fields).filter((name) => !titles.has(name)),
    ].filter(
      (name) =>
        !this.editors.has(name) &&
        !isStamp(name) &&
        Object.hasOwn(fields, name),
    );
    this.others.replaceChildren(
      ...names.map((name) => this.fact(name, titles.get(name) ?? name)),
    );
    this.others.hidden = names.length === 0;
  }

  /** Puts the focus into the first field that can be edited. */
  focus(): void {
    const first = [...this.editors.values()].find((each) => each.isEditable);
    first?.control.focus();
  }

  private fact(name: string, title: string): HTMLElement {
    const { fields } = this.body;
    const value = bodyField(fields, name);
    const told = element("dd", {}, valueText(value));
    if (isPoint(value)) {
      const [x, y, z] = value;
      told.append(
        " ",
        button({
          label: "Go there",
          run: () => this.options.desk.goToVoxel([x, y, z]),
        }),
      );
    }
    const stamp = stampText(fields, name);
    if (stamp !== "") {
      told.append(
        " ",
        element("span", { class: "clio-body-stamp", title: stamp }, stamp),
      );
    }
    return element("div", {}, element("dt", {}, title), told);
  }

  private editor(field: BodyField): FieldEditor {
    const { dataset, session, desk, crossHair, leave } = this.options;
    const { name } = field;
    return editorOf(
      {
        field,
        write: (value, base) =>
          desk.set(dataset, withValue(this.body, name, base), field, value),
        problemWith: (value) =>
          this.schema && bodyValueProblem(this.schema, name, value),
        unsent: desk.unsentOf(dataset, this.body.id, name),
        leave,
      },
      bodyField(this.body.fields, name),
      {
        goTo: (voxel) => desk.goToVoxel(voxel),
        crossHair: () => desk.voxelAt(crossHair()),
      },
      () => suggestions(session, field),
    );
  }
}

/** What a dataset suggests for a field, and what bodies have there that are here, the most frequent first. */
export function suggestions(
  session: BodiesSession,
  { name, options }: BodyField,
): string[] {
  const counts = new Map<string, number>();
  for (const { fields } of session.here) {
    const value = bodyField(fields, name);
    const words = Array.isArray(value) && !isPoint(value) ? value : [value];
    for (const each of words) {
      if (typeof each !== "string" || each === "") continue;
      counts.set(each, (counts.get(each) ?? 0) + 1);
    }
  }
  const inUse = [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
  return [...new Set([...options, ...inUse])].slice(0, MOST_SUGGESTED);
}

/** Who wrote a field, and when: "ann@example.org, 3 May 2026, 14:05". */
function stampText(fields: BodyFields, name: string): string {
  const user = bodyField(fields, `${name}_user`);
  const time = bodyField(fields, `${name}_time`);
  const date = typeof time === "string" ? new Date(time) : undefined;
  const when =
    date === undefined || Number.isNaN(date.getTime())
      ? ""
      : date.toLocaleString("en-GB", {
          ...{ day: "numeric", month: "short", year: "numeric" },
          ...{ hour: "2-digit", minute: "2-digit" },
        });
  return [typeof user === "string" ? user : "", when]
    .filter(Boolean)
    .join(", ");
}
