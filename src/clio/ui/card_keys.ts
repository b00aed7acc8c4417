/** Where the cards of a grid stand. */
interface Standing {
  readonly active: number | undefined;
  readonly count: number;
  /** Cards beside each other. */
  readonly columns: number;
  /** Rows that a page goes on by. */
  readonly page: number;
}

/** The card that a key leads to; undefined where it leads to none. Keys stop at the first and the last card. */
export function cardByKey(key: string, standing: Standing): number | undefined {
  const { active, count, columns, page } = standing;
  const last = count - 1;
  if (count === 0 || !Object.hasOwn(steps, key)) return undefined;
  if (active === undefined) return key === "End" ? last : 0;
  if (key === "Home") return 0;
  if (key === "End") return last;
  const target = active + steps[key as keyof typeof steps](columns, page);
  // From the last full row there is nothing below: the key stays, and does not jump sideways.
  if (target > last && key === "ArrowDown") return active;
  if (target < 0 && key === "ArrowUp") return active;
  return Math.min(last, Math.max(0, target));
}

const steps = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns: number) => -columns,
  ArrowDown: (columns: number) => columns,
  PageUp: (columns: number, page: number) => -columns * page,
  PageDown: (columns: number, page: number) => columns * page,
  Home: () => 0,
  End: () => 0,
};
