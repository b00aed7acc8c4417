import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type Child, element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { type Column, type Sorting, textCells } from "../ui/virtual_columns.js";
import { VirtualTable } from "../ui/virtual_table.js";
import type { ViewerCells } from "../ui/viewer_cells.js";
import type { ConnectionsSession } from "./connections_session.js";
import type { PartnerFilter, PartnerOrder } from "./partner_index.js";
import { type Partner, totalOf, weightIn } from "./partners.js";

/** Regions that a cell names; the details name all. */
const NAMED_REGIONS = 4;

const NO_FILTER: PartnerFilter = { text: "", least: 1, region: "" };

/** What the table needs of the session. */
interface TableSession extends Pick<
  ConnectionsSession,
  "index" | "order" | "primary" | "select"
> {
  readonly cells: Pick<ViewerCells, "isSelected" | "colorOf">;
}

interface PartnersTableOptions {
  readonly session: TableSession;
  /** A person made a row the one that keys act on. */
  readonly activated: (partner: Partner) => void;
  /** A person wants to go on to a partner. */
  readonly entered: (partner: Partner) => void;
  /** What is shown came into another order, some time after a person wanted it. */
  readonly sorted: () => void;
}

/** The partners, a cell a row: those that the filter lets through, in the order that was chosen. */
export class PartnersTable extends RefCounted {
  readonly table: VirtualTable<Partner>;
  filter = NO_FILTER;
  /** Those that are shown, in their order. */
  shown: readonly Partner[] = [];
  private total = 0;
  private most = 1;
  private sorting: Sorting;
  /** The sorting that a person wants, which may still be prepared: `sorting` stands until then. */
  private wanted: Sorting;
  /** What the cells on the page go by beside their rows. */
  private shownBy = "";
  private activePartner: Pick<Partner, "cell" | "isSelf"> | undefined;

  constructor(private readonly options: PartnersTableOptions) {
    super();
    const { order } = options.session;
    this.sorting = { column: order, descending: order === "weight" };
    this.wanted = this.sorting;
    const rows = () => this.shown;
    this.table = new VirtualTable<Partner>({
      label: "Partners",
      columns: this.columns(),
      source: {
        get count() {
          return rows().length;
        },
        rows: (from, to) => Promise.resolve(rows().slice(from, to)),
      },
      isChosen: ({ cell }) => options.session.cells.isSelected(cell),
      activated: (partner) => {
        this.activePartner = partner;
        options.activated(partner);
      },
      entered: options.entered,
      sort: (column) => void this.sortBy(column),
      resized: () => undefined,
      // They are in memory.
      failed: () => undefined,
    });
    this.table.showSorting(this.wanted);
    this.registerDisposer(() => this.table.dispose());
  }

  /** The row that keys act on, as it is now. */
  get active(): Partner | undefined {
    return this.shown[this.activeIndex];
  }

  /** The partners, the filter or what is summed are others than before. */
  update(): void {
    const { index, order } = this.options.session;
    const { region } = this.filter;
    this.total = totalOf(index.partners, region);
    this.shown = index.matching(this.filter, order, this.sorting.descending);
    this.most = this.shown.reduce(
      (most, each) => Math.max(most, weightIn(each, region)),
      1,
    );
    const by = JSON.stringify([region, this.total, this.most]);
    // Rows that are the same partners would keep the figures of before.
    if (by !== this.shownBy) this.refresh();
    this.shownBy = by;
    const at = this.activeIndex;
    if (at >= 0) this.table.activeMoved(at);
    else {
      this.activePartner = undefined;
      this.table.activate(undefined);
    }
    this.table.reload();
  }

  /** Colours or the selection are others than before. */
  refresh(): void {
    this.table.refresh();
  }

  /** Goes to the next row, or by -1 to the one before. */
  move(by: 1 | -1): void {
    const at = this.activeIndex + by;
    const index = Math.max(0, Math.min(this.shown.length - 1, at));
    const partner = this.shown.at(index);
    if (partner === undefined) return;
    this.activePartner = partner;
    this.table.activate(index);
    this.options.activated(partner);
  }

  /** Where the row that keys act on stands; -1 where it is not shown, or there is none. */
  private get activeIndex(): number {
    const { activePartner: active } = this;
    if (active === undefined) return -1;
    const { cell, isSelf } = active;
    // A cell stands in one row as a partner, and in another as itself.
    return this.shown.findIndex(
      (each) => each.cell === cell && each.isSelf === isSelf,
    );
  }

