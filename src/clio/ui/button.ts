import { element } from "./element.js";
import { type IconName, icon } from "./icons.js";
import { keyCap, keyShortcut } from "./key_cap.js";
import "./ui.css";

export interface ButtonOptions {
  readonly label: string;
  /** `primary`: the next likely act, one a panel or dialog. `bar`: stands in the viewer's top bar. */
  readonly kind?: "primary" | "plain" | "bar";
  readonly icon?: IconName;
  /** The key that does the same, as the viewer's bindings write it. Binding it is up to the caller. */
  readonly key?: string;
  readonly run: () => void;
}

/** A button with its words, and with its icon and its key where it has them. */
export function button(options: ButtonOptions): HTMLButtonElement {
  const made = element(
    "button",
    {
      type: "button",
      class: `clio-button clio-button-${options.kind ?? "plain"}`,
    },
    element("span", { class: "clio-button-label" }, options.label),
  );
  if (options.icon !== undefined) made.prepend(icon(options.icon));
  if (options.key !== undefined) {
    made.append(keyCap(options.key));
    made.setAttribute("aria-keyshortcuts", keyShortcut(options.key));
  }
  made.addEventListener("click", options.run);
  return made;
}

/** A button that shows an icon alone; `label` is its name and its tooltip. */
export function iconButton(
  name: IconName,
  label: string,
  run: () => void,
): HTMLButtonElement {
  const made = element(
    "button",
    {
      type: "button",
      class: "clio-button clio-button-icon",
      "aria-label": label,
      title: label,
    },
    icon(name),
  );
  made.addEventListener("click", run);
  return made;
}
