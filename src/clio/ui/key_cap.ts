import { element } from "./element.js";
import "./ui.css";

/** How a part of a key's identifier is shown, and what `aria-keyshortcuts` calls it. */
interface KeyName {
  readonly shown: string;
  readonly spoken: string;
}

const modifiers: Readonly<Record<string, KeyName>> = {
  control: { shown: "Ctrl+", spoken: "Control" },
  alt: { shown: "Alt+", spoken: "Alt" },
  meta: { shown: "⌘", spoken: "Meta" },
  shift: { shown: "⇧", spoken: "Shift" },
};

const keys: Readonly<Record<string, KeyName>> = {
  arrowdown: { shown: "↓", spoken: "ArrowDown" },
  arrowup: { shown: "↑", spoken: "ArrowUp" },
  backspace: { shown: "⌫", spoken: "Backspace" },
  delete: { shown: "Del", spoken: "Delete" },
  enter: { shown: "Enter", spoken: "Enter" },
  equal: { shown: "+", spoken: "=" },
  escape: { shown: "Esc", spoken: "Escape" },
  minus: { shown: "−", spoken: "-" },
  slash: { shown: "/", spoken: "/" },
  space: { shown: "Space", spoken: "Space" },
};

function keyName(key: string): KeyName {
  const letterOrDigit = /^(?:key|digit)([a-z0-9])$/.exec(key)?.[1];
  if (letterOrDigit !== undefined) {
    const name = letterOrDigit.toUpperCase();
    return { shown: name, spoken: name };
  }
  const name = keys[key];
  if (name === undefined) {
    throw new Error(
      `${JSON.stringify(key)} is no key that has a name here; expected keya to keyz, digit0 to digit9, ${Object.keys(keys).join(", ")}`,
    );
  }
  return name;
}

function keyNames(identifier: string): KeyName[] {
  const parts = identifier.split("+");
  const key = parts.pop() ?? "";
  return [
    ...parts.map((part) => modifiers[part] ?? keyName(part)),
    keyName(key),
  ];
}

/**
 * A key as people read it: `shift+keyp` becomes `⇧P`.
 * @param identifier as the viewer's bindings write it
 * @throws {Error} where it has no name here
 */
export function keyText(identifier: string): string {
  return keyNames(identifier)
    .map(({ shown }) => shown)
    .join("");
}

/** A key as `aria-keyshortcuts` wants it: `shift+keyp` becomes `Shift+P`. Throws as `keyText` does. */
export function keyShortcut(identifier: string): string {
  return keyNames(identifier)
    .map(({ spoken }) => spoken)
    .join("+");
}

/** A key cap. It is for the eye; what it belongs to carries `aria-keyshortcuts`. Throws as `keyText` does. */
export function keyCap(identifier: string): HTMLElement {
  return element(
    "kbd",
    { class: "clio-key", "aria-hidden": "true" },
    keyText(identifier),
  );
}
