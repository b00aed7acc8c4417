import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { bigintToStringJsonReplacer } from "neuroglancer/unstable/util/json.js";
import { restoreByParts } from "../../../neuroglancer/safe_state_parts.js";
import { checkState } from "../../../neuroglancer/safe_state_text.js";
import { LONGEST_ENTRY_VIEW } from "../model/atlas.js";

type View = Record<string, unknown>;

/** What of the viewer's state makes a view: where one is, and what is shown of it. Panels are the person's own. */
const VIEW_KEYS = [
  "dimensions",
  "displayDimensions",
  "relativeDisplayScales",
  "position",
  "crossSectionOrientation",
  "crossSectionScale",
  "crossSectionDepth",
  "projectionOrientation",
  "projectionScale",
  "projectionDepth",
  "layers",
  "showAxisLines",
  "showSlices",
  "showDefaultAnnotations",
  "layout",
  "title",
  "clio",
];

/** Of these, what is not needed to come to another place of the same layers. */
const LAYER_KEYS = ["dimensions", "layers", "title", "clio"];

/** The view as it is now, as an entry keeps it. @throws {Error} where it is too large for that, with a reason for a person */
export function viewOf(viewer: Viewer): View {
  const state = plainState(viewer);
  const view = Object.fromEntries(
    VIEW_KEYS.flatMap((key) =>
      state[key] === undefined ? [] : [[key, state[key]]],
    ),
  );
  const { length } = JSON.stringify(view);
  if (length > LONGEST_ENTRY_VIEW) {
    throw new Error(
      `the view is ${length.toLocaleString("en")} characters long, and at most ${LONGEST_ENTRY_VIEW.toLocaleString("en")} go along with a place: a layer holds annotations in the link itself`,
    );
  }
  return view;
}

function plainState(viewer: Viewer): View {
  const text = JSON.stringify(
    viewer.state.toJSON(),
    bigintToStringJsonReplacer,
  );
  return JSON.parse(text) as View;
}

/** Goes to what others saw, and back to where a person was before. */
export class Travel {
  private before: View | undefined;
  /**
   * What the person arrived at, as it was asked for and as the viewer had it at once; empty where they are by themselves. Whoever is
   * elsewhere now has gone on alone, and is to come back to that.
   */
  private arrived: readonly View[] = [];

  constructor(private readonly viewer: Viewer) {}

  /**
   * Shows a view. The way back leads to where the person was by themselves last, however many are shown after each other.
   * @param view of an entry, which anybody may have written: what the viewer cannot read of it is left out
   * @throws {Error} with a reason for a person; then the view is as it was
   */
  show(view: View): void {
    const allowed = checkState(
      Object.fromEntries(
        VIEW_KEYS.flatMap((key) =>
          Object.hasOwn(view, key) ? [[key, view[key]]] : [],
        ),
      ),
    );
    this.depart();
    this.restore(allowed);
    this.arrive(allowed);
  }

  /** Notes where the person is, where another way of going begins. */
  depart(): void {
    const now = viewOfAll(this.viewer);
    const isThere = VIEW_KEYS.every((key) =>
      this.arrived.some((view) => isSameIn(key, now, view)),
    );
    if (!isThere) this.before = now;
  }

  /** Notes where another way of going has ended. */
  arrive(...asked: View[]): void {
    this.arrived = [...asked, viewOfAll(this.viewer)];
  }

  /** Changes places with the view before: once more leads forth again. Returns whether there was a way back. */
  goBack(): boolean {
    const { viewer, before } = this;
    if (before === undefined) return false;
    const isForth = this.arrived.length === 0;
    this.before = viewOfAll(viewer);
    this.restore(before);
    if (isForth) this.arrive(before);
    else this.arrived = [];
    return true;
  }

  /** Shows a view beside the panels as they are; other layers first of all make all of it another. */
  private restore(view: View): void {
    const { viewer } = this;
    const now = plainState(viewer);
    const isSame = (key: string) => isSameIn(key, now, view);
    const isElsewhere = !LAYER_KEYS.every(isSame);
    const other = VIEW_KEYS.filter((key) => isElsewhere || !isSame(key));
    for (const [key, child] of viewer.state.children) {
      // What a view does not say is as the viewer has it by itself.
      if (other.includes(key)) child.reset();
    }
    restoreByParts(
      viewer,
      Object.fromEntries(
        Object.entries(view).filter(([key]) => other.includes(key)),
      ),
    );
  }
}

/** Where a person is, whatever its size: it stays in memory. */
function viewOfAll(viewer: Viewer): View {
  const state = plainState(viewer);
  return Object.fromEntries(
    Object.entries(state).filter(([key]) => VIEW_KEYS.includes(key)),
  );
}

function isSameIn(key: string, one: View, other: View): boolean {
  return JSON.stringify(one[key]) === JSON.stringify(other[key]);
}
