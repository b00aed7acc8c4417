import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { button } from "../ui/button.js";
import { counted } from "../ui/counted.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import { BodiesProblem } from "./bodies_problem.js";
import type { BodiesSession } from "./bodies_session.js";
import { valueText } from "./body_values.js";
import type { BodyDesk } from "./body_desk.js";
import type { UnsentEdit } from "./unsent_edits.js";
import { whyUnwritten } from "./why_unwritten.js";

/** So many edits are listed; of more, it is said how many there are. */
const MOST_LISTED = 20;

const UNDO = "Undo";
const LIST = "List the bodies";

interface UnsentBarOptions {
  readonly session: BodiesSession;
  readonly desk: BodyDesk;
  /** The body whose fields are open: what is typed there is seen there. */
  readonly open: () => bigint | undefined;
  /** Lists bodies, to be edited. */
  readonly show: (bodies: readonly bigint[]) => void;
  /** Takes the focus where this has nothing to be focused any more. */
  readonly leave: () => void;
}

/** What the server does not have of what was typed: said, sent again when the person says so, or dropped. */
export class UnsentBar extends RefCounted {
  readonly element = element("div", { class: "clio-bodies-unsent" });
  /** Why edits were not written, as far as they were sent from here. */
  private readonly reasons = new Map<UnsentEdit, string>();
  private dropped: UnsentEdit | undefined;
  private isSending = false;
  private shown = "";

  constructor(private readonly options: UnsentBarOptions) {
    super();
    const { session, desk } = options;
    const update = () => this.update();
    this.registerDisposer(session.changed.add(update));
    this.registerDisposer(desk.unsent.changed.add(update));
    this.update();
  }

  /** Shows what there is now, in the dataset in view. */
  update(): void {
    const { session, desk } = this.options;
    const { dataset, standing, mayWrite } = session;
    const open = String(this.options.open());
    const edits =
      dataset === undefined
        ? []
        : desk.unsent.of(dataset).filter(({ body }) => body !== open);
    // What is kept in its place by now is newer.
    if (this.dropped && desk.unsent.find(this.dropped)) {
      this.dropped = undefined;
    }
    const { dropped } = this;
    const back = dropped?.dataset === dataset ? dropped : undefined;
    const canSend = standing === "ready" && mayWrite;
    const shown = JSON.stringify([
      edits.map((each) => [each.body, each.field, each.text]),
      edits.map((each) => this.reasons.get(each) ?? ""),
      [back?.body, back?.field, canSend, desk.unsent.areKept],
    ]);
    if (shown === this.shown) return;
    this.shown = shown;
    const { activeElement: active } = document;
    const focused =
      active instanceof HTMLButtonElement && this.element.contains(active)
        ? nameOf(active)
        : undefined;
    this.element.replaceChildren(
      ...(edits.length > 0 ? this.listOf(edits, canSend) : []),
      ...(back === undefined ? [] : [this.undoOf(back)]),
    );
    this.element.hidden = this.element.childElementCount === 0;
    if (focused !== undefined) this.focus(focused);
  }

  /** Takes the focus back to a button. Where that is gone, a press too many is to send and to drop nothing. */
  private focus(name: string): void {
    const buttons = [
      ...this.element.querySelectorAll<HTMLButtonElement>("button:enabled"),
    ];
    const next = [name, UNDO, LIST]
      .map((label) => buttons.find((each) => nameOf(each) === label))
      .find((each) => each !== undefined);
    if (next === undefined) this.options.leave();
    else next.focus();
  }

  private listOf(
    edits: readonly UnsentEdit[],
    canSend: boolean,
  ): HTMLElement[] {
    const { desk, show } = this.options;
    const send = button({
      label: "Send",
      run: () => void this.send(edits),
    });
    send.disabled = !canSend;
    const bodies = [...new Set(edits.map(({ body }) => BigInt(body)))];
    const rest = edits.length - MOST_LISTED;
    return [
      notice({
        severity: "warn",
        what: `${counted(edits.length, "edit")} ${edits.length === 1 ? "is" : "are"} not at the server.`,
        kept: desk.unsent.areKept
          ? "In this browser, over a reload too."
          : "As long as this page is open: the browser keeps nothing.",
        next: "Send what is listed. Where somebody has written meanwhile, that stays and you are told.",
        actions: [send, button({ label: LIST, run: () => show(bodies) })],
      }),
      element(
        "ul",
        { "aria-label": "Edits that are not at the server" },
        ...edits.slice(0, MOST_LISTED).map((each) => this.rowOf(each)),
        ...(rest > 0
          ? [element("li", {}, `and ${counted(rest, "other edit")}`)]
          : []),
      ),
    ];
  }

  private rowOf(edit: UnsentEdit): HTMLElement {
    const { body, field, text, base } = edit;
    const drop = button({ label: "Drop", run: () => void this.drop(edit) });
    drop.setAttribute("aria-label", `Drop ${this.wordsOf(edit)}`);
    const seen = valueText(base);
    const reason = this.reasons.get(edit);
    return element(
      "li",
      {},
      element("span", {}, `${this.titleOf(field)} of ${body}: `),
      element("bdi", {}, text.trim() === "" ? "taken away" : `“${text}”`),
      ...(seen === "" ? [] : [element("bdi", {}, `, was “${seen}”`)]),
      " ",
      drop,
      ...(reason === undefined
        ? []
        : [element("p", { class: "clio-bad", role: "alert" }, reason)]),
    );
  }

  private undoOf(edit: UnsentEdit): HTMLElement {
    return element(
      "p",
      { class: "clio-bodies-acts", role: "status" },
      `Dropped: ${this.wordsOf(edit)}.`,
      button({
        label: UNDO,
        run: () => void this.putBack(edit),
      }),
    );
  }

  private wordsOf({ field, body }: UnsentEdit): string {
    return `${this.titleOf(field)} of body ${body}`;
  }

  private titleOf(name: string): string {
    const fields = this.options.session.schema?.fields ?? [];
    return fields.find((each) => each.name === name)?.title ?? name;
  }

  private async drop(edit: UnsentEdit): Promise<void> {
    const { unsent } = this.options.desk;
    await unsent.refresh();
    // By now something else may be kept there, which nobody has said to drop.
    if (unsent.find(edit) !== edit) return;
    this.dropped = edit;
    unsent.drop(edit);
  }

  private async putBack(edit: UnsentEdit): Promise<void> {
    const { unsent } = this.options.desk;
    await unsent.refresh();
    if (this.dropped !== edit) return;
    this.dropped = undefined;
    unsent.keep(edit);
  }

  /** One after the other: each is a step of undo of its own. */
  private async send(edits: readonly UnsentEdit[]): Promise<void> {
    const { desk, session } = this.options;
    if (this.isSending) return;
    this.isSending = true;
    this.dropped = undefined;
    this.reasons.clear();
    this.update();
    for (const edit of edits) {
      // The rest waits in its own dataset.
      if (edit.dataset !== session.dataset) break;
      try {
        await desk.send(edit);
      } catch (error) {
        this.reasons.set(edit, whyUnwritten(error));
        // Whoever gets no answer gets none to the next either.
        if (error instanceof BodiesProblem && !error.isRefusal) break;
      }
    }
    this.isSending = false;
    this.update();
  }
}

function nameOf(button: HTMLElement): string {
  return button.getAttribute("aria-label") ?? button.textContent;
}
