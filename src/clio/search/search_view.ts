import { StatusMessage } from "neuroglancer/unstable/status.js";
import { animationFrameDebounce } from "neuroglancer/unstable/util/animation_frame_debounce.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type KeyAction, keyOf } from "../model/keys.js";
import { button, iconButton } from "../ui/button.js";
import { CardGrid } from "../ui/card_grid.js";
import { element } from "../ui/element.js";
import { keyCap, keyText } from "../ui/key_cap.js";
import { PanelKeys } from "../ui/panel_keys.js";
import type { Thumbnails } from "../ui/thumbnails.js";
import { tell } from "../ui/tell.js";
import type { Match } from "./answers.js";
import { CrossHairNote } from "./cross_hair_note.js";
import { DistanceBounds } from "./distance_bounds.js";
import { ExampleList } from "./example_list.js";
import { FilterBar } from "./filter_bar.js";
import { KeepForm } from "./keep_form.js";
import type { MarkKeeper } from "./mark_keeper.js";
import { CAPTION_PIXELS, MatchCard } from "./match_card.js";
import type { MatchPictures } from "./match_pictures.js";
import { MatchPreview } from "./match_preview.js";
import { SearchProblem } from "./search_problem.js";
import { MOST_EXAMPLES } from "./found.js";
import type { OpenSearch } from "./saved/open_search.js";
import { SavedSection } from "./saved/saved_section.js";
import type { SearchShelf } from "./saved/search_shelf.js";
import type { SearchSync } from "./saved/search_sync.js";
import type { SearchSession } from "./search_session.js";
import { stateAbove, stateInPlace, statusOf } from "./search_states.js";
import type { SearchPlace, SearchedImage } from "./searched_image.js";
import type { SignatureClient } from "./signature_client.js";
import { SizeBar } from "./size_bar.js";
import type { Wayback } from "./wayback.js";
import "../ui/panel.css";
import "./search_view.css";

/** What has a use of its own for a key while it has the focus. */
const TAKING: Readonly<Partial<Record<KeyAction, string>>> = {
  "match-go": "a, button, input, select, summary, textarea",
  "match-skip": "button, input, select, summary",
  // A letter chooses an option.
  "match-accept": "select",
  "match-reject": "select",
};

/** Under so long nothing is shown of a wait, in milliseconds: it would only flicker. */
const PATIENCE_MS = 200;

export interface SearchViewOptions {
  readonly viewer: Viewer;
  readonly keeper: MarkKeeper;
  readonly session: SearchSession;
  readonly image: SearchedImage;
  readonly client: SignatureClient;
  readonly thumbnails: Thumbnails;
  readonly wayback: Wayback;
  readonly pictures: MatchPictures;
  readonly open: OpenSearch;
  readonly shelf: SearchShelf;
  readonly sync: SearchSync;
  /** Whose searches are saved. */
  readonly user: string;
  readonly searchAtCrossHair: () => void;
  readonly placeAtCrossHair: () => Promise<SearchPlace | undefined>;
}

/** What is in the search panel: what is looked for, what narrows it, and the matches under review. */
export class SearchView extends RefCounted {
  private readonly pictures: MatchPictures;
  private readonly examples: ExampleList;
  private readonly filters: FilterBar;
  private readonly distances: DistanceBounds;
  private readonly keepForm: KeepForm;
  private readonly grid: CardGrid;
  private readonly preview: MatchPreview;
  private readonly above = element("div", { class: "clio-search-above" });
  private readonly inPlace = element("div", { class: "clio-search-in-place" });
  private readonly status = element("p", {
    class: "clio-search-status",
    role: "status",
  });
  private readonly waiting: HTMLElement;
  private readonly note: CrossHairNote;
  private readonly saved: SavedSection;
  /** What only makes sense where there is a search. */
  private readonly whileSearching: readonly HTMLElement[];
  /** The matches in the grid, until the next frame shows those of the session. */
  private shown: readonly Match[] = [];
  private told: readonly unknown[] = [];
  /** The focus goes to the matches as soon as they are there. */
  private entering = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** A click asks and a key judges at once; what is shown of it follows with the next frame, once for all that happened until then. */
  private readonly later = this.registerCancellable(
    animationFrameDebounce(() => this.update()),
  );

