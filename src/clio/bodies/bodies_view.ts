import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import * as v from "valibot";
import { type BodyQuery, bodyQuerySchema } from "../model/body_query.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import { type Child, element } from "../ui/element.js";
import { keyCap } from "../ui/key_cap.js";
import { PanelKeys } from "../ui/panel_keys.js";
import type { ViewerCells } from "../ui/viewer_cells.js";
import type { BodiesSession, Body } from "./bodies_session.js";
import type { BodiesState } from "./bodies_state.js";
import { BodiesTable } from "./bodies_table.js";
import { BodiesTools } from "./bodies_tools.js";
import type { BodyDesk } from "./body_desk.js";
import { BodyForm } from "./body_form.js";
import { chooseColumns } from "./column_chooser.js";
import { ImportDialog } from "./import_dialog.js";
import { FoundBodies } from "./found_bodies.js";
import { insteadOfBodies } from "./instead_of_bodies.js";
import { linkedOf, linkedQuery, withQuery } from "./linked.js";
import { QueryForm } from "./query_form.js";
import type { ShownBodies } from "./shown_bodies.js";
import { tell } from "../ui/tell.js";
import { UnsentBar } from "./unsent_bar.js";
import "../ui/panel.css";
import "./bodies_view.css";

interface BodiesViewOptions {
  readonly viewer: Viewer;
  readonly state: BodiesState;
  readonly session: BodiesSession;
  readonly desk: BodyDesk;
  readonly cells: ViewerCells;
  readonly shown: ShownBodies;
}

/** What is in the panel of bodies: what to look for, what was found, and what one does with that. */
export class BodiesView extends RefCounted {
  private readonly query: QueryForm;
  private readonly rows: BodiesTable;
  private readonly tools: BodiesTools;
  private readonly unsent: UnsentBar;
  private readonly instead = element("div", {
    class: "clio-bodies-instead",
    tabindex: "-1",
  });
  private readonly status = element("p", {
    class: "clio-bodies-status",
    role: "status",
  });
  private form: BodyForm | undefined;
  private shownInquiry: BodiesSession["inquiry"] | undefined;
  private shownTotal: number | undefined;
  private shownDataset: string | undefined;
  private shownReason = "";
  private readonly found: FoundBodies;

  constructor(
    body: HTMLElement,
    private readonly options: BodiesViewOptions,
  ) {
    super();
    const { session, viewer, desk, cells, shown, state } = options;
    this.found = this.registerDisposer(
      new FoundBodies({
        ...{ session, cells, shown },
        tell: (text) => (this.status.textContent = text),
        done: () => this.showStatus(),
      }),
    );
    this.query = this.registerDisposer(
      new QueryForm({
        session,
        ask: (query) => this.ask(query),
        askSelected: () => this.askSelected(),
      }),
    );
    this.rows = this.registerDisposer(
      new BodiesTable({
        session,
        cells,
        activated: (found) => this.open(found),
        entered: (found) => desk.goTo(found),
        toggle: (found) => this.toggle(found),
      }),
    );
    this.tools = new BodiesTools({
      ...{ session, found: this.found },
      chooseColumns: () => this.chooseColumns(),
      import: () => this.import(),
    });
    this.unsent = this.registerDisposer(
      new UnsentBar({
        ...{ session, desk },
        open: () => this.form?.id,
        show: (bodies) => this.askAbout(bodies, bodies),
        leave: () => this.enter(),
      }),
    );
    body.append(
      this.query.element,
      this.tools.element,
      this.unsent.element,
      this.rows.table.element,
      this.instead,
      element(
        "div",
        { class: "clio-bodies-foot" },
        ...hint(keyOf("body-next"), "next"),
        ...hint(keyOf("body-previous"), "previous"),
        ...hint("enter", "go there"),
        ...hint(keyOf("body-toggle"), "select, leave out"),
        ...hint(keyOf("body-edit"), "edit"),
        ...hint(keyOf("bodies-query"), "query"),
      ),
      this.status,
    );
    this.registerDisposer(
      new PanelKeys({
        viewer,
        panel: body,
        mode: "reading bodies",
        label: "Reading bodies",
        acts: this.acts(),
        // A button is pressed by Space.
        taking: { "body-toggle": "button, summary, select, [type=color]" },
      }),
    );
    this.registerDisposer(session.changed.add(() => this.update()));
    this.registerDisposer(
      session.written.add((bodies) => this.showWritten(bodies)),
    );
    this.registerDisposer(cells.changed.add(() => this.showSelection()));
    this.registerDisposer(state.restored.add(() => this.askLinked()));
    this.registerDisposer(() => this.form?.dispose());
    this.askLinked();
    this.registerDisposer(session.attend());
    this.update();
  }

