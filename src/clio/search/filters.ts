import type { Box, Vec3 } from "../model/box.js";
import type { Match } from "./answers.js";

/** Where to search. */
export type Region =
  /** The whole volume. */
  | "volume"
  /** What the slices show at the moment of the search. */
  | "view"
  /** A cube around the first example. */
  | "around"
  /** A box: the mark that is selected when it is chosen. */
  | "box"
  /** The segment that the first example lies in. */
  | "segment"
  /** The whole volume, and those of all datasets whose signatures are of the same encoder. */
  | "datasets";

/** What narrows a search, beside its examples. */
export interface Filters {
  readonly region: Region;
  /** Edge of the cube around the first example, in nm. */
  readonly around: number;
  /** Between matches, and between them and the examples, in nm. */
  readonly separation: number;
  /** Matches are shown up to this distance, in bits. */
  readonly upTo: number;
  /** Matches are shown from this distance on, in bits: what is the same again is of no use to everybody. */
  readonly from: number;
  /** Whether places that are marked already are left out. */
  readonly outsideMarks: boolean;
  /** The box to search in, in voxels, as soon as it is known; it then stays, whatever is selected. */
  readonly box?: Box | undefined;
}

/** Farther than this nothing looks alike any more, in bits: signatures of places chosen at random differ in half of their 64. */
export const FARTHEST = 24;

const SIGNATURE_BITS = 64;

/** Up to here a new search shows matches in any case, in bits. */
const ALWAYS_ALIKE = 8;

export const DEFAULT_FILTERS: Filters = {
  region: "volume",
  around: 4000,
  separation: 200,
  upTo: ALWAYS_ALIKE,
  from: 0,
  outsideMarks: false,
};

/** The cube of an edge around a voxel, in voxels. */
export function boxAround(center: Vec3, edge: number, nanometres: Vec3): Box {
  const half = (axis: number) => Math.ceil(edge / 2 / nanometres[axis]);
  const at = (axis: number) => Math.floor(center[axis]);
  return {
    lower: [at(0) - half(0), at(1) - half(1), at(2) - half(2)],
    upper: [at(0) + half(0) + 1, at(1) + half(1) + 1, at(2) + half(2) + 1],
  };
}

/** So many matches a person sees at least of a new search, where there are so many. */
const FIRST_SHOWN = 60;

/**
 * Up to which distance a new search shows its matches: encoders and volumes differ in how near the nearest are.
 * @param matches the nearest first
 */
export function firstBound(matches: readonly Match[]): number {
  const last = matches[Math.min(matches.length, FIRST_SHOWN) - 1];
  return Math.max(ALWAYS_ALIKE, last?.distance ?? 0);
}

/** How much alike places of a distance are, from 0 to 1: the share of the bits of their signatures that agree. */
export function scoreOf(distance: number): number {
  return 1 - distance / SIGNATURE_BITS;
}

/** How many matches there are of each distance, from 0 to {@link FARTHEST}. */
export function histogram(matches: readonly Match[]): number[] {
  const counts = new Array<number>(FARTHEST + 1).fill(0);
  for (const { distance } of matches) {
    if (distance <= FARTHEST) counts[distance] += 1;
  }
  return counts;
}

/** Finds out whether a place is near to any of many. */
export class NearPlaces {
  private readonly cells = new Map<string, Vec3[]>();

  /**
   * @param places in voxels
   * @param reach in nm; what is farther is not near
   */
  constructor(
    places: readonly Vec3[],
    private readonly reach: number,
    private readonly nanometres: Vec3,
  ) {
    for (const place of places) {
      const key = this.cellOf(place).join();
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, [place]);
      else cell.push(place);
    }
  }

  has(place: Vec3): boolean {
    const [x, y, z] = this.cellOf(place);
    for (let dz = -1; dz <= 1; ++dz) {
      for (let dy = -1; dy <= 1; ++dy) {
        for (let dx = -1; dx <= 1; ++dx) {
          const cell = this.cells.get([x + dx, y + dy, z + dz].join());
          if (cell?.some((other) => this.isNear(place, other)) === true) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private isNear(a: Vec3, b: Vec3): boolean {
    return nanometresBetween(a, b, this.nanometres) < this.reach;
  }

  private cellOf(place: Vec3): number[] {
    return place.map((at, axis) =>
      Math.floor((at * this.nanometres[axis]) / this.reach),
    );
  }
}

/** How far two voxels are apart, in nm. */
export function nanometresBetween(a: Vec3, b: Vec3, nanometres: Vec3): number {
  return Math.hypot(
    ...[0, 1, 2].map((axis) => (a[axis] - b[axis]) * nanometres[axis]),
  );
}
