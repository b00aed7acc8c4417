/** How far a sandbox and the server's copy of it are the same: what is noted of that in the sandbox's row. */
import type { SandboxRow, ShelfStanding } from "./database.js";

const NOTHING: ShelfStanding = { delivered: 0, seen: [] };

export function standingOf({ shelf }: SandboxRow): ShelfStanding {
  return shelf ?? NOTHING;
}

/** The revision that a person had seen who made the change `seq`. */
export function baseOf({ seen }: ShelfStanding, seq: number): number {
  return seen.findLast(([after]) => after < seq)?.[1] ?? 0;
}

/** The server's revision up to which all of a sandbox is here. */
export function lastSeen(row: SandboxRow): number {
  return standingOf(row).seen.at(-1)?.[1] ?? 0;
}

/**
 * `row` once the server's `revision` is seen by whoever changes something after the change `seq`. What is heard again takes nothing from
 * what was seen.
 */
export function withSeen(
  row: SandboxRow,
  seq: number,
  revision: number,
): SandboxRow {
  const { delivered, ...shelf } = standingOf(row);
  // Of what is delivered nobody asks any more what it was made from, but for the newest: that is what further changes are made from.
  const past = shelf.seen.findLastIndex(([after]) => after <= delivered);
  const seen = shelf.seen.slice(Math.max(0, past));
  return {
    ...row,
    shelf: {
      ...shelf,
      delivered,
      seen: [...seen, [seq, Math.max(revision, lastSeen(row))]],
    },
  };
}

/** `row` once the server has acknowledged the change `seq` and all before it. */
export function withDelivered(row: SandboxRow, seq: number): SandboxRow {
  const shelf = standingOf(row);
  const delivered = Math.max(shelf.delivered, seq);
  return { ...row, shelf: { ...shelf, delivered } };
}

/** `target` once it has adopted the marks of `source`: on the server they go from one to the other, whatever was delivered of either. */
export function copyingFrom(
  target: SandboxRow,
  source: SandboxRow,
): SandboxRow {
  const shelf = standingOf(target);
  const isMoved = source.user === target.user && source.shelf !== undefined;
  const from = [
    ...(shelf.copying?.from ?? []),
    ...(source.shelf?.copying?.from ?? []),
    ...(isMoved ? [source.dataset] : []),
  ];
  return { ...target, shelf: { ...shelf, copying: { after: "", from } } };
}
