import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { KeyAction } from "../model/keys.js";
import {
  type MergeConflict,
  type MergeRequest,
  type RequestedMerge,
  type RequestHead,
  roundOf,
  type RequestStep,
  type Verdict,
} from "../model/merge_request.js";
import { isOpen } from "../model/merge_request_acts.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { PanelKeys } from "../ui/panel_keys.js";
import type { VirtualTable } from "../ui/virtual_table.js";
import { tell } from "../ui/tell.js";
import { acceptedExport } from "./accepted_export.js";
import { requestHints } from "./panel_hints.js";
import type { RequestDesk } from "./request_desk.js";
import { requestHead } from "./request_head.js";
import { conflictsIn } from "./requested_conflicts.js";
import { stepButtons } from "./request_steps.js";
import { requestStatus } from "./request_words.js";
import { requestsTable } from "./requests_table.js";
import { RequestedDetails } from "./requested_details.js";
import {
  isDecided,
  type RequestedRow,
  requestedRows,
  verdictOf,
} from "./requested_rows.js";
import { requestedTable } from "./requested_table.js";
import { ReviewScene } from "./review_scene.js";
import "../ui/panel.css";
import "./merges_view.css";
import "./requests_view.css";

const NONE_YET =
  "No requests yet. Choose merges in the panel of merges and send them: what a reviewer accepts is merged for everybody.";

/** What is in the panel of requests: those that there are, or one of them, whose merges are looked at one after the other. */
export class RequestsView extends RefCounted {
  private readonly scene: ReviewScene;
  private readonly list: VirtualTable<RequestHead>;
  private readonly merges: VirtualTable<RequestedRow>;
  private readonly head = element("div", { class: "clio-request-head" });
  private readonly instead = element("div", { class: "clio-merges-instead" });
  private readonly acts = element("div", {
    class: "clio-request-acts",
    role: "toolbar",
    "aria-label": "The request",
  });
  private readonly foot = element("div", { class: "clio-merges-foot" });
  private readonly status = element("p", {
    class: "clio-merges-status",
    role: "status",
  });
  private details: RequestedDetails | undefined;
  /** What is asked for, an act a row. */
  private rows: readonly RequestedRow[] = [];
  private activeAct: string | undefined;
  /** The request whose merges are shown. */
  private shown: string | undefined;

  constructor(
    private readonly body: HTMLElement,
    private readonly desk: RequestDesk,
  ) {
    super();
    const { desk: merging } = desk;
    this.scene = this.registerDisposer(new ReviewScene(merging));
    this.list = requestsTable(
      () => this.requests,
      (head) => void this.open(head.id),
    );
    this.merges = requestedTable({
      rows: () => this.rows,
      conflictsOf: (row) => this.conflictsOf(row),
      colorOf: (id) => merging.colorOf(id),
      activated: (row) => this.look(row),
      entered: (row) => this.scene.show(row),
    });
    this.registerDisposer(() => {
      this.list.dispose();
      this.merges.dispose();
    });
    body.append(
      this.head,
      this.list.element,
      this.merges.element,
      this.instead,
      this.acts,
      this.foot,
      this.status,
    );
    this.registerDisposer(
      new PanelKeys({
        viewer: merging.viewer,
        panel: body,
        mode: "reviewing requests",
        label: "Reviewing requests",
        acts: this.keyActs(),
        // Space presses what has the focus.
        taking: { "request-later": "button" },
      }),
    );
    this.registerDisposer(desk.changed.add(() => this.update()));
    // Which dataset is in view, and in which colours its segments are.
    let of = desk.segmentation?.dataset;
    this.registerDisposer(
      merging.changed.add(() => {
        const now = desk.segmentation?.dataset;
        if (now !== of) void desk.refresh();
        of = now;
        this.merges.refresh();
      }),
    );
    this.update();
    void desk.refresh();
  }

  /** Takes the focus to the table that is shown, or to what stands in its place. */
  enter(): void {
    const table = [this.list, this.merges].find(
      ({ element: each }) => !each.hidden,
    );
    (table?.element ?? this.head.querySelector("button"))?.focus();
  }

