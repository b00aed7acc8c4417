import type { ToolActivation } from "neuroglancer/unstable/ui/tool.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Store } from "../store/store.js";
import { type AtlasContext, AtlasDesk } from "./atlas_desk.js";
import { AtlasOverlay } from "./atlas_overlay.js";
import type { EntryName } from "./atlas_state.js";
import type { AlbumItem } from "./album_item.js";
import { AtlasView } from "./atlas_view.js";
import { OwnEntries } from "./own_entries.js";
import { PICTURE_DATABASE } from "./picture_belongings.js";
import { PictureDelivery } from "./picture_delivery.js";
import { PictureStore } from "./picture_store.js";
import { PictureSweep } from "./picture_sweep.js";
import { placeByClick } from "./placing.js";

/** The atlas in one viewer: what is not in the first load of a page. */
export class AtlasPlugin extends RefCounted {
  private readonly desk: AtlasDesk;
  private readonly overlay: AtlasOverlay;
  private view: AtlasView | undefined;
  /** A new draft is to be written as soon as the panel is there. */
  private isWriting = false;
  /** The entry of a link that is still to be followed, and that of the last which was looked up for one. */
  private linked: EntryName | undefined;
  private lookedUp: EntryName | undefined;

  constructor(
    private readonly context: AtlasContext,
    store: Store,
  ) {
    super();
    const { viewer, person, state } = context;
    const own = new OwnEntries(store);
    this.registerDisposer(() => own.dispose());
    const pictures = new PictureStore(PICTURE_DATABASE);
    this.registerDisposer(() => void pictures.close());
    const desk = this.registerDisposer(new AtlasDesk(context, own, pictures));
    this.desk = desk;
    this.registerDisposer(
      new PictureDelivery(own, pictures, desk.server, person, () => {
        void desk.album.refresh();
      }),
    );
    this.registerDisposer(new PictureSweep(own, store, pictures));
    this.overlay = this.registerDisposer(
      new AtlasOverlay(
        viewer,
        desk.album,
        desk.places,
        () => this.view?.active,
        (item) => this.pick(item),
      ),
    );
    const opened = () => {
      this.linked = state.entry;
      this.followLink();
    };
    this.registerDisposer(state.restored.add(opened));
    this.registerDisposer(desk.album.changed.add(() => this.followLink()));
    opened();
  }

  /** Adds the place that is meant, and has it written. */
  async add(): Promise<void> {
    this.write(await this.desk.addPlace());
  }

  /** Takes the tool that adds a place by a click, or lays it down. */
  toggleTool(): void {
    this.desk.toggleTool();
  }

  /** What the tool does while a person has it. */
  place(activation: ToolActivation): void {
    if (activation.wasDisposed) return;
    placeByClick(activation, this.context.viewer, async () => {
      const added = await this.desk.addPointed();
      this.write(added);
      return added !== undefined;
    });
  }

  /** Has a new draft written. */
  private write(added: EntryName | undefined): void {
    if (added === undefined) return;
    const { state } = this.context;
    state.entry = added;
    state.location.visible = true;
    this.isWriting = this.view === undefined;
    this.view?.write();
  }

  /** Fills the panel. */
  makeView(body: HTMLElement): AtlasView {
    const { desk, context } = this;
    const view = new AtlasView(body, {
      desk,
      state: context.state,
      add: () => void this.addCrossHair(),
      activated: () => this.overlay.draw(),
    });
    this.view = view;
    view.registerDisposer(() => (this.view = undefined));
    if (this.isWriting) view.write();
    this.isWriting = false;
    return view;
  }

  private async addCrossHair(): Promise<void> {
    this.write(await this.desk.addCrossHair());
  }

  /** Opens the item of a pin. */
  private pick({ dataset, entry }: AlbumItem): void {
    const { state } = this.context;
    state.entry = { dataset, id: entry.id };
    state.location.visible = true;
    this.view?.enter();
  }

  /** A link that names an entry and no layers leads to what its author saw, as soon as it is known. */
  private followLink(): void {
    const { desk, linked } = this;
    const { viewer, state } = this.context;
    if (linked === undefined || state.entry !== linked) return;
    const { dataset, id } = linked;
    const item = desk.album.find(dataset, id);
    if (item === undefined) {
      const isOwn = desk.own.find(dataset, id) !== undefined;
      if (isOwn || !desk.own.isRead || this.lookedUp === linked) return;
      // The album may be long, and the page of it that has this one is not to be waited for.
      this.lookedUp = linked;
      void desk.lookUp(linked);
      return;
    }
    this.linked = undefined;
    if (viewer.layerManager.managedLayers.length > 0) return;
    void desk.goTo(item);
  }
}
