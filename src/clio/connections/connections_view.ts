import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import type { Side } from "../model/neuprint.js";
import { button } from "../ui/button.js";
import { type Child, element } from "../ui/element.js";
import { keyCap } from "../ui/key_cap.js";
import { PanelKeys } from "../ui/panel_keys.js";
import { saveFile } from "../ui/save_file.js";
import { AskedCells } from "./asked_cells.js";
import { CellFinder } from "./cell_finder.js";
import type { ConnectionsSession } from "./connections_session.js";
import { insteadOfPartners } from "./instead_of_partners.js";
import { counted } from "../ui/counted.js";
import { tell } from "../ui/tell.js";
import type { MarkPlacer } from "./mark_placer.js";
import { PartnerFilters } from "./partner_filters.js";
import { partnerDetails } from "./partner_details.js";
import { type Partner, totalOf } from "./partners.js";
import { partnersCsv } from "./partners_csv.js";
import { PartnersTable } from "./partners_table.js";
import { SynapseBar } from "./synapse_bar.js";
import type { SynapseWalk } from "./synapse_walk.js";
import "../ui/panel.css";
import "./connections_view.css";

interface ConnectionsViewOptions {
  readonly viewer: Viewer;
  readonly session: ConnectionsSession;
  readonly walk: SynapseWalk;
  readonly marks: MarkPlacer;
}

/** What is in the panel of connections: who the selected cells are connected to, and what one does with that. */
export class ConnectionsView extends RefCounted {
  private readonly heading = element("p", { class: "clio-connections-of" });
  private readonly sides: Readonly<Record<Side, HTMLButtonElement>>;
  private readonly backButton: HTMLButtonElement;
  private readonly forthButton: HTMLButtonElement;
  private readonly allButton: HTMLButtonElement;
  private readonly synapsesButton: HTMLButtonElement;
  private readonly exportButton: HTMLButtonElement;
  private readonly finder: CellFinder;
  private readonly filters: PartnerFilters;
  private readonly partners: PartnersTable;
  private readonly instead = element("div", {
    class: "clio-connections-instead",
    tabindex: "-1",
  });
  private readonly status = element("p", {
    class: "clio-connections-status",
    role: "status",
  });
  private shownPartners: readonly Partner[] | undefined;
  private shownInstead = "";

  constructor(
    body: HTMLElement,
    private readonly options: ConnectionsViewOptions,
  ) {
    super();
    const { session, walk, viewer } = options;
    const side = (name: Side, label: string) =>
      button({
        label,
        run: () => (session.side = name),
      });
    this.sides = {
      inputs: side("inputs", "Inputs"),
      outputs: side("outputs", "Outputs"),
    };
    this.backButton = button({
      label: "Back",
      key: keyOf("connections-back"),
      run: () => session.goBack(),
    });
    this.forthButton = button({
      label: "Forth",
      key: keyOf("connections-forth"),
      run: () => session.goForth(),
    });
    this.allButton = button({
      label: "Select all",
      key: keyOf("partners-all"),
      run: () => this.toggleAll(),
    });
    this.synapsesButton = button({
      label: "All synapses",
      icon: "point",
      run: () => this.showAllSynapses(),
    });
    this.exportButton = button({
      label: "Export CSV",
      icon: "export",
      run: () => void this.export(),
    });
    this.finder = this.registerDisposer(
      new CellFinder(session, () => this.enterList()),
    );
    this.partners = this.registerDisposer(
      new PartnersTable({
        session,
        activated: (partner) => this.open(partner),
        entered: (partner) => this.goTo(partner),
        sorted: () => this.showRest(),
      }),
    );
    this.filters = new PartnerFilters({
      changed: (filter) => {
        this.partners.filter = filter;
        this.partners.update();
        this.showRest();
      },
      left: () => this.enterList(),
    });
    body.append(
      this.heading,
      element(
        "div",
        { class: "clio-connections-top" },
        this.finder.element,
        this.backButton,
        this.forthButton,
      ),
      this.registerDisposer(new AskedCells(session)).element,
      element(
        "div",
        {
          class: "clio-connections-tools",
          role: "toolbar",
          "aria-label": "Connections",
        },
        element(
          "span",
          { class: "clio-connections-sides" },
          this.sides.inputs,
          this.sides.outputs,
        ),
        this.allButton,
        this.synapsesButton,
        this.exportButton,
      ),
      this.filters.element,
      this.partners.table.element,
      this.instead,
      this.registerDisposer(new SynapseBar(walk, () => void this.keep()))
        .element,
      element(
        "div",
        { class: "clio-connections-foot" },
        ...hint(keyOf("partner-next"), "next"),
        ...hint(keyOf("partner-previous"), "previous"),
        ...hint("enter", "go on to it"),
        ...hint(keyOf("connections-side"), "inputs, outputs"),
        ...hint(keyOf("partner-toggle"), "select, leave out"),
        ...hint(keyOf("partner-synapses"), "synapses"),
        ...hint(keyOf("connections-filter"), "filter"),
      ),
      this.status,
    );
    this.registerDisposer(
      new PanelKeys({
        viewer,
        panel: body,
        mode: "reading connections",
        label: "Reading connections",
        acts: this.acts(),
        // A button is pressed by Space.
        taking: { "partner-toggle": "button, summary" },
      }),
    );
    this.registerDisposer(session.changed.add(() => this.update()));
    this.registerDisposer(session.attend());
    this.update();
  }

