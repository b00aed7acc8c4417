import { NullarySignal } from "neuroglancer/unstable/util/signal.js";

/** What a cell is called, by whoever names cells; empty where nothing is known. */
export interface CellName {
  readonly type: string;
  readonly instance: string;
  /** How many voxels it has: null where whoever was asked does not say, absent where nobody was asked. */
  readonly size?: number | null;
}

/** Asks what cells are called. Those that nobody has named are left out. */
export type NameLookUp = (
  ids: readonly string[],
) => Promise<ReadonlyMap<string, CellName>>;

/** What is asked for within so many milliseconds goes in one question. */
const GATHER_MS = 60;

/** The most that one question is about. */
const BATCH = 1000;

/** So many names are kept. */
const MOST_KEPT = 200_000;

const NO_NAME: CellName = { type: "", instance: "" };

/** The types and names of cells, for whoever lists segments. One plugin says where they come from, all may show them. */
export class CellNames {
  /** Told when names have come, or are others. */
  readonly changed = new NullarySignal();
  private readonly known = new Map<string, CellName>();
  private readonly wanted = new Set<string>();
  private readonly asked = new Set<string>();
  private readonly failed = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lookUp: NameLookUp | undefined;
  private otherwise: NameLookUp | undefined;
  /** Counts how often all of it was to be asked anew. */
  private anew = 0;

  /** Names come from somewhere else from now on; undefined where from nowhere. */
  comeFrom(lookUp: NameLookUp | undefined): void {
    this.lookUp = lookUp;
    this.askAnew();
  }

  /** Who names the cells that are named nowhere else; undefined where nobody does. */
  otherwiseFrom(lookUp: NameLookUp | undefined): void {
    this.otherwise = lookUp;
    this.askAnew();
  }

  /** All names may be others than before. */
  askAnew(): void {
    this.anew += 1;
    const { known, wanted, asked, failed } = this;
    for (const list of [known, wanted, asked, failed]) list.clear();
    this.changed.dispatch();
  }

  /** Whether anybody names cells; where nobody does, nothing more will be known of any. */
  get haveSource(): boolean {
    return (this.lookUp ?? this.otherwise) !== undefined;
  }

  /** What a cell is called, where that is known by now; else it is asked for, and `changed` tells. */
  of(id: bigint): CellName | undefined {
    const key = String(id);
    const known = this.known.get(key);
    if (known === undefined) this.want(key);
    return known;
  }

  /** How many voxels a cell has, by whoever names it; asked for as its name is. */
  sizeOf(id: bigint): number | undefined {
    const key = String(id);
    const size = this.known.get(key)?.size;
    if (size === undefined) this.want(key);
    return size ?? undefined;
  }

  /** Whether an answer about a cell is on its way. */
  isAsked(id: bigint): boolean {
    const key = String(id);
    return this.wanted.has(key) || this.asked.has(key);
  }

  /** The segments of a cell by their types, those without one left out. */
  typesOf(ids: Iterable<bigint>): Map<string, bigint[]> {
    const types = new Map<string, bigint[]>();
    for (const id of ids) {
      const type = this.of(id)?.type ?? "";
      if (type === "") continue;
      types.set(type, [...(types.get(type) ?? []), id]);
    }
    return types;
  }

  /** Takes in what somebody has heard of a cell anyway; where that is no name, others may still have one. */
  hear(id: string, name: CellName): void {
    if (isNamed(name) || this.otherwise === undefined) this.learn(id, name);
  }

  private learn(id: string, name: CellName): void {
    const { known } = this;
    const { size } = { ...known.get(id), ...name };
    if (known.size >= MOST_KEPT) known.clear();
    known.set(id, { ...name, size });
  }

  private want(key: string): void {
    if (!this.haveSource || this.failed.has(key)) return;
    this.wanted.add(key);
    this.timer ??= setTimeout(() => void this.ask(), GATHER_MS);
  }

  private async ask(): Promise<void> {
    this.timer = undefined;
    const { lookUp, otherwise, anew } = this;
    const ids = [...this.wanted].slice(0, BATCH);
    if (ids.length === 0) return;
    for (const id of ids) {
      this.wanted.delete(id);
      this.asked.add(id);
    }
    if (this.wanted.size > 0) {
      this.timer = setTimeout(() => void this.ask(), GATHER_MS);
    }
    const found = await askedOf(lookUp, ids);
    const unnamed = ids.filter((id) => !isNamed(found?.get(id)));
    const others = await askedOf(otherwise, unnamed);
    // What was asked before is not what would be answered now.
    if (anew !== this.anew) return;
    for (const id of ids) this.asked.delete(id);
    const { known, failed } = this;
    const isLookedUp = lookUp === undefined || found !== undefined;
    const areOthersAsked = otherwise !== undefined && unnamed.length > 0;
    const isAnswered = isLookedUp && (!areOthersAsked || others !== undefined);
    // Whoever answers again may know what was failed at before.
    if (isAnswered) failed.clear();
    for (const id of ids) {
      const first = found?.get(id);
      const name = [first, others?.get(id), known.get(id)].find(isNamed);
      // A list of segments without their names is still one.
      if (!isLookedUp || (!isAnswered && name === undefined)) failed.add(id);
      if (!isAnswered && name === undefined) continue;
      const size = isLookedUp && { size: first?.size ?? null };
      this.learn(id, { ...(name ?? NO_NAME), ...size });
    }
    this.changed.dispatch();
  }
}

/** What cells are called; undefined where nobody says it, or could not. */
async function askedOf(
  lookUp: NameLookUp | undefined,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CellName> | undefined> {
  if (ids.length === 0) return undefined;
  return lookUp?.(ids).catch(() => undefined);
}

/** Whether a cell has a type or a name. */
export function isNamed(name: CellName | undefined): name is CellName {
  return name !== undefined && (name.type !== "" || name.instance !== "");
}

/** The types of a cell in a few words. */
export function typeText(types: ReadonlyMap<string, unknown>): string {
  const names = [...types.keys()];
  return names.length > 1 ? `Mixed: ${names.join(", ")}` : (names[0] ?? "");
}
