/** Told how far a piece of work is: "3,000 of 100,000 rows read". */
export type Tell = (done: number, of: number, unit: string) => void;

/** How far a piece of work is, as a worker says it. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly unit: string;
}

/** Oftener than this nobody can read it, and what is told costs the page more than it is worth. */
const SELDOM_MS = 100;

/** As `tell`, but no oftener than a person can read it: a loop may say it at every row. */
export function seldom(tell: Tell): Tell {
  let last = performance.now();
  return (done, of, unit) => {
    const now = performance.now();
    if (now - last < SELDOM_MS) return;
    last = now;
    tell(done, of, unit);
  };
}
