import { makeLayer } from "neuroglancer/unstable/layer/index.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import {
  lookUnderPointer,
  panelUnderMouse,
} from "../../../neuroglancer/data_panel.js";
import type { VoxelPosition } from "../model/annotation.js";
import {
  type AtlasEntry,
  type EntryWords,
  LONGEST_ENTRY_TITLE,
  missingIn,
} from "../model/atlas.js";
import { Album } from "./album.js";
import type { AlbumItem } from "./album_item.js";
import { AtlasLayer, PLACE_TOOL } from "./atlas_layer.js";
import { AtlasPlaces, type MarkedPlaces } from "./atlas_places.js";
import { AtlasRefusal, AtlasServer, type ReviewAct } from "./atlas_server.js";
import type { AtlasState, EntryName } from "./atlas_state.js";
import { isSoon } from "./is_soon.js";
import type { OwnEntries } from "./own_entries.js";
import type { PictureStore } from "./picture_store.js";
import {
  ALL_BUT_LINES,
  type Overlays,
  isViewLoaded,
  takeSnapshot,
} from "./snapshot.js";
import { Travel, viewOf } from "./travel.js";
import { LATE, type ViewStanding, waitForView } from "./view_wait.js";
import { tell } from "../ui/tell.js";

/** Name of the layer where Clio adds it. */
const LAYER_NAME = "atlas";
/** The letter that its tool is bound to: its key turns the tool on where there is no layer yet, too. */
const TOOL_LETTER = "N";

/** A place that something else than the view names: a mark, or a match. */
export interface NamedPlace {
  readonly position: VoxelPosition;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/** Where such places come from. */
export interface PlaceOrigin {
  /** What its place is called in a button: "Add the selected mark". */
  readonly label: string;
  /** Whether the key that adds a place means its place: the focus is among its things. */
  readonly isMeant: () => boolean;
  /** Undefined where there is none now. */
  readonly find: () => Promise<NamedPlace | undefined>;
}

export interface AtlasContext {
  readonly viewer: Viewer;
  readonly person: string;
  readonly marks: MarkedPlaces;
  /** Which dataset is open. */
  readonly open: { readonly dataset: string | undefined };
  readonly openDataset: (dataset: string) => Promise<void>;
  readonly state: AtlasState;
  readonly origins: readonly PlaceOrigin[];
}

/** What a person does with the atlas; it tells them what was not done, and why. */
export class AtlasDesk extends RefCounted {
  readonly places: AtlasPlaces;
  readonly album: Album;
  readonly server = new AtlasServer();
  /** What is laid over the image in pictures that are taken from now on. */
  overlays: Overlays = ALL_BUT_LINES;
  /** What was written of entries of one's own and is not saved, by the key of the item. */
  readonly unsaved = new Map<string, EntryWords>();
  private readonly travel: Travel;
  /** Counts the times that the person went somewhere: an answer that comes after the next time is late. */
  private turn = 0;
  /** Whether a place is being added: one is enough. */
  private isAdding = false;

  constructor(
    readonly context: AtlasContext,
    readonly own: OwnEntries,
    readonly pictures: PictureStore,
  ) {
    super();
    const { viewer, marks, open, person } = context;
    this.places = new AtlasPlaces(viewer, marks, open);
    this.travel = new Travel(viewer);
    const { places } = this;
    this.album = this.registerDisposer(
      new Album(own, this.server, person, () => {
        const far = places.measure(places.crossHair);
        const { dataset } = places;
        return ({ dataset: its, entry }) =>
          its === dataset ? far(entry.position) : undefined;
      }),
    );
    this.registerDisposer(
      own.acts.add((label, dataset) => {
        // Undo takes back what was done in the dataset in view.
        if (dataset === marks.dataset) places.acted(label);
        else tell(`${label}: done, in the dataset ${dataset}.`);
      }),
    );
  }

  get viewer(): Viewer {
    return this.context.viewer;
  }

  /** Whether the places are shown in the views. */
  get isInViews(): boolean {
    return this.layers.length > 0;
  }

  set isInViews(isShown: boolean) {
    const { layerManager, layerSpecification } = this.viewer;
    if (isShown && !this.isInViews) {
      const name = layerManager.getUniqueLayerName(LAYER_NAME);
      const { type } = AtlasLayer;
      layerSpecification.add(makeLayer(layerSpecification, name, { type }));
    } else if (!isShown) {
      for (const layer of this.layers) layerManager.removeManagedLayer(layer);
    }
  }