  constructor(
    /** Where it is shown. */
    readonly body: HTMLElement,
    private readonly options: SearchViewOptions,
  ) {
    super();
    const { session, thumbnails, viewer, keeper } = options;
    this.pictures = options.pictures;
    this.examples = new ExampleList(session, this.pictures, thumbnails);
    this.filters = new FilterBar(session);
    this.distances = new DistanceBounds(session);
    this.keepForm = new KeepForm(session, keeper, () => void this.keep());
    this.preview = new MatchPreview(body, this.pictures, thumbnails);
    this.note = this.registerDisposer(new CrossHairNote(options, body));
    this.grid = new CardGrid({
      label: "Matches, the nearest first",
      makeCard: (index) => {
        const match = this.shown[index];
        return new MatchCard(
          match,
          session.review,
          {
            isNew: session.isNew(match),
            elsewhere: session.otherTitle(match),
          },
          this.pictures,
          thumbnails,
        );
      },
      activated: (index) => {
        // By now the session may have found others, and not this one.
        const place = session.shown.indexOf(this.shown[index]);
        if (place >= 0) session.active = place;
      },
      entered: (index) => {
        if (this.current === this.shown[index]) void this.go();
      },
      hovered: (index, card) =>
        this.preview.show(
          index === undefined ? undefined : this.shown[index],
          card,
        ),
    });
    // A key means the match that is looked at now, and not that of a moment ago.
    body.addEventListener("keydown", () => this.later.flush(), {
      capture: true,
    });
    this.waiting = this.makeWaiting();
    const sizes = new SizeBar({
      resize: (pixels) => this.grid.resize(pixels, pixels + CAPTION_PIXELS),
      width: this.pictures.width,
      widen: (width) => {
        this.pictures.width = width;
        this.later.flush();
        this.grid.show(session.shown.length, session.active);
      },
    });
    const row = element(
      "div",
      { class: "clio-search-row" },
      this.status,
      iconButton("refresh", "Run the search again: what is new is marked", () =>
        session.rerun(),
      ),
      sizes.element,
    );
    this.saved = this.registerDisposer(
      new SavedSection({ ...options, enter: () => this.enter() }),
    );
    const foot = makeFoot(() => viewer.toggleHelpPanel());
    this.whileSearching = [
      this.distances.element,
      row,
      this.keepForm.element,
      foot,
    ];
    body.append(
      element(
        "div",
        { class: "clio-search-asked" },
        this.examples.element,
        this.note.element,
        this.filters.element,
      ),
      this.distances.element,
      row,
      this.above,
      this.inPlace,
      this.grid.element,
      this.keepForm.element,
      foot,
      this.saved.element,
    );
    this.registerDisposer(
      new PanelKeys({
        viewer,
        panel: body,
        mode: "reviewing matches",
        label: "Reviewing matches",
        acts: this.acts(),
        taking: TAKING,
      }),
    );
    this.registerDisposer(session.changed.add(() => this.later()));
    this.update();
  }

  override disposed(): void {
    clearTimeout(this.timer);
    this.grid.dispose();
    this.examples.dispose();
    this.preview.hide();
    super.disposed();
  }

  /** Takes the focus to the matches, or to what stands in their place. */
  enter(): void {
    this.later.flush();
    const { shown, standing } = this.options.session;
    this.entering = standing === "searching";
    if (shown.length > 0) this.grid.focus();
    else (this.inPlace.querySelector("button") ?? this.filters).focus();
  }

  private acts(): Partial<Record<KeyAction, () => void>> {
    const { session, wayback } = this.options;
    return {
      "match-accept": () => this.accept(),
      "match-reject": () => session.judge("rejected"),
      "match-skip": () => session.judge("skipped"),
      "match-go": () => void this.go(),
      "match-go-back": () => {
        if (!wayback.goBack()) tell("You are where you were.");
      },
      "match-add-example": () => this.addExample(true),
      "match-add-counterexample": () => this.addExample(false),
      "matches-keep": () => void this.keep(),
      "search-save": () => this.saved.save(),
      "search-cancel": () => session.cancel(),
    };
  }

  private update(): void {
    const { session } = this.options;
    const { standing, found, shown } = session;
    this.examples.update();
    this.filters.update();
    this.distances.update();
    this.keepForm.update();
    const isFailed = standing instanceof SearchProblem;
    for (const part of this.whileSearching) {
      part.hidden = found === undefined || isFailed;
    }
    this.note.element.hidden = session.examples.length > 0;
    if (shown !== this.shown) {
      this.shown = shown;
      this.preview.hide();
      this.grid.show(shown.length, session.active);
    } else {
      this.grid.update();
      const { active } = session;
      if (active !== undefined && active !== this.grid.active) {
        this.grid.activate(active);
      }
    }
    this.showState();
    this.status.replaceChildren(...statusOf(session));
  }

