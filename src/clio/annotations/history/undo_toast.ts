import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../../model/keys.js";
import { button, iconButton } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import type { Act } from "../sandbox_editor.js";
import { actText, turnText } from "./act_text.js";
import type { ViewHistory } from "./view_history.js";
import "./history.css";

/** How long it is shown after an act. */
const SHOWN_MILLISECONDS = 8000;

/**
 * Names what was just done, and takes it back. It lies over the lower left corner of the view, goes by itself, and waits as long as the
 * pointer or the focus is in it.
 */
export class UndoToast extends RefCounted {
  /** Always on the page, for a screen reader tells only of what changes in what it knows. */
  readonly element = element("div", { class: "clio-toast", role: "status" });
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the focus was before it came here. */
  private cameFrom: HTMLElement | undefined;

  constructor(
    private readonly history: Pick<
      ViewHistory,
      "acts" | "undo" | "redo" | "show"
    >,
    private readonly milliseconds = SHOWN_MILLISECONDS,
  ) {
    super();
    this.registerDisposer(history.acts.add((act) => this.show(act)));
    const { element: toast } = this;
    const wait = () => clearTimeout(this.timer);
    const goOn = () => this.goSoon();
    this.registerEventListener(toast, "pointerenter", wait);
    this.registerEventListener(toast, "pointerleave", goOn);
    this.registerEventListener(toast, "focusin", (event: Event) => {
      wait();
      const { relatedTarget } = event as FocusEvent;
      if (relatedTarget instanceof HTMLElement && !this.holds(relatedTarget)) {
        this.cameFrom = relatedTarget;
      }
    });
    this.registerEventListener(toast, "focusout", goOn);
    this.registerEventListener(toast, "keydown", (event: Event) => {
      if ((event as KeyboardEvent).key === "Escape") this.dismiss();
    });
    this.registerDisposer(() => {
      clearTimeout(this.timer);
      toast.remove();
    });
  }

  private show(act: Act): void {
    const { history, element: toast } = this;
    const focused = this.holds(document.activeElement);
    const turn = act.how === "undone" ? "redo" : "undo";
    const turnButton = button({
      label: turn === "redo" ? "Redo" : turnText("Undo", act.label),
      key: keyOf(turn),
      run: () => history[turn](),
    });
    toast.replaceChildren(
      icon(act.how === "undone" ? "undo" : "ok"),
      element("span", { class: "clio-toast-text" }, actText(act)),
      turnButton,
      ...this.leadTo(act),
      iconButton("close", "Dismiss", () => this.dismiss()),
    );
    // Whoever works in it goes on in it.
    if (focused) turnButton.focus();
    this.goSoon();
  }

  /** What leads to where it was done: to the one mark, or to one of several. */
  private leadTo({ left }: Act): HTMLElement[] {
    if (left === undefined) return [];
    const run = () => void this.history.show(left);
    return [button({ label: "Show", icon: "target", run })];
  }

  private goSoon(): void {
    clearTimeout(this.timer);
    if (this.element.matches(":hover") || this.holds(document.activeElement)) {
      return;
    }
    this.timer = setTimeout(() => this.clear(), this.milliseconds);
  }

  private dismiss(): void {
    const focused = this.holds(document.activeElement);
    this.clear();
    if (focused && this.cameFrom?.isConnected === true) this.cameFrom.focus();
  }

  private clear(): void {
    clearTimeout(this.timer);
    this.element.replaceChildren();
  }

  private holds(node: Element | null): boolean {
    return node !== null && this.element.contains(node);
  }
}