  /** Takes the tool that adds a place by a click, or lays it down. */
  toggleTool(): void {
    this.isInViews = true;
    const { toolBinder } = this.layers[0].layer!;
    if (!toolBinder.jsonToKey.has(JSON.stringify(PLACE_TOOL))) {
      toolBinder.setJson(TOOL_LETTER, PLACE_TOOL);
    }
    const letter = toolBinder.jsonToKey.get(JSON.stringify(PLACE_TOOL));
    if (letter !== undefined) this.viewer.globalToolBinder.activate(letter);
  }

  /**
   * Adds the place that is meant: that of the mark or match which the person is at, else that under the pointer, else the cross-hair.
   * @returns the draft; undefined where none was made, which the person was told
   */
  async addPlace(): Promise<EntryName | undefined> {
    const origin = this.context.origins.find(({ isMeant }) => isMeant());
    const named = await origin?.find();
    return named === undefined
      ? this.add(() =>
          this.isPointing ? this.underPointer : this.places.crossHair,
        )
      : this.addNamed(named);
  }

  /** Adds the place under the pointer. */
  addPointed(): Promise<EntryName | undefined> {
    return this.add(() => (this.isPointing ? this.underPointer : undefined));
  }

  /** Adds the place at the cross-hair. */
  addCrossHair(): Promise<EntryName | undefined> {
    return this.add(() => this.places.crossHair);
  }

  /** Brings a place into view, and adds it. */
  async addNamed(named: NamedPlace): Promise<EntryName | undefined> {
    this.places.goTo(named.position);
    await drawn();
    return this.add(() => named.position, named);
  }

  /** Takes the picture and the view of an entry anew. */
  async retake({ dataset, entry }: AlbumItem): Promise<void> {
    await this.attempt("The picture was not taken", async () => {
      if (this.places.dataset !== dataset) {
        throw new Error("the view shows another dataset. Go there first");
      }
      const standing = await this.viewLoaded();
      if (standing !== "loaded") {
        throw new Error(standing === "late" ? LATE : "it was cancelled");
      }
      const more = await this.seen();
      await this.own.change(dataset, entry.id, "Retake picture", more);
    });
  }

  /** Changes an entry of one's own. Returns whether it was done. */
  change(
    { dataset, entry }: AlbumItem,
    more: Partial<AtlasEntry>,
  ): Promise<boolean> {
    return this.attempt("The place was not changed", () =>
      this.own.change(dataset, entry.id, "Edit place of the atlas", more),
    );
  }

  /** Asks for the review of a draft. */
  async submit({ dataset, entry }: AlbumItem): Promise<boolean> {
    return this.attempt("The place was not submitted", async () => {
      const missing = missingIn(this.own.find(dataset, entry.id) ?? entry);
      if (missing.length > 0) {
        throw new Error(`it still needs ${missing.join(" and ")}`);
      }
      const submitted = Date.now();
      await this.own.change(dataset, entry.id, "Submit place", { submitted });
    });
  }

  /** Takes an entry back from the reviewers, and from the public. What was written of it since is in it then. */
  async withdraw({ dataset, entry }: AlbumItem): Promise<void> {
    const { unsent } = this.own.find(dataset, entry.id) ?? entry;
    await this.attempt("The place was not withdrawn", () =>
      this.own.change(dataset, entry.id, "Withdraw place", {
        ...unsent,
        unsent: undefined,
        submitted: undefined,
      }),
    );
  }

  async remove({ dataset, entry }: AlbumItem): Promise<void> {
    await this.attempt("The place was not deleted", () =>
      this.own.remove(dataset, entry.id),
    );
  }

  /** A reviewer's act on the version that they see. Returns whether it was done. */
  review(
    { dataset, entry, seen }: AlbumItem,
    act: ReviewAct,
    comment: string,
  ): Promise<boolean> {
    return this.attempt("The review was not sent", async () => {
      const version = seen?.version ?? 0;
      const review = { version, comment };
      this.album.take(await this.server.review(dataset, entry.id, act, review));
    });
  }

