/** What is measured of a mark, as people read it. */
import type { AnnotationRecord } from "../../model/annotation.js";
import { centerOf } from "../../model/geometry.js";
import {
  formatLength,
  formatVolume,
  measure,
  type VoxelSize,
} from "../../model/measurement.js";

/** A name and what it comes to: "diameter", "300 nm". */
export type Fact = readonly [name: string, value: string];

/**
 * Where a mark is and how large, in the order in which it is read.
 * @param voxel edges in nm
 */
export function factsOf(record: AnnotationRecord, voxel: VoxelSize): Fact[] {
  const { length, radius, volume, extent } = measure(record, voxel);
  const facts: Fact[] = [
    [record.kind === "point" ? "at" : "centre", centerOf(record).join(", ")],
  ];
  if (radius !== undefined && length !== undefined) {
    facts.push(["diameter", formatLength(length)]);
    facts.push(["radius", formatLength(radius)]);
  } else if (length !== undefined) {
    facts.push([
      record.kind === "polyline" ? "path" : "length",
      formatLength(length),
    ]);
  }
  if (extent !== undefined) {
    facts.push([
      record.kind === "ellipsoid" ? "radii" : "edges",
      extent.map(formatLength).join(" × "),
    ]);
  }
  if (volume !== undefined) facts.push(["volume", formatVolume(volume)]);
  if (record.kind === "line" || record.kind === "sphere") {
    const [a, b] = record.ends;
    facts.push(["Δ", a.map((from, axis) => b[axis] - from).join(", ")]);
  }
  return facts;
}

const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
});
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const MINUTE = 60_000;
const units = [
  ["minute", MINUTE],
  ["hour", 60 * MINUTE],
  ["day", 24 * 60 * MINUTE],
  ["month", 30 * 24 * 60 * MINUTE],
  ["year", 365 * 24 * 60 * MINUTE],
] as const;

/** A time to the second, in the person's own way of writing it. */
export function exactTime(at: number): string {
  return exact.format(at);
}

/**
 * How long ago something was: "3 minutes ago".
 * @param at milliseconds since 1970
 */
export function timeAgo(at: number, now = Date.now()): string {
  const past = now - at;
  // Clocks of two machines differ a little.
  if (past < MINUTE) return "just now";
  const [unit, length] = units.findLast(([, length]) => past >= length)!;
  return relative.format(-Math.floor(past / length), unit);
}