  /** Replaces what stands in place of the matches only where it is another: the focus may be in it. */
  private showState(): void {
    const { session, searchAtCrossHair } = this.options;
    const { standing, found, within, shown, filters } = session;
    const { from, upTo } = filters;
    const told = [standing, found, within, shown.length, from, upTo];
    if (told.every((part, i) => part === this.told[i])) return;
    this.told = told;
    const hadFocus = this.body.contains(document.activeElement);
    clearTimeout(this.timer);
    this.waiting.remove();
    const inPlace = stateInPlace(session, { searchAtCrossHair });
    this.inPlace.replaceChildren(...(inPlace ? [inPlace] : []));
    const above = stateAbove(session);
    this.above.replaceChildren(...(above ? [above] : []));
    this.grid.element.hidden = shown.length === 0;
    this.grid.element.classList.toggle("clio-stale", standing === "searching");
    if (standing === "searching") {
      this.timer = setTimeout(
        () => this.above.replaceChildren(this.waiting),
        PATIENCE_MS,
      );
    }
    const focused = document.activeElement;
    const isGone =
      hadFocus &&
      (!this.body.contains(focused) || focused?.checkVisibility() === false);
    // What a link brings is run by one key, unless the person is writing something.
    const isOffered =
      standing === "waiting" &&
      focused?.matches("input, select, textarea") !== true;
    const isAwaited = this.entering && standing !== "searching";
    if (isGone || isAwaited || isOffered) this.enter();
  }

  private makeWaiting(): HTMLElement {
    return element(
      "div",
      { class: "clio-search-waiting", role: "status" },
      element("progress", { "aria-label": "Searching" }),
      element("span", {}, "Searching. What was found before stays until then."),
      button({
        label: "Cancel",
        key: keyOf("search-cancel"),
        run: () => this.options.session.cancel(),
      }),
    );
  }

  private get current(): Match | undefined {
    const { active, shown } = this.options.session;
    return active === undefined ? undefined : shown[active];
  }

  /** Brings the match that is looked at into the middle of the view. */
  private async go(): Promise<void> {
    const { current } = this;
    const { session, wayback } = this.options;
    const dataset = current?.dataset ?? session.asked.dataset;
    if (current === undefined || dataset === undefined) return;
    try {
      await wayback.goTo(current.point, dataset);
    } catch (error) {
      new StatusMessage().setErrorMessage(
        `The match was not opened: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** Accepted matches become marks of the search's own dataset, and there alone. */
  private accept(): void {
    const { current } = this;
    const { session } = this.options;
    const { dataset } = session.asked;
    const title = current && session.otherTitle(current);
    if (title === undefined) session.judge("accepted");
    else {
      tell(
        `This match lies in ${title}, and accepted ones become marks of ${dataset}: it cannot be accepted here. ${keyText(keyOf("match-go"))} opens it there; search there to mark it.`,
      );
    }
  }

  private addExample(like: boolean): void {
    const { current } = this;
    if (current === undefined) return;
    const { session } = this.options;
    const title = session.otherTitle(current);
    if (title !== undefined) {
      tell(
        `This match lies in ${title}: examples are places of the dataset that the search is of.`,
      );
    } else if (!session.addExample(current.point, like)) {
      tell(`There can be ${MOST_EXAMPLES} examples of each kind.`);
    }
  }

  private async keep(): Promise<void> {
    const { session } = this.options;
    try {
      const kept = await session.keepAccepted(this.keepForm.words);
      if (kept === 0) {
        tell("Nothing is accepted yet.");
        return;
      }
      this.later.flush();
      // The button that had the focus is disabled now. A person who has gone on elsewhere meanwhile stays there.
      const focused = document.activeElement;
      if (focused === document.body || focused?.matches(":disabled") === true) {
        this.enter();
      }
    } catch (error) {
      new StatusMessage().setErrorMessage(
        `The matches were not kept: ${error instanceof Error ? error.message : String(error)}. They are still accepted.`,
      );
    }
  }
}

/**
 * The keys that matter while matches are reviewed.
 * @param help shows the viewer's help, where all keys are
 */
function makeFoot(help: () => void): HTMLElement {
  const hint = (actions: readonly KeyAction[], words: string) =>
    element(
      "span",
      { class: "clio-search-hint" },
      ...actions.map((action) => keyCap(keyOf(action))),
      words,
    );
  return element(
    "div",
    { class: "clio-search-foot" },
    hint(["match-accept"], "accept"),
    hint(["match-reject"], "reject"),
    hint(["match-skip"], "skip"),
    hint(["match-go"], "go"),
    hint(["match-go-back"], "go back"),
    hint(["match-add-example", "match-add-counterexample"], "like, not like"),
    button({ label: "All keys", kind: "bar", run: help }),
  );
}