  /** Asks the server for an entry that a link names. Says where there is none that the person may see. */
  async lookUp({ dataset, id }: EntryName): Promise<void> {
    try {
      this.album.take(await this.server.entry(dataset, id));
    } catch (error) {
      // What the server cannot say now is in the album when it is back.
      if (error instanceof AtlasRefusal) tell(error.message);
    }
  }

  /** Shows what the author of an entry saw; its place alone, where a script has written it. Returns whether it was done. */
  goTo({ dataset, entry }: AlbumItem): Promise<boolean> {
    const turn = ++this.turn;
    return this.attempt("The place was not opened", async () => {
      const { view } =
        entry.view === undefined &&
        this.own.find(dataset, entry.id) === undefined
          ? (await this.server.entry(dataset, entry.id)).entry
          : entry;
      if (turn !== this.turn) return;
      if (view !== undefined) {
        this.travel.show(view);
        return;
      }
      this.travel.depart();
      if (this.places.dataset !== dataset) {
        await this.context.openDataset(dataset);
        if (turn !== this.turn) return;
        await this.placesKnown();
        if (turn !== this.turn) return;
      }
      this.places.goTo(entry.position);
      this.travel.arrive();
    });
  }

  /** Goes back to the view before the first place, and from there forth again. */
  goBack(): void {
    this.turn += 1;
    if (!this.travel.goBack()) tell("You are where you were.");
  }

  private get layers() {
    return this.viewer.layerManager.managedLayers.filter(
      ({ layer }) => layer instanceof AtlasLayer,
    );
  }

  /** Whether the pointer is in a view, and something is under it. */
  private get isPointing(): boolean {
    const { display, mouseState } = this.viewer;
    return (
      panelUnderMouse(display) !== undefined &&
      lookUnderPointer(display, mouseState)
    );
  }

  /** The voxel under the pointer; undefined outside of the image. */
  private get underPointer(): VoxelPosition | undefined {
    return this.places.voxelAt(this.viewer.mouseState.unsnappedPosition);
  }

  /** Waits until what a picture would show is loaded. */
  private viewLoaded(): Promise<ViewStanding> {
    return waitForView(() => isViewLoaded(this.viewer));
  }

  private async add(
    place: () => VoxelPosition | undefined,
    words?: NamedPlace,
  ): Promise<EntryName | undefined> {
    if (this.isAdding) return undefined;
    let added: EntryName | undefined;
    this.isAdding = true;
    await this.attempt("The place was not added", async () => {
      const { dataset } = this.places;
      const position = place();
      if (dataset === undefined || position === undefined) {
        throw new Error(
          dataset === undefined
            ? "no dataset is open"
            : "it lies outside of the image, or the marks of the dataset are not in view",
        );
      }
      const standing = await this.viewLoaded();
      if (standing === "cancelled") throw new Error("it was cancelled");
      // A draft without a picture is more than none: it can be taken again.
      if (standing === "late") tell(`The picture was not taken: ${LATE}`);
      const now = Date.now();
      const id = crypto.randomUUID();
      await this.own.add(dataset, {
        id,
        kind: "atlas",
        title: (words?.title ?? "").slice(0, LONGEST_ENTRY_TITLE),
        description: words?.description ?? "",
        tags: [...(words?.tags ?? [])],
        position,
        ...(standing === "loaded"
          ? await this.seen()
          : { view: viewOf(this.viewer) }),
        user: this.context.person,
        created: now,
        modified: now,
      });
      this.isInViews = true;
      added = { dataset, id };
    });
    this.isAdding = false;
    return added;
  }

  /** What the person sees now, as an entry keeps it. */
  private async seen(): Promise<Pick<AtlasEntry, "view" | "pictures">> {
    const view = viewOf(this.viewer);
    const taken = await takeSnapshot(this.viewer, this.overlays);
    const [small, large] = await Promise.all([
      this.pictures.keep(taken.small),
      this.pictures.keep(taken.large),
    ]);
    return { view, pictures: { small, large } };
  }

  /** Waits until the view knows how the image of a dataset lies. */
  private async placesKnown(): Promise<void> {
    await isSoon(() => this.places.crossHair !== undefined, 20_000);
  }

  private async attempt(
    failed: string,
    work: () => Promise<void>,
  ): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tell(`${failed}: ${reason}`);
      return false;
    }
  }
}

/** Resolves when the view was drawn at its new place. */
async function drawn(): Promise<void> {
  for (let frame = 0; frame < 2; ++frame) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
