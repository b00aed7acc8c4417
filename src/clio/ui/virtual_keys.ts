/**
 * The row that a key of the table leads to; undefined where it leads to none.
 * @param active index of the active row, if any
 * @param last index of the last row, -1 where there is none
 * @param page rows that a page goes on by
 */
export function rowByKey(
  key: string,
  active: number | undefined,
  last: number,
  page: number,
): number | undefined {
  const target = targets[key]?.(active, last, page);
  return target === undefined || last < 0
    ? undefined
    : Math.min(last, Math.max(0, target));
}

const targets: Readonly<
  Partial<
    Record<
      string,
      (active: number | undefined, last: number, page: number) => number
    >
  >
> = {
  ArrowDown: (active = -1) => active + 1,
  ArrowUp: (active, last) => (active ?? last + 1) - 1,
  PageDown: (active = 0, _last, page) => active + page,
  PageUp: (active = 0, _last, page) => active - page,
  Home: () => 0,
  End: (_active, last) => last,
};
