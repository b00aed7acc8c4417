import type { Vec3 } from "../model/box.js";
import type { Match } from "./answers.js";

/** What a person says of a match. `kept`: it was accepted, and is a mark by now. */
export type Verdict = "accepted" | "rejected" | "skipped" | "kept";

/** What was said of which places. */
export type Verdicts = Readonly<Record<Verdict, readonly Vec3[]>>;

type Place = [x: number, y: number, z: number];

/** What was said of places in a search. It outlives each single answer: the same place is not reviewed twice. */
export class Review {
  private readonly verdicts = new Map<string, Verdict>();
  private changes = 0;

  /** Counts what was said: another number, another review. */
  get version(): number {
    return this.changes;
  }

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
    this.changes += 1;
  }

  /** Those that are accepted and no marks yet. */
  accepted(matches: readonly Match[]): Match[] {
    return matches.filter((match) => this.of(match) === "accepted");
  }

  /** They are marks now. */
  keep(matches: readonly Match[]): void {
    for (const { point } of matches) this.verdicts.set(point.join(), "kept");
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
  get all(): Record<Verdict, Place[]> {
    const places: Record<Verdict, Place[]> = {
      accepted: [],
      rejected: [],
      skipped: [],
      kept: [],
    };
    for (const [key, verdict] of this.verdicts) {
      const [x, y, z] = key.split(",").map(Number);
      places[verdict].push([x, y, z]);
    }
    return places;
  }

  /** Says of all these places what was said of them before, and nothing of others. */
  restore(said: Verdicts): void {
    this.clear();
    for (const verdict of Object.keys(said) as Verdict[]) {
      for (const point of said[verdict]) {
        this.verdicts.set(point.join(), verdict);
      }
    }
  }
}
