import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import { button, iconButton } from "../ui/button.js";
import { CardGrid } from "../ui/card_grid.js";
import { type Child, element } from "../ui/element.js";
import { keyCap } from "../ui/key_cap.js";
import { PanelKeys } from "../ui/panel_keys.js";
import type { AlbumItem } from "./album_item.js";
import { noMatch, noPlaces, notYet } from "./album_states.js";
import type { AtlasDesk } from "./atlas_desk.js";
import type { AtlasState, EntryName } from "./atlas_state.js";
import { CARD_HEIGHT, CARD_WIDTH, EntryCard } from "./entry_card.js";
import { EntryPage } from "./entry_page.js";
import { FilterRow, TAB_WORDS } from "./filter_row.js";
import { nextToReview } from "./review_queue.js";
import "../ui/panel.css";
import "./atlas_view.css";

/** What has a use of its own for a key while it has the focus. */
const TAKING: Readonly<Partial<Record<KeyAction, string>>> = {
  "atlas-go": "a, button, input, select, textarea",
  // A letter chooses an option.
  "atlas-verify": "select",
  "atlas-request-changes": "select",
  "atlas-unverify": "select",
  "atlas-comment": "select",
};

export interface AtlasViewOptions {
  readonly desk: AtlasDesk;
  readonly state: AtlasState;
  /** Adds the place that is meant, and opens it. */
  readonly add: () => void;
  /** Told when another item is the active one. */
  readonly activated: () => void;
}

