import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Pixel } from "../../../neuroglancer/data_panel.js";
import type { VoxelPosition } from "../model/annotation.js";
import { ThumbnailCache } from "../ui/thumbnail_cache.js";
import { Thumbnails } from "../ui/thumbnails.js";
import { tell } from "../ui/tell.js";
import type { MarkKeeper } from "./mark_keeper.js";
import { MatchPicker } from "./match_picker.js";
import { MatchPictures } from "./match_pictures.js";
import { OtherImages } from "./other_images.js";
import { OpenSearch } from "./saved/open_search.js";
import { SearchLink } from "./saved/search_link.js";
import { SearchServer } from "./saved/search_server.js";
import type { SearchShelf } from "./saved/search_shelf.js";
import { SearchSync } from "./saved/search_sync.js";
import { SearchAim } from "./search_aim.js";
import { SearchOverlay } from "./search_overlay.js";
import { SearchSession } from "./search_session.js";
import type { SearchState } from "./search_state.js";
import {
  type SearchCatalogue,
  SearchedImage,
  type SearchPlace,
} from "./searched_image.js";
import { SearchView } from "./search_view.js";
import { SignatureClient } from "./signature_client.js";
import { type OpenDataset, Wayback } from "./wayback.js";

/** What the search works with. */
export interface SearchContext {
  readonly viewer: Viewer;
  readonly catalogue: SearchCatalogue;
  readonly open: { readonly dataset: string | undefined };
  readonly keeper: MarkKeeper;
  /** What links say: where the panel stands, and which search is open. */
  readonly state: SearchState;
  /** Whose searches are saved. */
  readonly user: string;
  readonly openDataset: OpenDataset;
}

/** All of the search, loaded when it is first needed. A search stays while its panel is closed. */
export class SearchPlugin extends RefCounted {
  readonly session: SearchSession;
  private readonly aim: SearchAim;
  private readonly image: SearchedImage;
  private readonly client = new SignatureClient();
  private readonly thumbnails = new Thumbnails(new ThumbnailCache());
  private readonly wayback: Wayback;
  private readonly pictures: MatchPictures;
  private readonly open: OpenSearch;
  private readonly sync: SearchSync;
  private view: SearchView | undefined;
  /** Whoever has asked goes on among the matches, as soon as the panel is there. */
  private entering = false;

  constructor(
    private readonly context: SearchContext,
    private readonly shelf: SearchShelf,
  ) {
    super();
    const { viewer, open, catalogue, keeper, state, user, openDataset } =
      context;
    const { location } = state;
    const { client } = this;
    this.image = new SearchedImage(viewer, open, catalogue, client);
    this.session = new SearchSession(viewer, this.image, client, keeper);
    const { image, session } = this;
    this.wayback = new Wayback(viewer, image, state, openDataset, () =>
      this.enter(),
    );
    const elsewhere = new OtherImages(viewer, catalogue);
    this.registerDisposer(() => elsewhere.dispose());
    this.pictures = new MatchPictures(image, session, elsewhere);
    this.open = this.registerDisposer(
      new OpenSearch(session, image, this.pictures, shelf, user),
    );
    this.sync = this.registerDisposer(
      new SearchSync(shelf, new SearchServer(), user, () => open.dataset),
    );
    this.registerDisposer(
      new SearchLink(state, session, image, this.open, shelf, user),
    );
    const overlay = this.registerDisposer(
      new SearchOverlay(viewer, this.image, this.session),
    );
    this.aim = this.registerDisposer(
      new SearchAim(viewer, this.image, client, overlay),
    );
    this.registerDisposer(
      new MatchPicker(viewer, overlay, (index) => {
        this.session.active = index;
        this.view?.enter();
      }),
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

  /** The match that is looked at, where it lies in the dataset in view. */
  get activePlace() {
    const { active, shown } = this.session;
    const match = active === undefined ? undefined : shown[active];
    if (match === undefined || this.session.otherTitle(match) !== undefined) {
      return undefined;
    }
    const [x, y, z] = match.point;
    const position: VoxelPosition = [x, y, z];
    return { position, title: "", description: "", tags: [] };
  }

  /** What was found in the dataset in view, and what was said of it. */
  get matches() {
    const { session } = this;
    return (session.found?.matches ?? [])
      .filter((match) => session.otherTitle(match) === undefined)
      .map((match) => ({
        position: match.point,
        distance: match.distance,
        verdict: session.review.of(match) ?? "",
      }));
  }

  /** Fills the panel. */
  makeView(body: HTMLElement): SearchView {
    const { session, image, client, thumbnails, wayback, context } = this;
    const { pictures, open, shelf, sync } = this;
    const view = new SearchView(body, {
      viewer: context.viewer,
      keeper: context.keeper,
      session,
      image,
      client,
      thumbnails,
      wayback,
      pictures,
      open,
      shelf,
      sync,
      user: context.user,
      searchAtCrossHair: () => void this.searchAtCrossHair(),
      placeAtCrossHair: () => this.aim.placeAtCrossHair(),
    });
    this.view = view;
    view.registerDisposer(() => (this.view = undefined));
    if (this.entering) view.enter();
    this.entering = false;
    return view;
  }

  /** Takes the focus into the panel, as soon as it is there. */
  private enter(): void {
    this.entering = this.view === undefined;
    this.view?.enter();
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
      this.context.state.location.visible = true;
      this.enter();
    } catch (error) {
      tell(
        `Nothing was searched: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
