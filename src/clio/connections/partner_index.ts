import { runSlices } from "../model/slices.js";
import { type Partner, weightIn } from "./partners.js";

/** What of the partners a person wants to see. */
export interface PartnerFilter {
  /** In the id, the type, the name or the status. */
  readonly text: string;
  readonly least: number;
  /** Counts the connections in this region alone; all where it is empty. */
  readonly region: string;
}

/** Words by which partners can be sorted. */
type WordOrder = "type" | "instance" | "status";

/** By what partners can be sorted. */
export type PartnerOrder = WordOrder | "cell" | "weight";

/** An order of partners, and the regions whose connections are counted in it. */
interface Sorting {
  readonly order: PartnerOrder;
  readonly descending: boolean;
  readonly region: string;
}

const collator = new Intl.Collator("en", { numeric: true });

/**
 * Partners, made ready to be filtered and sorted with each key that is pressed, however many they are: what is compared is numbers then.
 * What takes longer than a key may is done once, in slices.
 */
export class PartnerIndex {
  static readonly none = new PartnerIndex([]);
  /** Regions with how much of the connections lies in them, the most first. */
  regions: readonly (readonly [name: string, weight: number])[] = [];
  /** What a text is looked for in, of each partner. */
  private readonly said: string[] = [];
  /** Where a partner stands among all by the id of its cell: what it has with itself has the same place. */
  private readonly idRanks: Float64Array;
  private readonly wordRanks = new Map<WordOrder, Float64Array>();
  private sorted: { readonly of: string; readonly list: Uint32Array };
  private byWeight: { readonly of: string; readonly places: Float64Array };

  private constructor(readonly partners: readonly Partner[]) {
    this.idRanks = new Float64Array(partners.length);
    this.sorted = { of: "", list: new Uint32Array(0) };
    this.byWeight = { of: "not yet", places: new Float64Array(0) };
  }

  static async of(partners: readonly Partner[]): Promise<PartnerIndex> {
    const index = new PartnerIndex(partners);
    await runSlices(index.preparing());
    return index;
  }

  /** Whether `matching` can be asked for an order. */
  isReady(order: PartnerOrder): boolean {
    return order === "cell" || order === "weight" || this.wordRanks.has(order);
  }

  /** Makes ready for an order. */
  async prepare(order: PartnerOrder): Promise<void> {
    if (order === "cell" || order === "weight" || this.isReady(order)) return;
    const ranks = new Float64Array(this.partners.length);
    await runSlices(this.ranking(order, ranks));
    this.wordRanks.set(order, ranks);
  }

  /** The partners that a filter lets through, in an order; those that are the same in it by weight, then by id. */
  matching(
    { text, least, region }: PartnerFilter,
    order: PartnerOrder,
    descending: boolean,
  ): Partner[] {
    const { partners, said } = this;
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const shown: Partner[] = [];
    for (const i of this.inOrder({ order, descending, region })) {
      const weight = weightIn(partners[i], region);
      if (weight === 0 || weight < least) continue;
      if (words.every((word) => said[i].includes(word))) {
        shown.push(partners[i]);
      }
    }
    return shown;
  }

  /** The places of all partners in the list, in an order. */
  private inOrder({ order, descending, region }: Sorting): Uint32Array {
    const of = JSON.stringify([order, descending, region]);
    if (this.sorted.of === of) return this.sorted.list;
    const keys = this.keysOf({ order, descending, region });
    const ties = this.placesByWeight(region);
    this.sorted = { of, list: listSortedBy(keys, ties) };
    return this.sorted.list;
  }

  private keysOf({ order, descending, region }: Sorting): Float64Array {
    const ranks =
      order === "weight"
        ? this.weights(region)
        : order === "cell"
          ? this.idRanks
          : this.wordRanks.get(order);
    if (ranks === undefined)
      throw new Error(`Not prepared to sort by ${order}`);
    const most = maximum(ranks);
    return descending ? ranks.map((rank) => most - rank) : ranks;
  }

