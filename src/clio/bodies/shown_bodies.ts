import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { ViewerCells } from "../ui/viewer_cells.js";
import type { BodiesState } from "./bodies_state.js";
import type { KeptSet, KeptSets } from "./kept_sets.js";
import { linkedOf } from "./linked.js";
import { tell } from "../ui/tell.js";

/** So many bodies a link shows and colours by itself. More are kept in this browser, and the link names them by an id. */
export const MOST_IN_LINK = 1000;

/** After how long without a further change what is kept is written, in milliseconds. */
const WRITE_AFTER = 300;

/** What links leave out, because it is kept here. */
interface Kept {
  readonly id: string;
  readonly shown: Set<bigint>;
  readonly colored: Set<bigint>;
}

type Layer = NonNullable<ViewerCells["layer"]>;

/** Bodies in the viewer: shown, hidden and coloured, however many they are. */
export class ShownBodies extends RefCounted {
  private kept: Kept | undefined;
  private pinned: RefCounted | undefined;
  /** The id of the set that is being looked for, or was not found. */
  private sought: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly cells: ViewerCells,
    private readonly state: BodiesState,
    private readonly sets: KeptSets,
  ) {
    super();
    const follow = () => void this.follow();
    this.registerDisposer(state.restored.add(follow));
    this.registerDisposer(
      cells.changed.add(() => {
        follow();
        // What is hidden in the view is not shown again either.
        if (this.kept !== undefined) this.writeSoon();
      }),
    );
    this.registerDisposer(() => {
      clearTimeout(this.timer);
      this.pinned?.dispose();
      sets.close();
    });
    follow();
  }

  /** Shows bodies beside what is shown, or hides them. */
  show(bodies: readonly bigint[], shown: boolean): void {
    const { cells } = this;
    const { layer } = cells;
    if (layer === undefined) return;
    if (shown && bodies.length > MOST_IN_LINK) {
      for (const body of bodies) this.keep(layer).shown.add(body);
    }
    cells.select(bodies, shown);
  }

  /** @param color as `#rrggbb`; undefined gives the bodies the colours back that they have by themselves */
  color(bodies: readonly bigint[], color: string | undefined): void {
    const { layer } = this.cells;
    if (layer === undefined) return;
    const colors =
      layer.displayState.segmentationColorGroupState.value.segmentStatedColors;
    const packed = color === undefined ? undefined : packedColor(color);
    if (packed !== undefined && bodies.length > MOST_IN_LINK) {
      for (const body of bodies) this.keep(layer).colored.add(body);
    }
    for (const body of bodies) {
      // A colour is not written over another one.
      colors.delete(body);
      if (packed !== undefined) colors.set(body, packed);
      else this.kept?.colored.delete(body);
    }
  }

  private keep(layer: Layer): Kept {
    if (this.kept === undefined) {
      const id = crypto.randomUUID();
      this.kept = { id, shown: new Set(), colored: new Set() };
      this.pin(layer, this.kept);
      this.link(id);
    }
    return this.kept;
  }

  private link(id: string): void {
    const { state } = this;
    state.asked = { ...linkedOf(state.asked), kept: id };
    state.changed.dispatch();
  }

  private writeSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.writeKept(), WRITE_AFTER);
  }

  /** Shows what a link names by its id, as soon as its layer is there. */
  private async follow(): Promise<void> {
    const id = linkedOf(this.state.asked).kept;
    if (id !== this.kept?.id && id === undefined) {
      // Another view, which has none.
      this.pinned?.dispose();
      this.kept = undefined;
    }
    if (id === undefined || id === this.kept?.id || id === this.sought) return;
    this.sought = id;
    let set: KeptSet | undefined;
    try {
      set = await this.sets.find(id);
    } catch (error) {
      console.warn("Clio could not read what is kept of bodies:", error);
    }
    if (this.sought !== id || this.wasDisposed) return;
    if (set === undefined) {
      tell(
        "The link shows bodies that are more than a link can hold: they are kept in the browser in which it was made, and this is another. Ask for them again in the panel of bodies.",
      );
      return;
    }
    const { layer } = this.cells;
    if (layer?.managedLayer.name !== set.layer) {
      // It is looked for again when the layers are others.
      this.sought = undefined;
      return;
    }
    this.apply(layer, set);
  }

  private apply(layer: Layer, set: KeptSet): void {
    const { id, shown, colored, colors } = set;
    this.kept = { id, shown: new Set(shown), colored: new Set(colored) };
    this.pin(layer, this.kept);
    this.cells.select([...shown], true);
    const { segmentStatedColors } =
      layer.displayState.segmentationColorGroupState.value;
    colored.forEach((body, i) => {
      segmentStatedColors.delete(body);
      segmentStatedColors.set(body, BigInt(colors[i]));
    });
  }

  /** Has links leave out what is kept here, as long as it is. */
  private pin(layer: Layer, kept: Kept): void {
    this.pinned?.dispose();
    const pinned = (this.pinned = new RefCounted());
    const { segmentationGroupState, segmentationColorGroupState } =
      layer.displayState;
    pinned.registerDisposer(
      leavingOut(segmentationGroupState.value, (json) => ({
        ...json,
        segments: json.segments?.filter(
          // What was hidden again a link says by itself.
          (text) => text.startsWith("!") || !kept.shown.has(BigInt(text)),
        ),
      })),
    );
    pinned.registerDisposer(
      leavingOut(segmentationColorGroupState.value, (json) => ({
        ...json,
        segmentColors:
          json.segmentColors &&
          Object.fromEntries(
            Object.entries(json.segmentColors).filter(
              ([text]) => !kept.colored.has(BigInt(text)),
            ),
          ),
      })),
    );
  }

  /** Writes what is kept as it is now: what a person has hidden meanwhile is not shown again. */
  private async writeKept(): Promise<void> {
    const { kept, cells } = this;
    const { layer } = cells;
    if (kept === undefined || layer === undefined) return;
    const { visibleSegments } = layer.displayState.segmentationGroupState.value;
    const { segmentStatedColors } =
      layer.displayState.segmentationColorGroupState.value;
    const shown = [...kept.shown].filter((body) => visibleSegments.has(body));
    const colored = [...kept.colored].filter((body) =>
      segmentStatedColors.has(body),
    );
    try {
      await this.sets.keep({
        id: kept.id,
        layer: layer.managedLayer.name,
        shown: BigUint64Array.from(shown),
        colored: BigUint64Array.from(colored),
        colors: Uint32Array.from(colored, (body) =>
          Number(segmentStatedColors.get(body)),
        ),
      });
    } catch (error) {
      tell(
        `What is shown could not be kept in this browser (${error instanceof Error ? error.message : String(error)}): it is gone when the page is reloaded.`,
      );
    }
  }
}

/** What the viewer writes of segments. */
interface SegmentsJson {
  readonly segments?: readonly string[];
  readonly segmentColors?: Readonly<Record<string, string>>;
}

/** Has a part of the view say less of itself, until what it returns is called. */
function leavingOut(
  part: { toJSON: () => unknown },
  less: (json: SegmentsJson) => SegmentsJson,
): () => void {
  const { toJSON } = part;
  part.toJSON = () => less(toJSON.call(part) as SegmentsJson);
  return () => (part.toJSON = toJSON);
}

/** `#rrggbb` as the viewer packs it. */
function packedColor(color: string): bigint {
  const [red, green, blue] = [1, 3, 5].map((at) =>
    parseInt(color.slice(at, at + 2), 16),
  );
  return BigInt(red | (green << 8) | (blue << 16));
}
