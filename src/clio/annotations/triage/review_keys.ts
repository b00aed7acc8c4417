import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  type ActionEvent,
  EventActionMap,
  registerActionListener,
} from "neuroglancer/unstable/util/event_action_map.js";
import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { bindingsOf, type KeyAction } from "../../model/keys.js";
import type { Review } from "./review.js";
import type { TagKeys } from "./tag_keys.js";

/** Above the viewer's own keys and those of Clio that act everywhere. */
const ABOVE = 10;
/** Below them: nothing is taken over, and the viewer's help lists the keys all the same. */
const BELOW = -10;

/** Elements for which Enter means something of their own. */
const TAKES_ENTER = "a, button, input, select, summary, textarea";

/** Those for which Space does. */
const TAKES_SPACE = "button, input, select, summary";

/** Inputs whose default is kept: what is under the focus is to be pressed by them. */
const PRESSES: ReadonlySet<string> = new Set(["enter", "space"]);

interface ReviewKeysOptions {
  readonly viewer: Viewer;
  /** The panel of marks. */
  readonly panel: HTMLElement;
  /** Id of the selected mark. */
  readonly selected: WatchableValueInterface<string | undefined>;
  readonly review: Review;
  readonly tagKeys: TagKeys;
  /** Takes the focus to the search box. */
  readonly search: () => void;
  /** Takes the focus to the table. */
  readonly focusTable: () => void;
}

/** The single keys of reviewing marks. They act while the panel has the focus or a mark is selected, and not while a person types. */
export class ReviewKeys extends RefCounted {
  private readonly keys = new EventActionMap();
  private readonly tags = new EventActionMap();
  private tagListeners = new RefCounted();
  private active = false;

  constructor(private readonly options: ReviewKeysOptions) {
    super();
    const { panel, selected, tagKeys } = options;
    this.keys.label = "Reviewing marks";
    this.tags.label = "Keys for tags";
    for (const [input, action] of Object.entries(
      bindingsOf("reviewing marks"),
    )) {
      this.keys.set(input, { action, preventDefault: !PRESSES.has(input) });
    }
    this.keys.addParent(this.tags, 0);
    this.global.addParent(this.keys, BELOW);
    this.registerDisposer(() => this.global.removeParent(this.keys));
    this.registerDisposer(() => this.tagListeners.dispose());
    this.listen();
    for (const event of ["focusin", "focusout"]) {
      this.registerEventListener(panel, event, () =>
        // The focus has arrived where it goes by the next turn.
        queueMicrotask(() => this.update()),
      );
    }
    this.registerDisposer(selected.changed.add(() => this.update()));
    this.registerDisposer(tagKeys.changed.add(() => this.bindTags()));
    this.bindTags();
    this.update();
  }

  private get global(): EventActionMap {
    return this.options.viewer.inputEventBindings.global;
  }

  private listen(): void {
    const { review, search } = this.options;
    const acts: Partial<Record<KeyAction, () => void>> = {
      "review-next": () => this.move(1),
      "review-previous": () => this.move(-1),
      "review-next-unchecked": () => this.move(1, "unchecked"),
      "review-comment": () => review.write("description"),
      "review-type": () => review.write("type"),
      "review-delete": () => review.delete(),
      "review-search": search,
    };
    for (let digit = 1; digit <= 9; ++digit) {
      acts[`review-choice-${digit}` as KeyAction] = () =>
        review.setDigit(digit);
    }
    for (const [action, act] of Object.entries(acts)) {
      this.listenTo(this, action, act);
    }
    this.listenUnless(TAKES_ENTER, "review-go", () => review.go());
    this.listenUnless(TAKES_SPACE, "review-check", (event) => {
      // Else it scrolls.
      event.preventDefault();
      review.toggleChecked();
    });
  }

  /** From a button of the panel the focus goes along, so that the next Space is for the mark. */
  private move(...by: Parameters<Review["move"]>): void {
    const { panel, review, focusTable } = this.options;
    const focused = document.activeElement;
    if (panel.contains(focused) && focused?.matches(TAKES_SPACE)) focusTable();
    review.move(...by);
  }

  /** @param taking what has a use of its own for the key while it has the focus */
  private listenUnless(
    taking: string,
    action: KeyAction,
    act: (event: KeyboardEvent) => void,
  ): void {
    this.registerDisposer(
      registerActionListener(
        this.options.viewer.element,
        action,
        ({ detail }: ActionEvent<KeyboardEvent>) => {
          if (!this.active || detail.defaultPrevented) return;
          if (!(detail.target as Element).matches(taking)) act(detail);
        },
      ),
    );
  }

  private bindTags(): void {
    const { tagKeys, review } = this.options;
    this.tagListeners.dispose();
    this.tagListeners = new RefCounted();
    this.tags.bindings.clear();
    for (const [letter, tag] of tagKeys.list) {
      const action = `tag-${tag}`;
      this.tags.set(`key${letter}`, action);
      this.listenTo(this.tagListeners, action, () => review.toggleTag(tag));
    }
  }

  private listenTo(scope: RefCounted, action: string, act: () => void): void {
    scope.registerDisposer(
      registerActionListener(this.options.viewer.element, action, () => {
        if (this.active) act();
      }),
    );
  }

  /** Puts the keys above those of the viewer while marks are reviewed, and below them else. */
  private update(): void {
    const { panel, selected } = this.options;
    const active =
      selected.value !== undefined || panel.contains(document.activeElement);
    if (active === this.active || this.wasDisposed) return;
    this.active = active;
    this.global.removeParent(this.keys);
    this.global.addParent(this.keys, active ? ABOVE : BELOW);
  }
}