  private get requests(): readonly RequestHead[] {
    return this.desk.list?.requests ?? [];
  }

  private get request(): MergeRequest | undefined {
    return this.desk.opened?.request;
  }

  private get isReviewer(): boolean {
    return this.desk.opened?.mayReview === true;
  }

  private get active(): RequestedRow | undefined {
    return this.rows.find(({ act }) => act === this.activeAct);
  }

  private conflictsOf(row: RequestedRow): MergeConflict[] {
    const { opened, desk } = this.desk;
    // Where it is at its end nothing is in the way of it.
    return opened !== undefined && isOpen(opened.request.state)
      ? conflictsIn(row, opened, (id) => desk.isGone(id))
      : [];
  }

  private keyActs(): Partial<Record<KeyAction, () => void>> {
    return {
      "request-next": () => this.move(1),
      "request-previous": () => this.move(-1),
      "request-accept": () => this.decide("accepted"),
      "request-reject": () => this.decide("rejected"),
      "request-later": () => this.move(1),
      "request-comment": () => this.details?.enter(),
      "request-finish": () => this.finish(),
      "request-back": () => this.back(),
    };
  }

  private async open(id: string): Promise<void> {
    await this.desk.open(id);
    // It is not to be had, or another was opened meanwhile.
    if (this.request?.id !== id) return;
    this.enter();
    if (this.active === undefined) this.move(1);
  }

  private back(): void {
    if (this.request === undefined) return;
    this.desk.close();
    this.enter();
  }

  /** Goes to the next row of what is shown, or by -1 to the one before. */
  private move(by: 1 | -1): void {
    if (this.request === undefined) {
      const at = this.list.active ?? (by > 0 ? -1 : this.requests.length);
      const last = this.requests.length - 1;
      if (last >= 0) this.list.activate(Math.max(0, Math.min(last, at + by)));
      return;
    }
    const { rows } = this;
    const at = rows.findIndex(({ act }) => act === this.activeAct);
    this.goTo(Math.max(0, Math.min(rows.length - 1, at + by)));
  }

  private goTo(index: number): void {
    const row = this.rows.at(index);
    if (row === undefined) return;
    this.merges.activate(index);
    this.look(row);
  }

  /** Makes a row the one that keys act on, and shows it in the view. */
  private look(row: RequestedRow): void {
    this.activeAct = row.act;
    this.scene.show(row);
    this.showDetails();
  }

  /** Says the verdict on the active row, or takes back the same, and goes to the next that is not decided. */
  private decide(verdict: Verdict): void {
    const { active } = this;
    if (active === undefined) return;
    const isTakenBack = verdictOf(active) === verdict;
    this.say(active.merges, isTakenBack ? undefined : verdict);
    if (isTakenBack) return;
    const { rows } = this;
    const at = rows.findIndex(({ act }) => act === active.act);
    const after = rows.findIndex((row, i) => i > at && !isDecided(row));
    const next = after < 0 ? rows.findIndex((row) => !isDecided(row)) : after;
    if (next >= 0) this.goTo(next);
  }

  /** @param verdict undefined: what was said is taken back */
  private say(
    merges: readonly RequestedMerge[],
    verdict: Verdict | undefined,
  ): void {
    const { request } = this;
    if (request?.state !== "submitted") return;
    this.desk.act({
      act: "decide",
      round: request.rounds.length,
      merges: merges.map(({ merge }) => merge.id),
      ...(verdict !== undefined && { verdict }),
    });
  }

  private step(step: RequestStep, note = ""): void {
    const { request } = this;
    if (request === undefined) return;
    this.desk.act({ act: step, revision: request.revision, note });
  }

  /** What comes next: what is decided is approved, and what is approved is applied. */
  private finish(): void {
    const { request } = this;
    if (request?.state === "submitted" && this.isReviewer) this.step("approve");
    else if (request?.state === "approved" && this.isReviewer) {
      this.step("apply");
    } else {
      tell("Nothing was done: there is nothing that you could finish here.");
    }
  }

