import type { Match } from "./answers.js";

/** What a person says of a match. `kept`: it was accepted, and is a mark by now. */
export type Verdict = "accepted" | "rejected" | "skipped" | "kept";

/** What was said of places in a search. It outlives each single answer: the same place is not reviewed twice. */
export class Review {
  private readonly verdicts = new Map<string, Verdict>();

  of({ point }: Match): Verdict | undefined {
    return this.verdicts.get(point.join());
  }

  /** Says something of a match; the same again takes it back. What is a mark already stays so. */
  toggle(match: Match, verdict: Exclude<Verdict, "kept">): void {
    const key = match.point.join();
    const before = this.verdicts.get(key);
    if (before === "kept") return;
    if (before === verdict) this.verdicts.delete(key);
    else this.verdicts.set(key, verdict);
  }

  /** Those that are accepted and no marks yet. */
  accepted(matches: readonly Match[]): Match[] {
    return matches.filter((match) => this.of(match) === "accepted");
  }

  /** They are marks now. */
  keep(matches: readonly Match[]): void {
    for (const { point } of matches) this.verdicts.set(point.join(), "kept");
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
  }
}
