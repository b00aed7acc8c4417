import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Vec3 } from "../model/box.js";
import { keyOf } from "../model/keys.js";
import { keyText } from "../ui/key_cap.js";
import type { SectionPlane } from "../volumes/section.js";
import { type Match, placeKey } from "./answers.js";
import {
  DEFAULT_FILTERS,
  firstBound,
  type Filters,
  NearPlaces,
} from "./filters.js";
import {
  type Asked,
  type Example,
  type Found,
  MOST_EXAMPLES,
  type Standing,
} from "./found.js";
import { Inquiry } from "./inquiry.js";
import type { KeptWords, MarkKeeper } from "./mark_keeper.js";
import { Review, type Verdicts } from "./review.js";
import { SearchProblem } from "./search_problem.js";
import type { SearchedImage, SearchPlace } from "./searched_image.js";
import { UPRIGHT } from "../volumes/slice_frame.js";
import type { SignatureClient } from "./signature_client.js";

/** Marks nearer than this to a match are of the same thing, where no distance between matches was chosen; in nm. */
const SAME_THING = 100;

/** One person's search: the examples, what narrows it, what was found, and what was said of it. Each change of it asks at once. */
export class SearchSession {
  readonly changed = new NullarySignal();
  readonly review = new Review();
  examples: readonly Example[] = [];
  filters: Filters = DEFAULT_FILTERS;
  standing: Standing = "idle";
  found: Found | undefined;
  /** How thumbnails lie: as the panel that was clicked. */
  plane: SectionPlane = UPRIGHT;
  /** What is shown of what was found. */
  shown: readonly Match[] = [];
  /** The same without the bounds of distance: what the histogram counts. */
  within: readonly Match[] = [];
  /** Counts searches that were begun: another number, another search. */
  begun = 0;
  private readonly inquiry: Inquiry;
  private dataset: string | undefined;
  private current: number | undefined;
  /** Where the search was run again: the places that it had found before, as text. */
  private known: ReadonlySet<string> | undefined;
  private asking: AbortController | undefined;
  private marked: readonly Vec3[] = [];
  /** Whether the bounds of distance are still to be found for what comes. */
  private fitting = false;

  constructor(
    viewer: Viewer,
    private readonly image: Pick<
      SearchedImage,
      "ready" | "forget" | "inView" | "titleOf"
    >,
    client: SignatureClient,
    private readonly keeper: MarkKeeper,
  ) {
    this.inquiry = new Inquiry(viewer, image, client, keeper);
    keeper.changed.add(() => void this.readMarks());
  }

  /** The match that is looked at, by its place among those shown. */
  get active(): number | undefined {
    return this.current;
  }

  set active(index: number | undefined) {
    if (index === this.current) return;
    this.current = index;
    this.changed.dispatch();
  }

  /** What is asked. */
  get asked(): Asked {
    const { dataset, examples, filters, plane } = this;
    return { dataset, examples, filters, plane };
  }

  /** Searches for what is like a place, and for nothing else. */
  searchLike({ point, plane }: SearchPlace): void {
    this.begin({
      dataset: undefined,
      examples: [{ point, like: true }],
      filters: { ...this.filters, box: undefined },
      plane,
    });
    this.fitting = true;
    this.refine();
    void this.ask();
  }

  /**
   * Takes up a search that was begun elsewhere, or before. It asks nothing: where nothing is known of what it finds, a person runs it.
   * @param found what it has found before
   * @param said what was said of that
   */
  restore(asked: Asked, found?: Found, said?: Verdicts): void {
    this.begin(asked);
    if (said !== undefined) this.review.restore(said);
    this.found = found;
    this.standing = found === undefined ? "waiting" : "found";
    if (this.filters.outsideMarks) void this.readMarks();
    this.narrow();
  }

  /** Shows why there is no search where one was to be. */
  refuse(problem: SearchProblem): void {
    this.clear();
    this.standing = problem;
    this.changed.dispatch();
  }

  /** Adds an example, or makes one that is there the other way. Returns whether it could: there are bounds to their number. */
  addExample(point: Vec3, like: boolean): boolean {
    const others = this.examples.filter(
      (example) => example.point.join() !== point.join(),
    );
    const alike = others.filter((example) => example.like === like);
    if (alike.length === MOST_EXAMPLES) return false;
    const examples = [...others, { point, like }];
    if (!examples.some((example) => example.like)) return true;
    this.examples = examples;
    void this.ask();
    return true;
  }

  /** Takes an example away. Without one that the matches are to be like there is no search any more. */
  removeExample({ point }: Example): void {
    this.examples = this.examples.filter((example) => example.point !== point);
    if (this.examples.some(({ like }) => like)) void this.ask();
    else this.clear();
  }

  /** Changes what narrows the search. Distances narrow what is there already; all else is asked anew. */
  narrowTo(change: Partial<Filters>): void {
    this.filters = {
      ...this.filters,
      ...change,
      // The box that is selected now.
      ...("region" in change && { box: undefined }),
    };
    if ("upTo" in change) this.fitting = false;
    const asks = ["region", "around", "separation"].some(
      (key) => key in change,
    );
    if (asks && this.examples.length > 0) void this.ask();
    else if (change.outsideMarks === true) void this.readMarks();
    else this.narrow();
  }

  /** Asks again. */
  retry(): void {
    if (this.examples.length > 0) void this.ask();
  }

  /** Asks the same again, and marks what it had not found before. */
  rerun(): void {
    if (this.found !== undefined) {
      this.known = new Set(this.found.matches.map(placeKey));
    }
    this.retry();
  }

