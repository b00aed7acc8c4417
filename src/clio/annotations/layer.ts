import type { AnnotationLayerState } from "neuroglancer/unstable/annotation/annotation_layer_state.js";
import { AnnotationUserLayer } from "neuroglancer/unstable/layer/annotation/index.js";
import type {
  ManagedUserLayer,
  UserLayerSelectionState,
} from "neuroglancer/unstable/layer/index.js";
import type { LoadedDataSubsource } from "neuroglancer/unstable/layer/layer_data_source.js";
import type { ChunkTransformParameters } from "neuroglancer/unstable/render_coordinate_transform.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { TrackableBoolean } from "neuroglancer/unstable/trackable_boolean.js";
import { TrackableValue } from "neuroglancer/unstable/trackable_value.js";
import type { Trackable } from "neuroglancer/unstable/util/trackable.js";
import * as matrix from "neuroglancer/unstable/util/matrix.js";
import { showMarkDetails } from "./details/selected_mark_details.js";
import { type ColorBy, colorByOf } from "./coloring/color_scheme.js";
import { SandboxSource } from "./frontend.js";
import {
  type AnnotationKind,
  type AnnotationRecord,
  KIND_NAMES,
  type VoxelPosition,
} from "../model/annotation.js";
import { voxelOf } from "./mark.js";
import { MARK_SHADER } from "./shader.js";
import { centerOf, type MarkGeometry } from "../model/geometry.js";
import type { VoxelSize } from "../model/measurement.js";
import { toVoxels } from "./shapes/sandbox_space.js";
import { SetNames } from "./sets/set_names.js";
import { type Shape, shapeOf, SHAPES } from "./shapes/shape.js";
import { tell } from "../ui/tell.js";

/**
 * Pixels between marks at which a slice stops reading finer levels: closer together they hide each other. It counts those alone that lie
 * as near as the slice shows, so that few marks are ever left out.
 */
const SLICE_SPACING_PIXELS = 12;

/** The same in 3-D, where all marks count, and some hundred are to be seen together in a small panel. */
const PROJECTION_SPACING_PIXELS = 6;

/** While no sandbox is loaded: nothing can be drawn or measured then. */
const UNKNOWN_VOXEL: VoxelSize = [1, 1, 1];

/** Keys of the layer's state. */
const FILTER_IN_VIEW_KEY = "filterInView";
const COLOR_BY_KEY = "colorBy";
const HIDDEN_SETS_KEY = "hiddenSets";
const LOCKED_SETS_KEY = "lockedSets";
const NEW_MARKS_SET_KEY = "newMarksSet";

/** The layer of a dataset's private sandbox. */
export class SandboxLayer extends AnnotationUserLayer {
  static override type = "clio-annotation";
  static override typeAbbreviation = "marks";
  /** Whether the view shows only the marks that the search finds. */
  readonly filterInView = new TrackableBoolean(true);
  /** What marks are coloured by; undefined for the colour of the layer. */
  readonly colorBy = new TrackableValue<ColorBy | undefined>(
    undefined,
    colorByOf,
  );
  /** Sets whose marks are drawn nowhere. */
  readonly hiddenSets = new SetNames();
  /** Sets whose marks can neither be moved, edited nor deleted. */
  readonly lockedSets = new SetNames();
  /** The set that new marks go to; undefined for none. */
  readonly newMarksSet = new TrackableValue<string | undefined>(
    undefined,
    setNameOf,
  );

  constructor(managedLayer: ManagedUserLayer) {
    super(managedLayer);
    const { shader } = this.annotationDisplayState;
    shader.defaultValue = MARK_SHADER;
    shader.reset();
    for (const [target, pixels] of [
      [this.annotationCrossSectionRenderScaleTarget, SLICE_SPACING_PIXELS],
      [this.annotationProjectionRenderScaleTarget, PROJECTION_SPACING_PIXELS],
    ] as const) {
      target.defaultValue = pixels;
      target.reset();
    }
    const follow = () => this.tellSource();
    for (const { changed } of this.choices.values()) {
      changed.add(this.specificationChanged.dispatch);
      this.registerDisposer(changed.add(follow));
    }
    this.registerDisposer(this.annotationStates.changed.add(follow));
  }

