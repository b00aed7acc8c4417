import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Pixel } from "../../../neuroglancer/data_panel.js";
import { ThumbnailCache } from "../ui/thumbnail_cache.js";
import { Thumbnails } from "../ui/thumbnails.js";
import type { MarkKeeper } from "./mark_keeper.js";
import { SearchAim } from "./search_aim.js";
import { SearchOverlay } from "./search_overlay.js";
import { SearchSession } from "./search_session.js";
import {
  type SearchCatalogue,
  SearchedImage,
  type SearchPlace,
} from "./searched_image.js";
import { SearchView } from "./search_view.js";
import { SignatureClient } from "./signature_client.js";
import { Wayback } from "./wayback.js";

/** What the search works with. */
export interface SearchContext {
  readonly viewer: Viewer;
  readonly catalogue: SearchCatalogue;
  readonly open: { readonly dataset: string | undefined };
  readonly keeper: MarkKeeper;
  /** Where the panel stands, and whether it is open. */
  readonly location: TrackableSidePanelLocation;
}

/** All of the search, loaded when it is first needed. A search stays while its panel is closed. */
export class SearchPlugin extends RefCounted {
  readonly session: SearchSession;
  private readonly aim: SearchAim;
  private readonly image: SearchedImage;
  private readonly client = new SignatureClient();
  private readonly thumbnails = new Thumbnails(new ThumbnailCache());
  private readonly wayback: Wayback;
  private view: SearchView | undefined;
  /** Whoever has asked goes on among the matches, as soon as the panel is there. */
  private entering = false;

  constructor(private readonly context: SearchContext) {
    super();
    const { viewer, open, catalogue, keeper, location } = context;
    const { client } = this;
    this.image = new SearchedImage(viewer, open, catalogue, client);
    this.session = new SearchSession(viewer, this.image, client, keeper);
    this.wayback = new Wayback(viewer);
    const overlay = this.registerDisposer(
      new SearchOverlay(viewer, this.image, this.session),
    );
    this.aim = this.registerDisposer(
      new SearchAim(viewer, this.image, client, overlay),
    );
    const follow = () => (overlay.isVisible = location.visible);
    this.registerDisposer(location.locationChanged.add(follow));
    follow();
  }

  /** Searches for what is like the place under a pixel of the page. */
  async searchUnder(pixel: Pixel): Promise<void> {
    await this.search(() => this.aim.placeUnder(pixel));
  }

  /** Searches for what is like the place at the cross-hair. */
  async searchAtCrossHair(): Promise<void> {
    await this.search(() => this.aim.placeAtCrossHair());
  }

  /** Shows what is under the pointer while Alt is held. */
  aimAt(pixel: Pixel): void {
    this.aim.at = pixel;
    this.aim.follow(true);
  }

  /** Fills the panel. */
  makeView(body: HTMLElement): SearchView {
    const { session, image, client, thumbnails, wayback, context } = this;
    const view = new SearchView(body, {
      viewer: context.viewer,
      keeper: context.keeper,
      session,
      image,
      client,
      thumbnails,
      wayback,
      searchAtCrossHair: () => void this.searchAtCrossHair(),
      placeAtCrossHair: () => this.aim.placeAtCrossHair(),
    });
    this.view = view;
    view.registerDisposer(() => (this.view = undefined));
    if (this.entering) view.enter();
    this.entering = false;
    return view;
  }

  private async search(
    find: () => Promise<SearchPlace | undefined>,
  ): Promise<void> {
    try {
      const place = await find();
      if (place === undefined) return;
      this.aim.follow(false);
      this.wayback.forget();
      this.session.searchLike(place);
      this.context.location.visible = true;
      this.entering = this.view === undefined;
      this.view?.enter();
    } catch (error) {
      StatusMessage.showTemporaryMessage(
        `Nothing was searched: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