  private update(): void {
    const { desk, request } = this;
    const hadFocus = this.body.contains(document.activeElement);
    if (request === undefined) this.scene.leave();
    if (request?.id !== this.shown) {
      this.shown = request?.id;
      this.activeAct = undefined;
      this.details = undefined;
      this.merges.toTop();
    }
    this.rows =
      request === undefined ? [] : requestedRows(roundOf(request).merges);
    const reason =
      desk.problem ??
      (desk.list === undefined
        ? "The requests are being asked for."
        : this.requests.length === 0
          ? NONE_YET
          : undefined);
    const isList = request === undefined;
    this.list.element.hidden = !isList || reason !== undefined;
    this.merges.element.hidden = isList;
    this.instead.hidden = !isList || reason === undefined;
    if (reason !== undefined) {
      const words = element("p", {}, reason);
      this.instead.replaceChildren(
        element("div", { class: "clio-empty" }, icon("merge"), words),
      );
    }
    this.list.reload();
    this.merges.reload();
    this.showHead();
    this.acts.replaceChildren(
      ...(request === undefined
        ? []
        : [
            ...stepButtons(request, {
              isReviewer: this.isReviewer,
              person: desk.person,
              step: (step, note) => this.step(step, note),
              finish: () => this.finish(),
            }),
            // From a button the viewer hears no key with Ctrl.
            ...acceptedExport(request, () => this.enter()),
          ]),
    );
    this.foot.replaceChildren(
      ...requestHints(
        request !== undefined,
        this.isReviewer && request?.state === "submitted",
      ),
    );
    this.status.textContent = this.words();
    this.showDetails();
    // What had the focus may be another element now, or hidden.
    const focused = document.activeElement;
    const isThere =
      this.body.contains(focused) && focused?.closest("[hidden]") === null;
    if (hadFocus && !isThere) this.enter();
  }

  private showHead(): void {
    const { request, desk } = this;
    if (request === undefined) {
      const { dataset } = desk.segmentation ?? {};
      this.head.replaceChildren(
        element(
          "span",
          { class: "clio-request-of" },
          dataset === undefined ? "Requests" : `Requests · ${dataset}`,
        ),
        button({
          label: "Look again",
          icon: "refresh",
          run: () => void desk.refresh(),
        }),
      );
      return;
    }
    this.head.replaceChildren(...requestHead(request, () => this.back()));
  }

  private showDetails(): void {
    const { active, request, desk } = this;
    if (this.details?.isWriting === true) return;
    const hadFocus = this.details?.element.contains(document.activeElement);
    if (active === undefined || request === undefined) {
      this.details = undefined;
      this.merges.showDetails(undefined);
      return;
    }
    const { state, author, rounds } = request;
    const maySay = isOpen(state) && (this.isReviewer || author === desk.person);
    this.details = new RequestedDetails(active, {
      colorOf: (id) => desk.desk.colorOf(id),
      conflicts: this.conflictsOf(active),
      ...(this.isReviewer &&
        state === "submitted" && {
          decide: (verdict: Verdict) => this.decide(verdict),
          decideOne: (requested: RequestedMerge, verdict: Verdict) =>
            this.say([requested], verdict),
        }),
      later: () => this.move(1),
      ...(maySay && {
        comment: (text: string) =>
          desk.act({
            act: "comment",
            round: rounds.length,
            merge: active.merges[0].merge.id,
            text,
          }),
      }),
      locate: () => this.scene.show(active),
      leave: () => {
        this.merges.element.focus();
        // The browser has scrolled to what was written in.
        this.merges.reveal();
      },
    });
    this.merges.showDetails(this.details.element);
    if (hadFocus === true) this.merges.element.focus();
  }

  private words(): string {
    const { request, desk } = this;
    if (request === undefined) {
      const waiting = this.requests.filter(
        ({ state, author }) => state === "submitted" && author !== desk.person,
      ).length;
      const { length } = this.requests;
      const requests = `${length} ${length === 1 ? "request" : "requests"}`;
      return desk.list?.isReviewer === true
        ? `${requests}, ${waiting} waiting for review`
        : requests;
    }
    return requestStatus(request, desk.person, desk.whyNoReview);
  }
}