/** What is in the panel of the atlas: the album, or one entry of it in full. */
export class AtlasView extends RefCounted {
  private readonly filters: FilterRow;
  private readonly grid: CardGrid;
  private readonly album = element("div", { class: "clio-atlas-album" });
  private readonly instead = element("div", { class: "clio-atlas-instead" });
  private readonly status = element("p", {
    class: "clio-atlas-status",
    role: "status",
  });
  private readonly origins = element("div", { class: "clio-atlas-origins" });
  private readonly inViews: HTMLButtonElement;
  private page: EntryPage | undefined;
  private pageOf: string | undefined;
  private shown: readonly AlbumItem[] | undefined;
  private activeKey: string | undefined;
  /** A new draft is to be written as soon as it is open. */
  private isWriting = false;
  /** The filter and the order that the cards are of. */
  private chosen = "";
  private told = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly body: HTMLElement,
    private readonly options: AtlasViewOptions,
  ) {
    super();
    const { desk, state, add } = options;
    const { album } = desk;
    this.filters = new FilterRow(album);
    this.grid = new CardGrid({
      label: "Places of the atlas",
      makeCard: (index) =>
        new EntryCard(album.shown[index], desk.pictures, (item) =>
          album.distances()(item),
        ),
      activated: (index) => this.activate(index),
      entered: () => this.enterActive(),
      hovered: () => undefined,
    });
    this.grid.resize(CARD_WIDTH, CARD_HEIGHT);
    this.inViews = iconButton("shown", "Show the places in the views", () => {
      desk.isInViews = !desk.isInViews;
    });
    this.album.append(
      element(
        "div",
        { class: "clio-atlas-tools" },
        button({
          label: "Add this place",
          kind: "primary",
          icon: "camera",
          key: keyOf("atlas-add"),
          run: add,
        }),
        button({
          label: "Click a place",
          key: keyOf("atlas-place"),
          run: () => desk.toggleTool(),
        }),
        this.origins,
        this.inViews,
      ),
      this.filters.element,
      this.grid.element,
      this.instead,
      foot(desk),
    );
    body.append(this.album, this.status);
    this.registerDisposer(
      new PanelKeys({
        viewer: desk.viewer,
        panel: body,
        mode: "looking at the atlas",
        label: "Looking at the atlas",
        acts: this.acts(),
        taking: TAKING,
      }),
    );
    this.registerDisposer(album.changed.add(() => this.update()));
    this.registerDisposer(state.changed.add(() => this.update()));
    this.registerDisposer(
      desk.viewer.layerManager.layersChanged.add(() => this.showInViews()),
    );
    const { position } = desk.viewer.navigationState;
    this.registerDisposer(position.changed.add(() => this.moved()));
    this.registerEventListener(body, "pointerenter", () => this.showOrigins());
    this.showOrigins();
    this.showInViews();
    this.update();
  }

  override disposed(): void {
    clearTimeout(this.timer);
    this.grid.dispose();
    this.page?.dispose();
    super.disposed();
  }

  /** Takes the focus to the entry that is open, to the cards, or to what stands in their place. */
  enter(): void {
    if (this.page !== undefined) this.page.focus();
    else if (!this.grid.element.hidden) this.grid.focus();
    else (this.instead.querySelector("button") ?? this.filters).focus();
  }

  /** Has a new draft written. */
  write(): void {
    this.isWriting = true;
    this.update();
  }

  /** Key of the item that is looked at. */
  get active(): string | undefined {
    return this.pageOf ?? this.activeKey;
  }

  /** Distances follow the cross-hair once it rests. */
  private moved(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.options.desk.album.moved();
      this.grid.update();
    }, 200);
  }

  private acts(): Partial<Record<KeyAction, () => void>> {
    const { desk } = this.options;
    return {
      "atlas-next": () => this.step(1),
      "atlas-previous": () => this.step(-1),
      "atlas-go": () => this.enterActive(),
      "atlas-go-back": () => desk.goBack(),
      "atlas-close": () => this.close(),
      "atlas-search": () => {
        this.close();
        this.filters.focus();
      },
      "atlas-delete": () => {
        const { item } = this;
        if (item?.isOwn === true) void desk.remove(item);
      },
      "atlas-verify": () => this.page?.reviewBar?.verify(),
      "atlas-request-changes": () => this.page?.reviewBar?.requestChanges(),
      "atlas-unverify": () => this.page?.reviewBar?.unverify(),
      "atlas-comment": () => this.page?.reviewBar?.focus(),
    };
  }

  /** The item that is looked at. */
  private get item(): AlbumItem | undefined {
    const { shown, all } = this.options.desk.album;
    const { active } = this;
    return (
      shown.find(({ key }) => key === active) ??
      all.find(({ key }) => key === active)
    );
  }

  private activate(index: number): void {
    this.activeKey = this.options.desk.album.shown[index]?.key;
    this.options.activated();
  }

  private enterActive(): void {
    const { item } = this;
    if (item === undefined) return;
    this.open(item);
    void this.options.desk.goTo(item);
  }

  private open({ dataset, entry }: AlbumItem): void {
    this.options.state.entry = { dataset, id: entry.id };
    this.update();
    this.page?.focus();
  }

  private close(): void {
    if (this.page === undefined) return;
    this.options.state.entry = undefined;
    this.update();
    this.enter();
  }

  /** Goes to the next item, in full where one is shown in full. */
  private step(by: number): void {
    const { shown } = this.options.desk.album;
    const at = shown.findIndex(({ key }) => key === this.active);
    const next = at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by));
    if (shown[next] === undefined) return;
    this.grid.activate(next);
    if (this.page === undefined) return;
    this.open(shown[next]);
    void this.options.desk.goTo(shown[next]);
  }

  private update(): void {
    const { album } = this.options.desk;
    const { entry } = this.options.state;
    this.filters.update();
    this.showPage(entry);
    // The album learns of a new draft with the next frame.
    if (this.isWriting && this.page !== undefined) {
      this.isWriting = false;
      this.page.write();
    }
    if (album.shown !== this.shown) {
      this.shown = album.shown;
      const { activeKey } = this;
      const at = album.shown.findIndex(({ key }) => key === activeKey);
      const active = at < 0 ? undefined : at;
      const chosen = JSON.stringify([album.filter, album.order]);
      // What has only come or changed moves nothing under the pointer.
      if (chosen === this.chosen) this.grid.renew(album.shown.length, active);
      else this.grid.show(album.shown.length, active);
      this.chosen = chosen;
    }
    this.showInstead();
    const standing = this.standing();
    // Else it would be read out again.
    if (this.status.textContent !== standing) {
      this.status.textContent = standing;
    }
    this.options.activated();
  }

  private showPage(entry: EntryName | undefined): void {
    const { desk } = this.options;
    const item = entry && desk.album.find(entry.dataset, entry.id);
    const hadFocus = this.body.contains(document.activeElement);
    if (item === undefined) {
      const wasOpen = this.page !== undefined;
      this.page?.dispose();
      this.page?.element.remove();
      this.page = undefined;
      this.pageOf = undefined;
      this.album.hidden = false;
      if (wasOpen && hadFocus) this.enter();
      return;
    }
    this.activeKey = item.key;
    if (this.page?.isOf(item) === true) {
      this.page.update(item);
      return;
    }
    this.page?.dispose();
    this.page?.element.remove();
    this.pageOf = item.key;
    const page = new EntryPage(item, {
      desk,
      close: () => this.close(),
      // The answer may come when the reviewer is elsewhere: there they stay.
      reviewed: () => {
        if (this.page === page) this.nextInQueue();
      },
    });
    this.page = page;
    this.album.hidden = true;
    this.body.prepend(this.page.element);
    if (hadFocus) this.page.focus();
  }

  private nextInQueue(): void {
    const { desk } = this.options;
    const next = nextToReview(desk.album, this.pageOf);
    if (next === undefined) {
      this.page?.focus();
      return;
    }
    this.open(next);
    void desk.goTo(next);
  }

  private showInViews(): void {
    const { isInViews } = this.options.desk;
    this.inViews.setAttribute("aria-pressed", String(isInViews));
  }

  private showOrigins(): void {
    const { desk } = this.options;
    void Promise.all(
      desk.context.origins.map(async ({ label, find }) => {
        const place = await find();
        if (place === undefined) return [];
        const run = () => void this.addNamed(find);
        return [button({ label, run })];
      }),
    ).then((buttons) => this.origins.replaceChildren(...buttons.flat()));
  }

  private async addNamed(
    find: AtlasDesk["context"]["origins"][number]["find"],
  ): Promise<void> {
    const { desk, state } = this.options;
    const place = await find();
    const added = place && (await desk.addNamed(place));
    if (added === undefined) return;
    state.entry = added;
    this.write();
  }

  private standing(): string {
    const { album } = this.options.desk;
    const { standing, all, shown, isLooking } = album;
    const count = (number: number) => number.toLocaleString("en");
    const places = `${count(all.length)} ${all.length === 1 ? "place" : "places"}`;
    // How many are found so far changes all the time, and each change of this is read out.
    const found = isLooking
      ? `looking among ${places}`
      : shown.length === all.length
        ? places
        : `${count(shown.length)} of ${places}`;
    const parts = [found, "saved here"];
    if (standing === "loading") parts.push("the server's are being read");
    if (standing === "away") {
      parts.push("the server is away: yours are sent when it is back");
    }
    if (standing === "alone") parts.push("a private album");
    return parts.join(" · ");
  }

  private showInstead(): void {
    const { album } = this.options.desk;
    const { shown, all, wrong, isLooking } = album;
    const isEmpty = shown.length === 0 && !isLooking;
    this.grid.element.hidden = isEmpty;
    const tab = TAB_WORDS[album.filter.tab];
    const told = !isEmpty
      ? ""
      : all.length === 0
        ? "none"
        : wrong === undefined
          ? `none in ${tab}`
          : "unread";
    if (told === this.told) return;
    this.told = told;
    this.instead.hidden = !isEmpty;
    if (told === "") return;
    const showAll = () => {
      this.filters.clear();
      this.enter();
    };
    this.instead.replaceChildren(
      told === "none"
        ? noPlaces(this.options.add)
        : told === "unread"
          ? notYet(showAll)
          : noMatch(tab, showAll),
    );
  }
}

/** The keys that matter in the album. */
function foot({ viewer }: AtlasDesk): HTMLElement {
  const hint = (keys: readonly string[], words: string): Child =>
    element(
      "span",
      { class: "clio-atlas-hint" },
      ...keys.map((key) => keyCap(key)),
      words,
    );
  return element(
    "div",
    { class: "clio-atlas-foot" },
    hint([keyOf("atlas-next"), keyOf("atlas-previous")], "next, previous"),
    hint([keyOf("atlas-go")], "go there"),
    hint([keyOf("atlas-go-back")], "go back"),
    hint([keyOf("atlas-search")], "search"),
    button({
      label: "All keys",
      kind: "bar",
      run: () => viewer.toggleHelpPanel(),
    }),
  );
}
