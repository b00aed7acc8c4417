import type { RequestedMerge, Verdict } from "../model/merge_request.js";

/** What one act has merged, as it is asked for: looked at, and mostly decided, as one. */
export interface RequestedRow {
  readonly act: string;
  /** The segment that is to give the whole its id. */
  readonly onto: string;
  /** One at least, in the order of the request. */
  readonly merges: readonly RequestedMerge[];
}

/** The acts of what is asked for, in the order of the request. */
export function requestedRows(
  merges: readonly RequestedMerge[],
): RequestedRow[] {
  const acts = new Map<string, RequestedMerge[]>();
  for (const each of merges) {
    const known = acts.get(each.merge.act);
    if (known === undefined) acts.set(each.merge.act, [each]);
    else known.push(each);
  }
  return [...acts].map(([act, of]) => ({
    act,
    onto: of.at(-1)!.merge.onto,
    merges: of,
  }));
}

/** What was said of all of a row alike; undefined where some of it is not decided, or otherwise. */
export function verdictOf({ merges }: RequestedRow): Verdict | undefined {
  const [first] = merges;
  const verdict = first.decision?.verdict;
  return merges.every(({ decision }) => decision?.verdict === verdict)
    ? verdict
    : undefined;
}

/** Whether all of a row is decided. */
export function isDecided({ merges }: RequestedRow): boolean {
  return merges.every(({ decision }) => decision !== undefined);
}