  /** Ends the question that is on its way. What was found before stays. */
  cancel(): void {
    this.asking?.abort();
    this.asking = undefined;
    if (this.standing !== "searching") return;
    this.standing = "cancelled";
    this.changed.dispatch();
  }

  /** Forgets the search. */
  clear(): void {
    this.begin({ ...this.asked, dataset: undefined, examples: [] });
    this.narrow();
  }

  /**
   * Says something of the match that is looked at, and goes on to the next. Accepted ones become marks of the search's own dataset: one of
   * another dataset cannot be accepted.
   * @returns whether there was one of which that can be said
   */
  judge(verdict: "accepted" | "rejected" | "skipped"): boolean {
    const { active, shown } = this;
    if (active === undefined) return false;
    const isElsewhere = shown[active].dataset !== undefined;
    if (isElsewhere && verdict === "accepted") return false;
    this.review.toggle(shown[active], verdict);
    this.current =
      this.review.next(shown, active) ?? Math.min(active + 1, shown.length - 1);
    this.changed.dispatch();
    return true;
  }

  /**
   * Makes marks of all that is accepted, in one step of undo.
   * @returns how many
   * @throws Error with a reason; then none is made, and all stay accepted
   */
  async keepAccepted(words: KeptWords): Promise<number> {
    const accepted = this.review.accepted(this.found?.matches ?? []);
    if (accepted.length === 0) return 0;
    const { dataset } = await this.image.inView();
    if (dataset !== this.dataset) {
      throw new Error(
        `they are of the dataset ${this.dataset}, and ${dataset} is in view. Go back to it first (${keyText(keyOf("match-go-back"))})`,
      );
    }
    await this.keeper.keep(
      accepted.map(({ point }) => point),
      words,
    );
    this.review.keep(accepted);
    this.changed.dispatch();
    return accepted.length;
  }

  /** Whether the same search had not found it before it was run again. */
  isNew(match: Match): boolean {
    return this.found?.fresh.has(placeKey(match)) === true;
  }

  /** The title of the dataset that a match lies in, where that is another than the search's own. */
  otherTitle({ dataset }: Match): string | undefined {
    const others = this.found?.others ?? [];
    return others.find((other) => other.dataset === dataset)?.title ?? dataset;
  }

  /** How many are accepted and no marks yet, and how many of those shown something was said of. */
  get tally(): { accepted: number; reviewed: number } {
    const { review, found, shown } = this;
    return {
      accepted: review.accepted(found?.matches ?? []).length,
      reviewed: review.reviewed(shown),
    };
  }

  private begin({ dataset, examples, filters, plane }: Asked): void {
    this.asking?.abort();
    this.asking = undefined;
    this.begun += 1;
    this.dataset = dataset;
    this.examples = examples;
    this.filters = filters;
    this.plane = plane;
    this.found = undefined;
    this.known = undefined;
    this.current = undefined;
    this.fitting = false;
    this.standing = "idle";
    this.review.clear();
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.standing = "searching";
    this.changed.dispatch();
    try {
      const { found, box } = await this.inquiry.answer(
        this.asked,
        this.known,
        asking.signal,
      );
      if (asking.signal.aborted) return;
      this.found = found;
      this.filters = { ...this.filters, box };
      this.dataset = found.dataset;
      this.known = undefined;
      this.standing = "found";
      if (this.fitting) {
        const upTo = firstBound(found.matches);
        this.filters = { ...this.filters, from: 0, upTo };
        this.fitting = false;
      }
      this.current = undefined;
      if (this.filters.outsideMarks) await this.readMarks();
      else this.narrow();
    } catch (error) {
      if (asking.signal.aborted) return;
      this.standing =
        error instanceof SearchProblem ? error : unexpected(error);
      // Of another question than the one that is asked now.
      this.found = undefined;
      this.narrow();
    }
  }

  private async readMarks(): Promise<void> {
    if (!this.filters.outsideMarks) return;
    // Marks of another dataset that is in view say nothing of these places.
    if (await this.isOwnInView()) this.marked = await this.keeper.places();
    this.narrow();
  }

  private async isOwnInView(): Promise<boolean> {
    const inView = await this.image.inView().catch(() => undefined);
    return this.dataset === undefined || inView?.dataset === this.dataset;
  }

  private narrow(): void {
    this.refine();
    this.changed.dispatch();
  }

  /** Finds out what is shown of what was found. */
  private refine(): void {
    const { from, upTo, outsideMarks, separation } = this.filters;
    const matches = this.found?.matches ?? [];
    const looked =
      this.current === undefined ? undefined : this.shown[this.current];
    const near =
      outsideMarks && this.found !== undefined
        ? new NearPlaces(
            this.marked,
            Math.max(separation, SAME_THING),
            this.found.index.voxelSize,
          )
        : undefined;
    this.within = near
      ? matches.filter(
          ({ point, dataset }) => dataset !== undefined || !near.has(point),
        )
      : matches;
    this.shown = this.within.filter(
      ({ distance }) => distance >= from && distance <= upTo,
    );
    const again = looked === undefined ? -1 : this.shown.indexOf(looked);
    this.current = again < 0 ? (this.shown.length > 0 ? 0 : undefined) : again;
  }
}

function unexpected(error: unknown): SearchProblem {
  const reason = error instanceof Error ? error.message : String(error);
  return new SearchProblem(
    "image",
    `The image in view cannot be searched: ${reason}`,
    "Bring the image of a dataset into view, then try again.",
    true,
  );
}
