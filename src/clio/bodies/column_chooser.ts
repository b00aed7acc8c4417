import type { BodyField } from "../model/body_schema.js";
import { button, iconButton } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import "./column_chooser.css";

interface ColumnChooserOptions {
  readonly fields: readonly BodyField[];
  readonly shown: readonly string[];
  /** Called after each step: the table shows it at once. */
  readonly changed: (shown: readonly string[]) => void;
}

/** Opens the dialog in which a person chooses the columns of the table and their order. */
export function chooseColumns(options: ColumnChooserOptions): void {
  let { shown } = options;
  const list = element("ul", { class: "clio-bodies-columns" });
  const done = button({
    label: "Done",
    kind: "primary",
    run: () => dialog.close(),
  });
  const dialog = new Dialog({
    title: "Columns",
    parts: [list, element("footer", { class: "clio-bodies-foot-acts" }, done)],
  });
  const change = (next: readonly string[], focus: string) => {
    shown = next;
    options.changed(shown);
    show();
    list
      .querySelector<HTMLElement>(`[data-act="${CSS.escape(focus)}"]`)
      ?.focus();
  };
  const show = () => {
    const chosen = shown.flatMap(
      (name) => options.fields.find((field) => field.name === name) ?? [],
    );
    const rest = options.fields.filter(({ name }) => !shown.includes(name));
    list.replaceChildren(...[...chosen, ...rest].map(row));
  };
  const row = ({ name, title }: BodyField) => {
    const place = shown.indexOf(name);
    const box = element("input", {
      type: "checkbox",
      "data-act": `show ${name}`,
    });
    box.checked = place >= 0;
    box.addEventListener("change", () => {
      const others = shown.filter((other) => other !== name);
      change(box.checked ? [...others, name] : others, `show ${name}`);
    });
    const made = element(
      "li",
      { class: "clio-bodies-column" },
      element("label", {}, box, title),
    );
    for (const by of [-1, 1]) {
      const to = place + by;
      if (place < 0 || to < 0 || to >= shown.length) continue;
      const way = by < 0 ? "left" : "right";
      const act = `${way} ${name}`;
      const mover = iconButton(
        by < 0 ? "up" : "down",
        `Move ${title} to the ${way}`,
        () => {
          const next = [...shown];
          next.splice(to, 0, ...next.splice(place, 1));
          change(next, act);
        },
      );
      mover.dataset.act = act;
      made.append(mover);
    }
    return made;
  };
  show();
  dialog.open(list.querySelector("input") ?? done);
}
