// How good a search is, by places whose right answers are known.
import type { Triple } from "../../record.js";
import {
  STACK_SIZE,
  VOXEL_SIZE,
  voxelAt,
  type Profile,
} from "./labelled_stack.js";
import { nearestFirst } from "./retrieval.js";

/** Matches are at least so far apart, and at least so far from the query: pixels of a section, which are lengths in the volume. */
const APART = 40 * VOXEL_SIZE[0];
const FROM_QUERY = 100 * VOXEL_SIZE[0];

/** The part of the database that is looked at for matches, the nearest. */
const LOOKED_AT = 0.1;

/** How good the matches of a query are: shares from 0 to 1. */
export interface Score {
  readonly at10: number;
  readonly at20: number;
  readonly at50: number;
  /** The mean of the precisions up to each right match, over the matches among the nearest tenth of the database. */
  readonly averagePrecision: number;
}

/** The means of some scores. */
export function meanScore(scores: readonly Score[]): Score {
  const mean = (of: keyof Score) =>
    scores.reduce((sum, score) => sum + score[of], 0) / scores.length;
  return {
    at10: mean("at10"),
    at20: mean("at20"),
    at50: mean("at50"),
    averagePrecision: mean("averagePrecision"),
  };
}

/**
 * Judges what is found for places of labelled objects. Matches are taken from the nearest on, each 40 pixels or more from those
 * before it; a match is right where it lies in another object of the query's class. Left out are all places of the queries' own objects,
 * however far away, and all within 100 pixels of a query.
 */
export class Judge {
  /** In nm. */
  private readonly x: Float32Array;
  private readonly y: Float32Array;
  private readonly z: Float32Array;
  private readonly taken = new TakenCells();

  /** @param places of the database */
  constructor(private readonly places: readonly Triple[]) {
    const along = (axis: 0 | 1 | 2) =>
      Float32Array.from(places, (place) => place[axis] * VOXEL_SIZE[axis]);
    this.x = along(0);
    this.y = along(1);
    this.z = along(2);
  }

  /** The object in which each place of the database lies, 0 where in none. @param objects by voxel */
  objectsAt(objects: Uint16Array): Uint16Array {
    return Uint16Array.from(this.places, (place) => objects[voxelAt(place)]);
  }

  /**
   * @param distances of all places
   * @param objects of the query's class, as `objectsAt` gives them
   * @param queries that the distances are from: the examples of one search
   */
  score(
    distances: Float32Array,
    objects: Uint16Array,
    queries: readonly Profile[],
  ): Score {
    const own = new Set(queries.map(({ object }) => object));
    const middles = queries.map(({ place }) =>
      place.map((at, axis) => at * VOXEL_SIZE[axis]),
    );
    this.taken.clear();
    let matches = 0;
    let right = 0;
    let precisions = 0;
    const shares = new Map<number, number>();
    const looked = Math.ceil(LOOKED_AT * this.places.length);
    for (const index of nearestFirst(distances, looked)) {
      const [x, y, z] = [this.x[index], this.y[index], this.z[index]];
      const isOwn = middles.some(
        ([u, v, w]) =>
          (x - u) ** 2 + (y - v) ** 2 + (z - w) ** 2 < FROM_QUERY ** 2,
      );
      if (isOwn || own.has(objects[index])) continue;
      if (!this.taken.take(x, y, z)) continue;
      matches++;
      if (objects[index] !== 0) precisions += ++right / matches;
      shares.set(matches, right / matches);
    }
    const shareAt = (count: number): number => {
      const share = shares.get(count);
      if (share === undefined)
        throw new Error(`${matches} matches, expected ${count}`);
      return share;
    };
    return {
      at10: shareAt(10),
      at20: shareAt(20),
      at50: shareAt(50),
      averagePrecision: right === 0 ? 0 : precisions / right,
    };
  }
}

/** Places of which none is near another: lists of them by cells as wide as they are apart. */
class TakenCells {
  private readonly cells = ([0, 1, 2] as const).map(
    // With one more on each side, so that every cell has neighbours.
    (axis) => Math.ceil((STACK_SIZE[axis] * VOXEL_SIZE[axis]) / APART) + 2,
  );
  private readonly last = new Int32Array(
    this.cells.reduce((product, count) => product * count),
  );
  private places: number[] = [];
  private before: number[] = [];

  clear(): void {
    this.last.fill(-1);
    this.places = [];
    this.before = [];
  }

  /** Takes a place, in nm, unless one was taken nearby. */
  take(x: number, y: number, z: number): boolean {
    const [across, down] = this.cells;
    const cell =
      ((Math.floor(z / APART) + 1) * down + Math.floor(y / APART) + 1) *
        across +
      Math.floor(x / APART) +
      1;
    for (let k = -1; k <= 1; k++)
      for (let j = -1; j <= 1; j++)
        for (let i = -1; i <= 1; i++) {
          let at = this.last[cell + (k * down + j) * across + i];
          for (; at >= 0; at = this.before[at]) {
            const dx = this.places[3 * at] - x;
            const dy = this.places[3 * at + 1] - y;
            const dz = this.places[3 * at + 2] - z;
            if (dx * dx + dy * dy + dz * dz < APART * APART) return false;
          }
        }
    this.before.push(this.last[cell]);
    this.last[cell] = this.before.length - 1;
    this.places.push(x, y, z);
    return true;
  }
}