  /** Takes the focus to where a person goes on: to those found, or to the query where none are. */
  enter(): void {
    const { element: table } = this.rows.table;
    if (table.hidden) this.query.focus();
    else table.focus();
  }

  private acts(): Partial<Record<KeyAction, () => void>> {
    return {
      "body-next": () => void this.rows.move(1),
      "body-previous": () => void this.rows.move(-1),
      "body-toggle": () => this.toggle(this.rows.active),
      "body-edit": () => this.form?.focus(),
      "bodies-all": () => void this.found.toggle(),
      "bodies-of-selection": () => this.askSelected(),
      "bodies-query": () => this.query.focus(),
    };
  }

  private ask(query: BodyQuery): void {
    this.close();
    const { table } = this.rows;
    table.toTop();
    this.options.session.ask(query);
    this.link(query);
    // To what is found, where keys go through it.
    if (!table.element.hidden) table.element.focus();
  }

  private link(query: BodyQuery): void {
    const { state } = this.options;
    const isAll = Object.keys(query).length === 0 && !Array.isArray(query);
    state.asked = withQuery(linkedOf(state.asked), isAll ? undefined : query);
    state.changed.dispatch();
  }

  /** Asks what a link asks for. */
  private askLinked(): void {
    const { session, state } = this.options;
    const linked = linkedQuery(linkedOf(state.asked));
    const result = v.safeParse(bodyQuerySchema, linked);
    if (!result.success) return;
    const { output: query } = result;
    this.query.show(query);
    session.ask(query);
  }

  private askSelected(): void {
    const { cells } = this.options;
    const { selected } = cells;
    if (selected.length === 0) {
      tell(
        "No segment is selected. Double-click segments in the view, then ask again.",
      );
      return;
    }
    this.askAbout(
      selected.flatMap((cell) => cells.segmentsOf(cell)),
      selected,
    );
  }

  /** @param named those of the bodies that are listed also where nothing is written of them */
  private askAbout(bodies: readonly bigint[], named: readonly bigint[]): void {
    const { session } = this.options;
    this.close();
    this.rows.table.toTop();
    session.askAbout(bodies, named);
    this.query.show(session.inquiry.query);
    this.link(session.inquiry.query);
    this.rows.table.element.focus();
  }

  private toggle(body: Body | undefined): void {
    if (body === undefined) return;
    const { cells, shown } = this.options;
    shown.show([body.id], !cells.isSelected(body.id));
  }

  private chooseColumns(): void {
    const { schema } = this.options.session;
    if (schema === undefined) return;
    chooseColumns({
      fields: schema.fields,
      shown: this.rows.shown,
      changed: (shown) => this.rows.show(shown),
    });
  }

  private import(): void {
    const { session, desk } = this.options;
    const { dataset, schema, mayWrite } = session;
    if (!mayWrite || dataset === undefined || schema === undefined) return;
    new ImportDialog({ session, desk, dataset, schema }).open();
  }

  /** Shows all that is written of a body below its row. */
  private open(body: Body | undefined): void {
    if (body !== undefined && this.form?.id === body.id) return;
    this.close();
    if (body === undefined) return;
    const { session, desk, viewer } = this.options;
    const { dataset } = session;
    if (dataset === undefined) return;
    this.form = new BodyForm(body, {
      ...{ dataset, session, desk },
      crossHair: () => viewer.navigationState.position.value,
      leave: () => this.rows.table.element.focus(),
    });
    this.rows.table.showDetails(this.form.element);
    this.rows.table.reveal();
    this.unsent.update();
  }

  private get isTyping(): boolean {
    return this.form?.element.contains(document.activeElement) === true;
  }

