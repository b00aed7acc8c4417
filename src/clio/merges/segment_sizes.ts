import type { CellNames } from "../ui/cell_names.js";
import type { SegmentProperties } from "../ui/own_properties.js";
import type { MergeBook } from "./merge_book.js";

/** What sources call the number of voxels among the properties of their segments. */
const VOXELS = /^(size|volume|(n|num|number of)?[ _-]?voxels?([ _-]?count)?)$/i;

/** Of a whole of more segments, those who name cells are not asked how large each is. */
const MOST_ASKED = 200;

/** What of a book it takes to know what is one. */
type Book = Pick<MergeBook, "sets" | "changed">;

/** Whether the properties that a segmentation brings say how many voxels its segments have. */
export function countVoxels(properties: SegmentProperties): boolean {
  return (
    properties?.numericalProperties.some(({ id }) => VOXELS.test(id)) === true
  );
}

/** How many voxels a segment has, by the properties that its segmentation brings; undefined where they do not say. */
export function voxelsOf(
  properties: SegmentProperties,
  id: bigint,
): number | undefined {
  const counts = properties?.numericalProperties.find((property) =>
    VOXELS.test(property.id),
  );
  if (properties === undefined || counts === undefined) return undefined;
  const index = properties.getSegmentInlineIndex(id);
  const count = index < 0 ? NaN : Number(counts.values[index]);
  // What is not known of one segment is no number there.
  return Number.isFinite(count) ? count : undefined;
}

/**
 * Whether the properties count the voxels of segments, and have none of this one: then there is no such segment. Nothing else tells: small
 * segments have no mesh and no skeleton, and neuPrint leaves out those without synapses.
 */
export function isNoSegment(
  properties: SegmentProperties,
  id: bigint,
): boolean {
  return (
    countVoxels(properties) &&
    properties !== undefined &&
    properties.getSegmentInlineIndex(id) < 0
  );
}

/**
 * How many voxels all that is one has, kept as long as it is the same: by the properties of the segmentation, and where these count none, by
 * whoever names cells.
 */
export class WholeSizes {
  /** By the main. */
  private readonly known = new Map<bigint, number | undefined>();
  private of: { book: Book; stop: () => void } | undefined;
  private properties: SegmentProperties;
  /** How often names have come. */
  private heard = 0;
  private readonly stopHearing: () => void;

  constructor(private readonly names: Pick<CellNames, "sizeOf" | "changed">) {
    this.stopHearing = names.changed.add(() => {
      this.heard += 1;
      if (!countVoxels(this.properties)) this.known.clear();
    });
  }

  /** What sizes are known from: something else where any may be another. */
  knownFrom(properties: SegmentProperties): SegmentProperties | number {
    return countVoxels(properties) ? properties : this.heard;
  }

  /** @returns voxels; undefined where that of any part is not known */
  sizeOf(
    book: Book,
    properties: SegmentProperties,
    id: bigint,
  ): number | undefined {
    this.follow(book, properties);
    const main = book.sets.mainOf(id);
    if (!this.known.has(main)) {
      this.known.set(main, this.sumOf(book.sets.membersOf(main)));
    }
    return this.known.get(main);
  }

  dispose(): void {
    this.stopHearing();
    this.leave();
  }

  private leave(): void {
    this.of?.stop();
    this.of = undefined;
    this.known.clear();
  }

  private follow(book: Book, properties: SegmentProperties): void {
    if (properties !== this.properties) this.known.clear();
    this.properties = properties;
    if (book === this.of?.book) return;
    this.leave();
    const stop = book.changed.add((touched) => {
      if (touched === undefined) this.known.clear();
      else for (const id of touched) this.known.delete(book.sets.mainOf(id));
    });
    this.of = { book, stop };
  }

  private sumOf(ids: readonly bigint[]): number | undefined {
    const { properties, names } = this;
    if (countVoxels(properties)) {
      return sum(ids.map((id) => voxelsOf(properties, id)));
    }
    // All of them are asked for at once.
    return ids.length > MOST_ASKED
      ? undefined
      : sum(ids.map((id) => names.sizeOf(id)));
  }
}

/** Undefined where any part is. */
function sum(parts: readonly (number | undefined)[]): number | undefined {
  return parts.reduce(
    (all, part) =>
      all === undefined || part === undefined ? undefined : all + part,
    0,
  );
}
