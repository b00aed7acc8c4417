/** The keys of undo and redo. */

/** What a press of a key asks for, by the letter on the key; undefined where it asks for neither. */
export function turnOfKey({
  key,
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
}: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">):
  "undo" | "redo" | undefined {
  if (ctrlKey === metaKey || altKey) return undefined;
  switch (key.toLowerCase()) {
    case "z":
      return shiftKey ? "redo" : "undo";
    case "y":
      return shiftKey ? undefined : "redo";
    default:
      return undefined;
  }
}

/** Whether a key that is pressed in `target` is for the text there, which has an undo of its own. */
export function isTyped(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

const NO_TEXT: ReadonlySet<string> = new Set([
  "button",
  "checkbox",
  "radio",
  "range",
  "reset",
  "submit",
]);

/**
 * Listens to the keys of undo and redo wherever the focus is, but in a text. The viewer goes by where a key lies and not by its letter:
 * there Control+Z of a German keyboard, whose Z and Y have changed places, would be redo. And it takes no keys from buttons.
 * @returns stops listening
 */
export function listenForUndo(history: {
  undo(): void;
  redo(): void;
}): () => void {
  const listener = (event: KeyboardEvent) => {
    const turn = turnOfKey(event);
    if (turn === undefined || isTyped(event.target)) return;
    // What lies below a dialog must not change unseen.
    if (document.querySelector("dialog:modal") !== null) return;
    event.preventDefault();
    event.stopPropagation();
    history[turn]();
  };
  // Before the viewer sees it.
  document.addEventListener("keydown", listener, { capture: true });
  return () =>
    document.removeEventListener("keydown", listener, { capture: true });
}