  private close(): void {
    const { form } = this;
    if (form === undefined) return;
    this.form = undefined;
    const { table } = this.rows;
    const hadFocus = form.element.contains(document.activeElement);
    form.dispose();
    table.showDetails(undefined);
    this.unsent.update();
    if (hadFocus) table.element.focus();
  }

  /** What is written is seen where it stands. */
  private showWritten(bodies: readonly Body[]): void {
    const own = bodies.find(({ id }) => id === this.form?.id);
    if (own !== undefined) this.form?.update(own);
    this.rows.table.reload();
  }

  private update(): void {
    const { session } = this.options;
    const { standing, inquiry, total } = session;
    if (session.dataset !== this.shownDataset) {
      this.shownDataset = session.dataset;
      // What is open is of another dataset, and what is typed there is written there.
      this.close();
      this.rows.table.activate(undefined);
      this.shownInquiry = undefined;
      this.shownTotal = undefined;
      this.query.show(inquiry.query);
      this.link(inquiry.query);
    }
    this.query.showFields();
    if (standing === "ready") {
      const isOther = inquiry !== this.shownInquiry;
      // Where others make them more or fewer, that waits for whoever is typing.
      const isMoved = total !== this.shownTotal && !this.isTyping;
      if (isOther || isMoved) {
        // The rows are others, and what is open may be none of them.
        this.close();
        this.rows.table.activate(undefined);
        this.shownInquiry = inquiry;
        this.shownTotal = total;
      }
      this.rows.update();
    }
    this.showRest();
  }

  /** Colours or the selection are others than before. */
  private showSelection(): void {
    this.rows.refresh();
    this.query.selectedButton.disabled =
      this.options.cells.selected.length === 0;
    this.showStatus();
  }

  /** Shows the table, or what stands in its place; and how much there is. */
  private showRest(): void {
    const { session, cells } = this.options;
    const { standing, problem, total, info } = session;
    const isReady = standing === "ready" && (total ?? 0) > 0;
    // While the same is asked anew what was found stays in view.
    const stays = standing === "asking" && this.shownTotal !== undefined;
    const reason =
      isReady || stays
        ? ""
        : standing === "problem"
          ? `${problem?.code} ${problem?.message}`
          : `${standing} ${info?.count === 0} ${this.shownInquiry === undefined}`;
    this.showInstead(reason);
    this.tools.update(session, isReady);
    this.query.selectedButton.disabled = cells.selected.length === 0;
    this.showStatus();
  }

  private showStatus(): void {
    const { session, cells } = this.options;
    const { total, info } = session;
    if (total === undefined) {
      this.status.textContent = "";
      return;
    }
    const of =
      info?.count === undefined || info.count === null || info.count <= total
        ? ""
        : ` of ${info.count.toLocaleString("en")}`;
    const selected = cells.selected.length;
    this.status.textContent = [
      `${total.toLocaleString("en")}${of} ${total === 1 && of === "" ? "body" : "bodies"}`,
      ...(selected > 0 ? [`${selected.toLocaleString("en")} selected`] : []),
      ...(info?.version ? [`version ${info.version}`] : []),
      ...(session.mayWrite ? [] : ["you may read, and not write"]),
    ].join(" · ");
  }

  private showInstead(reason: string): void {
    if (reason === this.shownReason) return;
    this.shownReason = reason;
    const { element: table } = this.rows.table;
    const focused = document.activeElement;
    const losesFocus =
      table.contains(focused) || this.instead.contains(focused);
    table.hidden = reason !== "";
    this.instead.hidden = reason === "";
    this.instead.replaceChildren(
      ...(reason === ""
        ? []
        : insteadOfBodies(this.options.session, {
            showAll: () => {
              this.query.show({});
              this.ask({});
            },
            importTable: () => this.import(),
            askSelected: () => this.askSelected(),
          })),
    );
    if (!losesFocus) return;
    if (table.hidden) {
      (
        this.instead.querySelector<HTMLElement>("button") ?? this.instead
      ).focus();
    } else table.focus();
  }
}

function hint(key: string, what: string): Child[] {
  return [element("span", { class: "clio-bodies-hint" }, keyCap(key), what)];
}
