import { iconButton } from "./button.js";
import { type Child, element } from "./element.js";
import { keyCap } from "./key_cap.js";
import "./ui.css";

export interface DialogOptions {
  readonly title: string;
  /** The key that opens it, shown beside the title. */
  readonly key?: string;
  /** The parts below the title, from top to bottom. */
  readonly parts: readonly Child[];
}

/** How to close the dialog that is open, if one is. */
let closeOther: (() => void) | undefined;

/**
 * A modal dialog, at most one at a time: to open one closes the other. The browser keeps the focus inside and gives it back
 * to where it was; Escape closes.
 *
 * It stands beside the viewer in the page and not inside, so that no key pressed in it is one of the viewer's.
 */
export class Dialog {
  readonly element: HTMLDialogElement;

  constructor({ title, key, parts }: DialogOptions) {
    const heading = element("h2", { class: "clio-dialog-title" }, title);
    const header = element("header", { class: "clio-dialog-head" }, heading);
    if (key !== undefined) header.append(keyCap(key));
    header.append(iconButton("close", "Close", this.close));
    this.element = element(
      "dialog",
      { class: "clio-dialog", "aria-label": title },
      header,
      ...parts,
    );
    this.element.addEventListener("close", () => {
      // The event comes a moment after the closing: by then the dialog may be open again.
      if (!this.element.open) this.leave();
    });
  }

  /** Shows it and puts the focus on `first`, which stands in it. */
  open(first: HTMLElement): void {
    closeOther?.();
    closeOther = this.close;
    document.body.append(this.element);
    this.element.showModal();
    first.focus();
  }

  /** Closes it where it is open. */
  readonly close = (): void => {
    if (this.element.open) this.element.close();
    this.leave();
  };

  private leave(): void {
    if (closeOther === this.close) closeOther = undefined;
    this.element.remove();
  }
}