  private async sortBy(column: string): Promise<void> {
    const { wanted: before, options, table } = this;
    const { session } = options;
    // Of numbers the largest are looked for first, of words the beginning of the alphabet.
    const descending =
      before.column === column ? !before.descending : column === "weight";
    const wanted = { column, descending };
    this.wanted = wanted;
    table.showSorting(wanted);
    const order = column as PartnerOrder;
    // Meanwhile there can be other partners, for which the order is not ready yet.
    while (!session.index.isReady(order)) await session.index.prepare(order);
    if (this.wasDisposed || this.wanted !== wanted) return;
    session.order = order;
    this.sorting = wanted;
    this.update();
    options.sorted();
  }

  private columns(): Column<Partner>[] {
    const { session } = this.options;
    const quiet = (of: (partner: Partner) => string) =>
      textCells(of, "clio-connections-quiet");
    const weightOf = (partner: Partner) =>
      weightIn(partner, this.filter.region);
    const name = quiet(({ instance }) => instance);
    return [
      {
        id: "shown",
        title: "In the selection",
        header: () =>
          element(
            "span",
            {},
            element("span", { class: "clio-unseen" }, "In the selection"),
            icon("shown"),
          ),
        width: 46,
        sortable: false,
        fixed: true,
        cell: ({ cell }) => shownCell(session, cell),
        basis: ({ cell }) =>
          `${session.cells.isSelected(cell)} ${session.cells.colorOf(cell)}`,
        press: ({ cell }) =>
          session.select([cell], !session.cells.isSelected(cell)),
      },
      {
        id: "cell",
        title: "Partner",
        // An id that is cut must not look like a shorter one: as wide as the longest that are in use.
        width: 146,
        sortable: true,
        ...textCells(({ cell }) => String(cell)),
      },
      {
        id: "type",
        title: "Type",
        width: 62,
        sortable: true,
        ...textCells(({ type }) => type),
      },
      {
        id: "instance",
        title: "Name",
        width: 70,
        sortable: true,
        cell: (partner) => [...noteCell(partner), ...name.cell(partner)],
        basis: (partner) => `${noteOf(partner)} ${partner.instance}`,
      },
      {
        id: "status",
        title: "Status",
        width: 54,
        sortable: true,
        ...quiet(({ status }) => status),
      },
      {
        id: "weight",
        title: "Connections",
        header: () => "n",
        width: 44,
        numeric: true,
        sortable: true,
        ...textCells((partner) => weightOf(partner).toLocaleString("en")),
      },
      {
        id: "share",
        title: "Share of all",
        header: () => "%",
        width: 58,
        numeric: true,
        sortable: false,
        cell: (partner) => shareCell(weightOf(partner), this.total, this.most),
        basis: (partner) => `${weightOf(partner)} ${this.total} ${this.most}`,
      },
      {
        id: "regions",
        title: "Regions",
        width: 60,
        grows: true,
        sortable: false,
        ...quiet((partner) => regionsText(partner, session.primary)),
      },
    ];
  }
}

function shownCell(session: TableSession, cell: bigint): Child[] {
  const isSelected = session.cells.isSelected(cell);
  const swatch = element("span", {
    class: `clio-connections-swatch${isSelected ? "" : " clio-connections-out"}`,
  });
  swatch.style.setProperty("--cell", session.cells.colorOf(cell));
  return [
    swatch,
    element(
      "span",
      { class: "clio-unseen" },
      isSelected ? "selected" : "not selected",
    ),
    icon(isSelected ? "shown" : "hidden"),
  ];
}

/** What makes a partner another than it seems: it is the cell itself, or several segments. */
function noteOf({ bodies, isSelf }: Partner): string {
  if (isSelf) return "itself";
  return bodies.length > 1 ? `${bodies.length} merged` : "";
}

function noteCell(partner: Partner): Child[] {
  const words = noteOf(partner);
  return words === ""
    ? []
    : [element("span", { class: "clio-connections-note" }, words)];
}

/** A share in figures, and beside the largest one as a bar. */
function shareCell(weight: number, total: number, most: number): Child[] {
  const bar = element("span", { class: "clio-connections-bar" });
  bar.style.width = `${(100 * weight) / most}%`;
  const share = total === 0 ? "" : ((100 * weight) / total).toFixed(1);
  return [
    element("span", { class: "clio-connections-bars" }, bar),
    element("span", {}, share),
  ];
}

/** The regions in which most of the connections lie, of those that do not overlap. */
function regionsText(
  { regions }: Partner,
  primary: ReadonlySet<string>,
): string {
  const inOrder = [...regions]
    .filter(([name]) => primary.size === 0 || primary.has(name))
    .sort(([, a], [, b]) => b - a);
  const named = inOrder
    .slice(0, NAMED_REGIONS)
    .map(([name, weight]) => `${name} ${weight.toLocaleString("en")}`);
  return [...named, ...(inOrder.length > NAMED_REGIONS ? ["…"] : [])].join(
    " · ",
  );
}
