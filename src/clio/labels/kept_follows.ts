/** Which volumes of labels a person has marks follow: kept on this machine, and in no link, which would write into the marks of others. */
import * as v from "valibot";
import { FOLLOWS } from "./any_follows.js";

const followSchema = v.object({
  /** Id of the volume. */
  volume: v.string(),
  /** The field of the marks that its labels are written to. */
  field: v.string(),
  /** The change of the browser's database up to which marks have their labels. */
  seq: v.number(),
});
export type KeptFollow = v.InferOutput<typeof followSchema>;

/** Those of a person in a dataset, as whichever tab has left them last. */
export class KeptFollows {
  /** Where the browser keeps them. */
  readonly key: string;
  /** Where it keeps nothing, what holds until the page is closed. */
  private unkept: readonly KeptFollow[] | undefined;

  constructor(person: string, dataset: string) {
    this.key = FOLLOWS + JSON.stringify([person, dataset]);
  }

  get value(): readonly KeptFollow[] {
    if (this.unkept !== undefined) return this.unkept;
    try {
      const text = localStorage.getItem(this.key) ?? "[]";
      const kept = v.safeParse(v.array(followSchema), JSON.parse(text));
      return kept.success ? kept.output : [];
    } catch {
      // Storage is blocked, or holds something else: as where nothing was kept.
      return [];
    }
  }

  /** Changes them as the only one of all tabs that does so: else one tab would take back what another has done. */
  async change(
    change: (follows: readonly KeptFollow[]) => readonly KeptFollow[],
  ): Promise<void> {
    await navigator.locks.request(this.key, () => {
      const follows = change(this.value);
      try {
        if (follows.length === 0) localStorage.removeItem(this.key);
        else localStorage.setItem(this.key, JSON.stringify(follows));
        this.unkept = undefined;
      } catch {
        // Storage is blocked or full.
        this.unkept = follows;
      }
    });
  }
}
