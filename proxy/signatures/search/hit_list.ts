import { compareHits, type Hit } from "./query.js";

/** Lists are put in order when they have grown by this much, so that the cost of it stays small. */
const slack = 1024;

/** The first hits of the order among those that it is told. */
export class HitList {
  private hits: Hit[] = [];
  /** No hit at a greater distance is among the first. */
  private farthest: number;

  /**
   * @param wanted how many hits
   * @param maxDistance of any hit
   */
  constructor(
    private readonly wanted: number,
    maxDistance: number,
  ) {
    this.farthest = maxDistance;
  }

  /** The distance beyond which no hit needs to be told. */
  get bound(): number {
    return this.farthest;
  }

  add(hit: Hit): void {
    if (hit.distance > this.farthest) return;
    this.hits.push(hit);
    if (this.hits.length >= 2 * this.wanted + slack) this.cut();
  }

  /** Leaves out what is not among the first, and gives those in their order. */
  cut(): readonly Hit[] {
    this.hits = this.hits.sort(compareHits).slice(0, this.wanted);
    if (this.hits.length === this.wanted) {
      this.farthest = this.hits[this.wanted - 1].distance;
    }
    return this.hits;
  }
}
