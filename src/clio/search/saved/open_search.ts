import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Found } from "../found.js";
import type { MatchPictures } from "../match_pictures.js";
import { otherDataset, SearchProblem } from "../search_problem.js";
import type { SearchedImage } from "../searched_image.js";
import type { SearchSession } from "../search_session.js";
import {
  type LinkedSearch,
  outsideOf,
  type SavedSearch,
} from "./saved_search.js";
import type { SearchShelf } from "./search_shelf.js";
import { askedOf, foundOf, savedAsked, savedResult } from "./session_parts.js";

/** How the open search is kept: on disk, on its way there, or refused by it. */
export type Keeping = "saved" | "saving" | Error;

/** What of a session was written last. */
interface Written {
  readonly asked: readonly unknown[];
  readonly found: Found | undefined;
  readonly review: number;
}

/** Which saved search the session is, if any. Whatever changes of the session is then kept at once. */
export class OpenSearch extends RefCounted {
  readonly changed = new NullarySignal();
  private open:
    { id: string; name: string; begun: number; modified: number } | undefined;
  private written: Written | undefined;
  private how: Keeping = "saved";
  private writing: Promise<void> | undefined;

  constructor(
    private readonly session: SearchSession,
    private readonly image: Pick<SearchedImage, "inView" | "titleOf">,
    private readonly pictures: Pick<MatchPictures, "source" | "width">,
    private readonly shelf: SearchShelf,
    private readonly user: string,
  ) {
    super();
    this.registerDisposer(session.changed.add(() => this.follow()));
    this.registerDisposer(shelf.changed.add(() => void this.refresh()));
  }

  /** The saved search that is open. */
  get current(): { readonly id: string; readonly name: string } | undefined {
    return this.open?.begun === this.session.begun ? this.open : undefined;
  }

  get keeping(): Keeping {
    return this.how;
  }

  /** What a link carries of the search; undefined where there is none, or it is not known yet of which dataset. */
  get linked(): LinkedSearch | undefined {
    const asked = savedAsked(this.session.asked);
    if (asked === undefined) return undefined;
    const { id, name } = this.current ?? {};
    return { ...asked, ...(id !== undefined && { id, name }) };
  }

  /**
   * Saves the search of the session under a name.
   * @throws Error where nothing was found, or the browser cannot keep it
   */
  async save(name: string, note: string): Promise<void> {
    const { session, shelf, user } = this;
    const { found, begun } = session;
    const asked = savedAsked(session.asked);
    if (found === undefined || asked === undefined) {
      throw new Error("there is nothing found to save");
    }
    const modified = Date.now();
    const id = crypto.randomUUID();
    const written = this.standing();
    await shelf.add(user, [
      {
        id,
        name,
        note,
        created: modified,
        modified,
        place: asked.examples.find(({ like }) => like)!.point,
        ...asked,
        ...this.own(),
        result: savedResult(found),
      },
    ]);
    this.enter({ id, name, begun, modified }, written);
  }

  /**
   * Opens a saved search with what it found, and asks the server for nothing.
   * @throws SearchProblem where it is of another dataset than the one in view, or cannot be of that; Error where it cannot be read
   */
  async reopen(id: string): Promise<void> {
    const { session, shelf, user, image } = this;
    const { begun } = session;
    await this.writing;
    const search = await shelf.read(user, id);
    if (search === undefined) throw new Error("it is not there any more");
    const { dataset, bounds } = await image.inView();
    // A person has begun another one meanwhile.
    if (begun !== session.begun) return;
    if (dataset !== search.dataset) {
      const [own, inView] = await Promise.all(
        [search.dataset, dataset].map((id) => image.titleOf(id)),
      );
      throw otherDataset(own, inView, "open the search", false);
    }
    const outside = outsideOf(search, bounds);
    if (outside !== undefined) throw unusable(outside);
    this.take(search);
  }