  /** Takes the focus to where a person goes on: to the partners, or to the field that finds a cell where none is selected. */
  enter(): void {
    const { session } = this.options;
    if (session.standing === "nothing selected") this.finder.focus();
    else this.enterList();
  }

  /** Takes the focus to the table, or to what stands in its place, from where it goes to the table as soon as that is there. */
  private enterList(): void {
    const { element: table } = this.partners.table;
    const field = this.instead.querySelector<HTMLElement>("input, button");
    if (!table.hidden) table.focus();
    else (field ?? this.instead).focus();
  }

  private acts(): Partial<Record<KeyAction, () => void>> {
    const { session, walk } = this.options;
    return {
      "partner-next": () => this.partners.move(1),
      "partner-previous": () => this.partners.move(-1),
      "partner-toggle": () => this.toggle(this.partners.active),
      "partners-all": () => this.toggleAll(),
      "partner-synapses": () => this.showSynapses(this.partners.active),
      "synapse-next": () => walk.move(1),
      "synapse-previous": () => walk.move(-1),
      "synapses-keep": () => void this.keep(),
      "connections-side": () =>
        (session.side = session.side === "inputs" ? "outputs" : "inputs"),
      "connections-back": () => session.goBack(),
      "connections-forth": () => session.goForth(),
      "connections-follow": () => session.askAboutSelected(),
      "connections-filter": () => this.filters.focus(),
    };
  }

  private goTo({ cell }: Partner): void {
    this.options.session.goTo([cell]);
  }

  private toggle(partner: Partner | undefined): void {
    if (partner === undefined) return;
    const { session } = this.options;
    const { cell } = partner;
    session.select([cell], !session.cells.isSelected(cell));
  }

  /** All that are shown come into the selection; where all are in it, they go. */
  private toggleAll(): void {
    const { session } = this.options;
    const others = this.partners.shown
      .map(({ cell }) => cell)
      .filter((cell) => !session.asked.includes(cell));
    session.select(others, !this.areAllSelected);
  }

  private get areAllSelected(): boolean {
    const { cells } = this.options.session;
    return this.partners.shown.every(({ cell }) => cells.isSelected(cell));
  }

  private showSynapses(partner: Partner | undefined): void {
    const { session, walk } = this.options;
    const { dataset, side, asked } = session;
    if (partner === undefined || dataset === undefined) return;
    const { cell, isSelf } = partner;
    const cells = isSelf ? [cell] : asked;
    walk.show({ dataset, side, cells, partner: cell, least: 1 });
  }

  /** Shows those with all partners that have enough connections, whatever else the fields leave out. */
  private showAllSynapses(): void {
    const { session, walk } = this.options;
    const { dataset, side, asked: cells } = session;
    if (dataset === undefined) return;
    const least = Math.ceil(this.partners.filter.least);
    walk.show({ dataset, side, cells, partner: undefined, least });
  }

