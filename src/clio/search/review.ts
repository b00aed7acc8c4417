import { type Match, placeKey } from "./answers.js";

/** What a person says of a match. `kept`: it was accepted, and is a mark by now. */
export type Verdict = "accepted" | "rejected" | "skipped" | "kept";

/** A place in voxels, with its dataset where that is another than the search's own. */
export type ReviewedPlace =
  | [x: number, y: number, z: number]
  | [x: number, y: number, z: number, dataset: string];

/** What was said of which places. */
export type Verdicts = Readonly<Record<Verdict, readonly ReviewedPlace[]>>;

/** What was said of places in a search. It outlives each single answer: the same place is not reviewed twice. */
export class Review {
  private readonly verdicts = new Map<
    string,
    { verdict: Verdict; place: ReviewedPlace }
  >();
  private changes = 0;

  /** Counts what was said: another number, another review. */
  get version(): number {
    return this.changes;
  }

  of(match: Match): Verdict | undefined {
    return this.verdicts.get(placeKey(match))?.verdict;
  }

  /** Says something of a match; the same again takes it back. What is a mark already stays so. */
  toggle(match: Match, verdict: Exclude<Verdict, "kept">): void {
    const before = this.of(match);
    if (before === "kept") return;
    if (before === verdict) this.verdicts.delete(placeKey(match));
    else this.say(placeOf(match), verdict);
    this.changes += 1;
  }

  /** Those that are accepted and no marks yet. */
  accepted(matches: readonly Match[]): Match[] {
    return matches.filter((match) => this.of(match) === "accepted");
  }

  /** They are marks now. */
  keep(matches: readonly Match[]): void {
    for (const match of matches) this.say(placeOf(match), "kept");
    this.changes += 1;
  }

  /** How many of these something was said of. */
  reviewed(matches: readonly Match[]): number {
    return matches.filter((match) => this.of(match) !== undefined).length;
  }

  /** The next match after one of which nothing was said yet; undefined where there is none. */
  next(matches: readonly Match[], after: number): number | undefined {
    const found = matches.findIndex(
      (match, i) => i > after && this.of(match) === undefined,
    );
    return found < 0 ? undefined : found;
  }

  clear(): void {
    this.verdicts.clear();
    this.changes += 1;
  }

  /** What was said of which places. */
  get all(): Record<Verdict, ReviewedPlace[]> {
    const places: Record<Verdict, ReviewedPlace[]> = {
      accepted: [],
      rejected: [],
      skipped: [],
      kept: [],
    };
    for (const { verdict, place } of this.verdicts.values()) {
      places[verdict].push(place);
    }
    return places;
  }

  /** Says of all these places what was said of them before, and nothing of others. */
  restore(said: Verdicts): void {
    this.clear();
    for (const verdict of Object.keys(said) as Verdict[]) {
      for (const place of said[verdict]) this.say(place, verdict);
    }
  }

  private say(place: ReviewedPlace, verdict: Verdict): void {
    this.verdicts.set(place.join(), { verdict, place });
  }
}

function placeOf({ point: [x, y, z], dataset }: Match): ReviewedPlace {
  return dataset === undefined ? [x, y, z] : [x, y, z, dataset];
}
