import { element } from "./element.js";
import { cardByKey } from "./card_keys.js";
import { watchSizes } from "./watch_sizes.js";
import "./card_grid.css";

/** One card, for as long as it is in view. */
export interface Card {
  /** Its contents. */
  readonly element: HTMLElement;
  /** Shows what has changed of it. */
  update(): void;
  /** It has gone out of view. */
  dispose(): void;
}

export interface CardGridOptions {
  /** What the grid is of, for screen readers. */
  readonly label: string;
  makeCard(index: number): Card;
  /** A card was made the active one by key or pointer. */
  activated(index: number): void;
  /** A click on a card. Enter is left to the caller's keys. */
  entered(index: number): void;
  /** The pointer is over a card; undefined where it has left all. */
  hovered(index: number | undefined, card: HTMLElement | undefined): void;
}

/** Rows of cards beyond those in view that exist as well, so that scrolling by keys shows no gap. */
const MARGIN_ROWS = 1;
/** Between cards, in pixels. */
const GAP = 8;

let grids = 0;

interface ShownCard {
  readonly card: Card;
  readonly option: HTMLElement;
}

/**
 * A grid of any number of cards of one size, of which those in view exist. It has the focus itself and names its active card, so that no
 * focus is lost when cards come and go.
 */
export class CardGrid {
  readonly element: HTMLElement;
  private readonly id = `clio-cards-${++grids}`;
  private readonly space = element("div", {
    class: "clio-cards-space",
    role: "presentation",
  });
  private readonly shown = new Map<number, ShownCard>();
  private readonly unwatch: () => void;
  private number = 0;
  private card = { width: 100, height: 100 };
  private activeIndex: number | undefined;
  private view = { width: 0, height: 0 };

  constructor(private readonly options: CardGridOptions) {
    this.element = element(
      "div",
      {
        class: "clio-cards",
        role: "listbox",
        tabindex: "0",
        "aria-label": options.label,
      },
      this.space,
    );
    this.unwatch = watchSizes([this.element], () => {
      const { clientWidth: width, clientHeight: height } = this.element;
      this.view = { width, height };
      this.layOut();
    });
    this.element.addEventListener("scroll", () => this.layOut());
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("click", (event) => {
      const index = indexOf(event);
      if (index === undefined) return;
      this.activate(index);
      options.entered(index);
    });
    this.element.addEventListener("pointerover", (event) => {
      const index = indexOf(event);
      options.hovered(index, this.shown.get(index ?? -1)?.option);
    });
    this.element.addEventListener("pointerleave", () =>
      options.hovered(undefined, undefined),
    );
  }

  get active(): number | undefined {
    return this.activeIndex;
  }

  /** Cards beside each other. */
  get columns(): number {
    const { width } = this.card;
    return Math.max(1, Math.floor((this.view.width - GAP) / (width + GAP)));
  }

  /**
   * Shows so many cards, all of them anew.
   * @param active the one that is the active one then, which is brought into view
   */
  show(count: number, active: number | undefined): void {
    this.empty(count, active);
    // Scrolled before there are cards: where it stands is known at once as long as the space is empty.
    if (this.activeIndex === undefined) {
      this.element.scrollTop = 0;
      this.layOut();
    } else this.reveal(this.activeIndex);
  }

  /** The same where they are those of before, and some more or less: nothing is scrolled. */
  renew(count: number, active: number | undefined): void {
    this.empty(count, active);
    this.layOut();
  }

  private empty(count: number, active: number | undefined): void {
    this.clear();
    this.number = count;
    this.activeIndex =
      active === undefined || count === 0
        ? undefined
        : Math.min(active, count - 1);
    this.makeRoom();
  }

  /** Gives all cards another size, in pixels. */
  resize(width: number, height: number): void {
    this.card = { width, height };
    this.clear();
    this.layOut();
    if (this.activeIndex !== undefined) this.reveal(this.activeIndex);
  }

  /** Has each card in view show what has changed of it. */
  update(): void {
    for (const { card } of this.shown.values()) card.update();
  }

  /** Makes a card the active one and brings it into view. */
  activate(index: number): void {
    if (index < 0 || index >= this.number) return;
    this.activeIndex = index;
    this.reveal(index);
    this.options.activated(index);
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  dispose(): void {
    this.unwatch();
    this.clear();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) {
      return;
    }
    const page = Math.max(1, Math.floor(this.view.height / this.rowHeight));
    const target = cardByKey(event.key, {
      active: this.activeIndex,
      count: this.number,
      columns: this.columns,
      page,
    });
    if (target === undefined) return;
    event.preventDefault();
    // Else the arrows would move the view too.
    event.stopPropagation();
    this.activate(target);
  }

  private get rowHeight(): number {
    return this.card.height + GAP;
  }

  private reveal(index: number): void {
    const { columns, rowHeight } = this;
    const top = Math.floor(index / columns) * rowHeight;
    const { element: scroller, view } = this;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + rowHeight + GAP > scroller.scrollTop + view.height) {
      scroller.scrollTop = top + rowHeight + GAP - view.height;
    }
    this.layOut();
  }

  /** Gives the space the height of all cards. */
  private makeRoom(): void {
    const rows = Math.ceil(this.number / this.columns);
    this.space.style.height = `${rows * this.rowHeight + GAP}px`;
  }

  private layOut(): void {
    const { columns, rowHeight, number, view } = this;
    this.makeRoom();
    if (view.height === 0) return;
    const first = Math.floor(this.element.scrollTop / rowHeight) - MARGIN_ROWS;
    const last =
      Math.floor((this.element.scrollTop + view.height) / rowHeight) +
      MARGIN_ROWS;
    const from = Math.max(0, first * columns);
    const to = Math.min(number, (last + 1) * columns);
    for (const index of [...this.shown.keys()]) {
      if (index < from || index >= to) this.remove(index);
    }
    for (let index = from; index < to; ++index) this.place(index);
    this.markActive();
  }

  private place(index: number): void {
    let shown = this.shown.get(index);
    if (shown === undefined) {
      const card = this.options.makeCard(index);
      const option = element(
        "div",
        {
          class: "clio-card",
          role: "option",
          id: `${this.id}-${index}`,
          "aria-posinset": String(index + 1),
          "aria-setsize": String(this.number),
          "data-index": String(index),
        },
        card.element,
      );
      shown = { card, option };
      this.shown.set(index, shown);
      this.space.append(option);
    }
    const { columns, rowHeight } = this;
    const { style } = shown.option;
    style.width = `${this.card.width}px`;
    style.height = `${this.card.height}px`;
    style.left = `${GAP + (index % columns) * (this.card.width + GAP)}px`;
    style.top = `${GAP + Math.floor(index / columns) * rowHeight}px`;
  }

  private markActive(): void {
    for (const [index, { option }] of this.shown) {
      option.setAttribute("aria-selected", String(index === this.activeIndex));
    }
    const { activeIndex } = this;
    if (activeIndex === undefined || !this.shown.has(activeIndex)) {
      this.element.removeAttribute("aria-activedescendant");
    } else {
      this.element.setAttribute(
        "aria-activedescendant",
        `${this.id}-${activeIndex}`,
      );
    }
  }

  private remove(index: number): void {
    const shown = this.shown.get(index);
    shown?.card.dispose();
    shown?.option.remove();
    this.shown.delete(index);
  }

  private clear(): void {
    for (const index of [...this.shown.keys()]) this.remove(index);
  }
}

function indexOf({ target }: Event): number | undefined {
  const option = (target as Element).closest<HTMLElement>(".clio-card");
  return option === null ? undefined : Number(option.dataset.index);
}