  private async keep(): Promise<void> {
    const { walk, marks, session } = this.options;
    const { places, set } = walk;
    if (set === undefined || places.length === 0) return;
    const { dataset, side, cells, partner } = set;
    const asked = cells.map((cell) => session.nameOf(cell)).join(", ");
    const other =
      partner === undefined ? "all partners" : session.nameOf(partner);
    const [from, to] = side === "inputs" ? [other, asked] : [asked, other];
    try {
      if (dataset !== session.dataset) {
        throw new Error(`these are synapses of ${dataset}, which is not open.`);
      }
      await marks.keep(places, {
        set: undefined,
        tags: ["synapse"],
        description: `${from} → ${to}`,
        label:
          places.length === 1
            ? "Keep a synapse"
            : `Keep ${places.length.toLocaleString("en")} synapses`,
      });
    } catch (error) {
      tell(
        `No marks were made: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private async export(): Promise<void> {
    const { session } = this.options;
    const { asked, side, partners } = session;
    const { shown } = this.partners;
    const name =
      asked.length === 1 ? String(asked[0]) : `${asked.length}-cells`;
    saveFile(
      await partnersCsv(asked, side, shown, partners),
      `clio-${side}-${name}.csv`,
    );
  }

  private open(partner: Partner | undefined): void {
    const { table } = this.partners;
    const { session } = this.options;
    table.showDetails(
      partner &&
        partnerDetails(partner, {
          primary: session.primary,
          goTo: () => this.goTo(partner),
          toggle: () => this.toggle(partner),
          synapses: () => this.showSynapses(partner),
        }),
    );
  }

  private update(): void {
    const { session } = this.options;
    const { info, side, partners } = session;
    this.heading.textContent =
      info === undefined
        ? "Connections, as neuPrint knows them"
        : `${info.dataset} at ${new URL(info.server).host}`;
    for (const [name, each] of Object.entries(this.sides)) {
      each.setAttribute("aria-pressed", String(name === side));
    }
    this.backButton.disabled = !session.canGoBack;
    this.forthButton.disabled = !session.canGoForth;
    if (partners === this.shownPartners) this.partners.refresh();
    else {
      this.shownPartners = partners;
      this.filters.showRegions(session.index.regions, session.primary);
      this.partners.update();
      this.open(this.partners.active);
    }
    this.partners.table.choiceChanged();
    this.showRest();
  }

  /** Shows the table, or what stands in its place; and how much there is. */
  private showRest(): void {
    const { session } = this.options;
    const { standing, problem, partners, complete } = session;
    const { shown, filter } = this.partners;
    const isReady = standing === "ready" && shown.length > 0;
    const reason =
      standing === "problem" && problem !== undefined
        ? `${problem.code} ${problem.message}`
        : standing === "ready"
          ? isReady
            ? ""
            : partners.length === 0
              ? `none ${session.side}`
              : "filtered"
          : standing;
    this.showInstead(reason);
    this.allButton.disabled = !isReady;
    this.synapsesButton.disabled = !isReady;
    this.exportButton.disabled = !isReady;
    this.allButton.querySelector(".clio-button-label")!.textContent =
      isReady && this.areAllSelected ? "Leave all out" : "Select all";
    this.status.textContent = isReady
      ? statusText(shown, partners, filter.region, complete)
      : "";
  }

  private showInstead(reason: string): void {
    if (reason === this.shownInstead) return;
    this.shownInstead = reason;
    const { element: table } = this.partners.table;
    const focused = document.activeElement;
    const losesFocus =
      table.contains(focused) || this.instead.contains(focused);
    table.hidden = reason !== "";
    this.instead.hidden = reason === "";
    this.instead.replaceChildren(
      ...(reason === ""
        ? []
        : insteadOfPartners(this.options.session, () => this.filters.clear())),
    );
    if (losesFocus) this.enterList();
  }
}

function statusText(
  shown: readonly Partner[],
  all: readonly Partner[],
  region: string,
  complete: boolean,
): string {
  const weight = totalOf(shown, region);
  const total = totalOf(all, region);
  const where = region === "" ? "" : ` in ${region}`;
  const share = ((100 * weight) / Math.max(1, total)).toFixed(1);
  const words =
    shown.length === all.length
      ? `${counted(all.length, "partner")} · ${counted(total, "connection")}${where}`
      : `${shown.length.toLocaleString("en")} of ${counted(all.length, "partner")} · ${weight.toLocaleString("en")} of ${counted(total, "connection")}${where} (${share} %)`;
  return complete
    ? words
    : `${words} · the strongest alone: there are more than the server takes`;
}

function hint(key: string, what: string): Child[] {
  return [
    element("span", { class: "clio-connections-hint" }, keyCap(key), what),
  ];
}