  /** What the layer's state has beside upstream's, by key. */
  private get choices(): ReadonlyMap<string, Trackable> {
    return new Map<string, Trackable>([
      [FILTER_IN_VIEW_KEY, this.filterInView],
      [COLOR_BY_KEY, this.colorBy],
      [HIDDEN_SETS_KEY, this.hiddenSets],
      [LOCKED_SETS_KEY, this.lockedSets],
      [NEW_MARKS_SET_KEY, this.newMarksSet],
    ]);
  }

  private tellSource(): void {
    const { sandboxSource: source } = this;
    if (source === undefined) return;
    const { query, editor, coloring } = source;
    query.hidesOthers.value = this.filterInView.value;
    query.hiddenSets.value = this.hiddenSets.value;
    editor.lockedSets.value = this.lockedSets.value;
    editor.newMarksSet = this.newMarksSet.value;
    coloring.colorBy(this.colorBy.value);
  }

  override restoreState(specification: Record<string, unknown>): void {
    super.restoreState(specification);
    for (const [key, choice] of this.choices) {
      choice.restoreState(specification[key]);
    }
  }

  override toJSON(): Record<string, unknown> {
    const json = super.toJSON() as Record<string, unknown>;
    for (const [key, choice] of this.choices) {
      json[key] = choice.toJSON() as unknown;
    }
    return json;
  }

  /** The sandbox that the layer shows, once it is loaded. */
  get sandboxState(): AnnotationLayerState | undefined {
    return this.annotationStates.states.find(
      (state) => state.source instanceof SandboxSource,
    );
  }

  /** The source of {@link sandboxState}. */
  get sandboxSource(): SandboxSource | undefined {
    return this.sandboxState?.source as SandboxSource | undefined;
  }

  override activateDataSubsources(
    subsources: Iterable<LoadedDataSubsource>,
  ): void {
    const own: LoadedDataSubsource[] = [];
    for (const subsource of subsources) {
      if (
        subsource.subsourceEntry.subsource.annotation instanceof SandboxSource
      ) {
        own.push(subsource);
      } else {
        subsource.deactivate("A marks layer shows a sandbox and nothing else");
      }
    }
    super.activateDataSubsources(own);
  }