  private weights(region: string): Float64Array {
    return Float64Array.from(this.partners, (each) => weightIn(each, region));
  }

  /** Where each partner stands with the strongest first, those that are as strong by id, what a cell has with itself last. */
  private placesByWeight(region: string): Float64Array {
    if (this.byWeight.of === region) return this.byWeight.places;
    const { partners, idRanks } = this;
    const weights = this.weights(region);
    const most = maximum(weights);
    const byId = idRanks.map(
      (rank, i) => 2 * rank + Number(partners[i].isSelf),
    );
    const list = listSortedBy(
      weights.map((weight) => most - weight),
      byId,
    );
    const places = new Float64Array(partners.length);
    list.forEach((i, place) => (places[i] = place));
    this.byWeight = { of: region, places };
    return places;
  }

  private *preparing(): Generator<void> {
    const { partners, said, idRanks } = this;
    const sums = new Map<string, number>();
    for (const partner of partners) {
      const { cell, bodies, type, instance, status, regions } = partner;
      said.push(
        `${cell}\n${bodies.join("\n")}\n${type}\n${instance}\n${status}`.toLowerCase(),
      );
      for (const [name, weight] of regions) {
        sums.set(name, (sums.get(name) ?? 0) + weight);
      }
      yield;
    }
    this.regions = [...sums].sort(
      ([nameA, a], [nameB, b]) => b - a || collator.compare(nameA, nameB),
    );
    const ranks = new Map<bigint, number>();
    for (const cell of BigUint64Array.from(
      partners,
      ({ cell }) => cell,
    ).sort()) {
      if (!ranks.has(cell)) ranks.set(cell, ranks.size);
      yield;
    }
    for (const [i, { cell }] of partners.entries()) {
      idRanks[i] = ranks.get(cell)!;
      yield;
    }
  }

  private *ranking(order: WordOrder, into: Float64Array): Generator<void> {
    const words = new Set<string>();
    for (const partner of this.partners) {
      words.add(partner[order]);
      yield;
    }
    const sorted = [...words];
    yield* mergeSorting(sorted);
    const ranks = new Map<string, number>();
    let rank = -1;
    for (const [i, word] of sorted.entries()) {
      // Words that are the same to a reader stand together.
      if (i === 0 || collator.compare(sorted[i - 1], word) !== 0) rank += 1;
      ranks.set(word, rank);
      yield;
    }
    for (const [i, partner] of this.partners.entries()) {
      into[i] = ranks.get(partner[order])!;
      yield;
    }
  }
}

function maximum(values: Float64Array): number {
  return values.reduce((most, each) => Math.max(most, each), 0);
}

/**
 * The places in a list of what has these keys, in their order.
 * @param ties whole numbers from 0 below twice the count, each once, for those whose keys are the same
 */
function listSortedBy(keys: Float64Array, ties: Float64Array): Uint32Array {
  const step = 2 * keys.length;
  const at = new Uint32Array(step);
  ties.forEach((tie, i) => (at[tie] = i));
  // Both in one number, which such arrays sort without asking a function.
  return Uint32Array.from(
    keys.map((key, i) => key * step + ties[i]).sort(),
    (both) => at[both % step],
  );
}

/** Sorts words as the collator has them. The language's own sort cannot be put aside halfway, and takes a second for as many as there can be. */
function* mergeSorting(words: string[]): Generator<void> {
  let from = words.slice();
  let to = words.slice();
  for (let width = 1; width < words.length; width *= 2) {
    for (let start = 0; start < words.length; start += 2 * width) {
      const middle = Math.min(start + width, words.length);
      const end = Math.min(start + 2 * width, words.length);
      let left = start;
      let right = middle;
      for (let i = start; i < end; ++i) {
        const isLeft =
          left < middle &&
          (right >= end || collator.compare(from[left], from[right]) <= 0);
        to[i] = from[isLeft ? left++ : right++];
        yield;
      }
    }
    [from, to] = [to, from];
  }
  for (const [i, word] of from.entries()) words[i] = word;
}