  /** Gives a saved search another name and note. @throws Error where the browser cannot keep it */
  async rename(id: string, name: string, note: string): Promise<void> {
    await this.writing;
    const { head } = await this.shelf.change(this.user, id, { name, note });
    if (this.open?.id !== id || this.written === undefined) return;
    const { modified } = head;
    this.enter({ ...this.open, name, modified }, this.written);
  }

  /** Tries again what the disk has refused. */
  retry(): void {
    this.how = "saved";
    this.follow();
  }

  private take(search: SavedSearch): void {
    const { session } = this;
    session.restore(askedOf(search), foundOf(search), search.review);
    const { id, name, modified } = search;
    this.enter({ id, name, begun: session.begun, modified }, this.standing());
  }

  private enter(open: NonNullable<OpenSearch["open"]>, written: Written): void {
    this.open = open;
    this.written = written;
    this.how = "saved";
    this.changed.dispatch();
    // Of what was judged while it was being written.
    this.follow();
  }

  /** Writes what has changed of the session. */
  private follow(): void {
    if (this.writing !== undefined || this.how instanceof Error) return;
    if (this.isWritten) return;
    this.writing = this.write();
  }

  /** Whether there is nothing to write. */
  private get isWritten(): boolean {
    const { current, written, session } = this;
    if (current === undefined || written === undefined) return true;
    if (savedAsked(session.asked) === undefined) return true;
    const { asked, found, review } = this.standing();
    return (
      asked.every((part, i) => part === written.asked[i]) &&
      review === written.review &&
      // A question that failed does not take away what was found before.
      (found === undefined || found === written.found)
    );
  }

  private async write(): Promise<void> {
    const { session, shelf, user } = this;
    this.how = "saving";
    this.changed.dispatch();
    try {
      while (!this.isWritten) {
        const { id } = this.current!;
        const written = this.standing();
        const { found } = written;
        const isNew = found !== undefined && found !== this.written?.found;
        const { head } = await shelf.change(
          user,
          id,
          { ...savedAsked(session.asked)!, ...this.own() },
          isNew ? savedResult(found) : undefined,
        );
        if (this.open?.id !== id) continue;
        this.written = isNew
          ? written
          : { ...written, found: this.written?.found };
        this.open = { ...this.open, modified: head.modified };
      }
      this.how = "saved";
    } catch (error) {
      this.how = error instanceof Error ? error : new Error(String(error));
    }
    this.writing = undefined;
    this.changed.dispatch();
  }

  /** Takes over what another tab, or another machine, has said of the search that is open. */
  private async refresh(): Promise<void> {
    const isOver = () =>
      this.current === undefined ||
      this.writing !== undefined ||
      this.session.standing === "searching";
    if (isOver()) return;
    const { user, shelf } = this;
    const { id, modified } = this.open!;
    try {
      const row = await shelf.find(user, id);
      if (isOver() || this.open?.modified !== modified) return;
      if (row === undefined || row.deleted !== undefined) {
        this.open = undefined;
        this.changed.dispatch();
        return;
      }
      if (row.head.modified === modified) return;
      const search = await shelf.read(user, id);
      if (isOver() || this.open?.modified !== modified) return;
      if (search !== undefined) this.take(search);
    } catch (error) {
      // The next write says that the database is away.
      console.warn("Clio could not read a saved search:", error);
    }
  }

  /** What a saved search has beside what is asked and found. */
  private own() {
    const { session, pictures } = this;
    return {
      thumbnails: {
        source: pictures.source,
        index: session.found?.index.index ?? "",
        width: pictures.width,
      },
      review: session.review.all,
    };
  }

  private standing(): Written {
    const { examples, filters, plane, found, review } = this.session;
    return { asked: [examples, filters, plane], found, review: review.version };
  }
}

function unusable(reason: string): SearchProblem {
  return new SearchProblem(
    "bad-search",
    `The saved search cannot be of the image in view: ${reason}.`,
    "Nothing of it is shown. Delete it, or bring the image that it was made of into view.",
    false,
  );
}