  /** Resolves when the sandbox is loaded; rejects with the reason where it cannot be. */
  loaded(): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const error = this.dataSources[0]?.loadState?.error;
        if (this.sandboxState === undefined && error === undefined) return;
        remove();
        if (error === undefined) resolve();
        else reject(error);
      };
      const removeStates = this.annotationStates.changed.add(check);
      const removeSources = this.dataSourcesChanged.add(check);
      const remove = () => {
        removeStates();
        removeSources();
      };
      check();
    });
  }

  /** Edges of a voxel of its sandbox in nm. */
  get voxelSize(): VoxelSize {
    return this.sandboxSource?.voxelSize ?? UNKNOWN_VOXEL;
  }

  /** How marks of each kind are drawn. */
  get tools(): readonly Shape[] {
    return SHAPES;
  }

  /** The letter that the tool of a kind is bound to; bound to a free one, its own where that is free, where it is not. */
  toolKey(kind: AnnotationKind): string | undefined {
    const { tool, letter } = shapeOf(kind);
    const { toolBinder } = this;
    const bound = toolBinder.jsonToKey.get(JSON.stringify(tool));
    if (bound !== undefined) return bound;
    const { globalBinder } = toolBinder;
    const free = [...`${letter}ABCDEFGHIJKLMNOPQRSTUVWXYZ`].find(
      (one) => globalBinder.get(one) === undefined,
    );
    if (free !== undefined) toolBinder.setJson(free, tool);
    return free;
  }

  /**
   * The voxel at a position. Outside the image there is none, and the person is told that nothing was placed.
   * @param position in the viewer's global space
   */
  voxelAt(position: Float32Array): VoxelPosition | undefined {
    if (this.sandboxState === undefined) return undefined;
    const voxel = this.voxelHolding(position);
    if (voxel === undefined) {
      tell("Nothing was placed: the pointer is outside the image.");
    }
    return voxel;
  }

  /** As `voxelAt`, without a word to the person. */
  voxelHolding(position: Float32Array): VoxelPosition | undefined {
    const state = this.sandboxState;
    const source = this.sandboxSource;
    if (state === undefined || source === undefined) return undefined;
    const place = toVoxels(position, state);
    const { lower, upper } = source.parameters.space;
    return place?.every((x, i) => x >= lower[i] && x < upper[i]) === true
      ? voxelOf(place)
      : undefined;
  }

  /**
   * Places a point at a voxel. Outside the image nothing is placed, and the person is told.
   * @param position in the viewer's global space; the point goes to the voxel that holds it
   */
  placePoint(position: Float32Array): void {
    const voxel = this.voxelAt(position);
    if (voxel !== undefined) this.place({ kind: "point", position: voxel });
  }

  /** Id of the mark that was drawn last; undefined before any was. */
  lastPlaced: string | undefined;

  /** Stores a new mark. */
  place(geometry: MarkGeometry): void {
    const state = this.sandboxState;
    const editor = this.sandboxSource?.editor;
    if (state === undefined || editor === undefined) return;
    const record = editor.newRecord(geometry);
    this.lastPlaced = record.id;
    const name = KIND_NAMES[record.kind];
    // What a person places should be seen.
    this.hiddenSets.put(record.set ?? "", false);
    editor.add([record], `Place ${name}`).catch((error: Error) => {
      new StatusMessage().setErrorMessage(
        `The ${name} was not placed: ${error.message}`,
      );
    });
    // Where the viewer's panel of the selection is closed it stays so: opening it would move the slice under the pointer.
    if (this.manager.root.selectionState.location.visible) {
      this.selectAnnotation(state, record.id, true);
    }
  }

  /** The form of a mark instead of upstream's list of its properties. */
  override displayAnnotationState(
    state: UserLayerSelectionState,
    parent: HTMLElement,
    context: RefCounted,
  ): boolean {
    const { annotationId } = state;
    if (annotationId === undefined || this.sandboxSource === undefined) {
      return false;
    }
    showMarkDetails(this, annotationId, parent, context);
    return true;
  }

  /** Brings a record into the middle of the view. */
  centerOn(record: AnnotationRecord): void {
    this.centerOnVoxel(centerOf(record));
  }

  /** Brings a voxel into the middle of the view. */
  centerOnVoxel(place: readonly number[]): void {
    const transform = this.sandboxState?.chunkTransform.value;
    if (transform === undefined || transform.error !== undefined) return;
    this.setLayerPosition(
      transform.modelTransform,
      layerPositionOf(place, transform),
    );
  }

  /**
   * The middle of a voxel in the viewer's global space; undefined where that is not known yet.
   * @param around a position that says where it is in dimensions that the sandbox does not have
   */
  positionOf(
    place: readonly number[],
    around: Float32Array,
  ): Float32Array | undefined {
    const transform = this.sandboxState?.chunkTransform.value;
    if (transform === undefined || transform.error !== undefined) {
      return undefined;
    }
    const inLayer = layerPositionOf(place, transform);
    const { globalToRenderLayerDimensions } = transform.modelTransform;
    return Float32Array.from(around, (value, dimension) => {
      const own = globalToRenderLayerDimensions[dimension];
      return own < 0 ? value : inLayer[own];
    });
  }
}

/** The middle of a voxel in the layer's own space. */
function layerPositionOf(
  place: readonly number[],
  { layerRank, chunkToLayerTransform }: ChunkTransformParameters,
): Float32Array {
  return matrix.transformPoint(
    new Float32Array(layerRank),
    chunkToLayerTransform,
    layerRank + 1,
    Float32Array.from(place, (voxel) => voxel + 0.5),
    layerRank,
  );
}

/** A set's name out of a link; undefined where it is none. */
function setNameOf(json: unknown): string | undefined {
  return typeof json === "string" && json !== "" ? json : undefined;
}
