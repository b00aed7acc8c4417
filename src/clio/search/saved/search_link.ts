import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import * as v from "valibot";
import { describeIssues } from "../../model/schema_issues.js";
import { SearchProblem } from "../search_problem.js";
import type { SearchedImage } from "../searched_image.js";
import type { SearchSession } from "../search_session.js";
import type { SearchState } from "../search_state.js";
import type { OpenSearch } from "./open_search.js";
import { type LinkedSearch, linkedSearchSchema } from "./saved_search.js";
import type { SearchShelf } from "./search_shelf.js";
import { askedOf, type SavedAsked } from "./session_parts.js";

/**
 * Keeps the search that is open in the viewer's state, and takes one up that a link brings. That asks the server for nothing: a search that
 * is saved here comes with what it had found, and any other one waits until a person runs it.
 */
export class SearchLink extends RefCounted {
  private taking = false;

  constructor(
    private readonly state: SearchState,
    private readonly session: SearchSession,
    private readonly image: Pick<SearchedImage, "inView">,
    private readonly open: OpenSearch,
    private readonly shelf: SearchShelf,
    private readonly user: string,
  ) {
    super();
    this.registerDisposer(session.changed.add(() => this.tell()));
    this.registerDisposer(open.changed.add(() => this.tell()));
    this.registerDisposer(
      // A link is restored after it was reset: what counts is what is there in the end.
      state.restored.add(() => queueMicrotask(() => this.hear())),
    );
    this.hear();
  }

  private tell(): void {
    if (!this.taking) this.state.search = this.open.linked;
  }

  private hear(): void {
    const { search } = this.state;
    // A view that names no search leaves the one that is open, as it leaves what is written in fields.
    if (search === undefined) this.tell();
    else void this.take(search);
  }

  private async take(json: unknown): Promise<void> {
    const { session, open } = this;
    const result = v.safeParse(linkedSearchSchema, json, { abortEarly: true });
    if (!result.success) {
      session.refuse(badLink(describeIssues(result.issues)[0]));
      return;
    }
    const linked = result.output;
    if (sameAsked(linked, open.linked) && linked.id === open.current?.id) {
      return;
    }
    const { begun } = session;
    this.taking = true;
    try {
      if (await this.isKept(linked)) await open.reopen(linked.id!);
      if (begun === session.begun) session.restore(askedOf(linked));
    } catch (error) {
      if (begun !== session.begun) return;
      console.warn("Clio could not open the saved search of a link:", error);
      session.restore(askedOf(linked));
    } finally {
      this.taking = false;
    }
    this.tell();
    await this.showExamples();
  }

  /** Whether the search is saved here as the link has it. */
  private async isKept({ id, ...asked }: LinkedSearch): Promise<boolean> {
    const { shelf, user } = this;
    if (id === undefined) return false;
    const row = await shelf.find(user, id);
    if (row === undefined || row.deleted !== undefined) return false;
    return sameAsked(asked, row.head);
  }

  /** The examples have pictures as soon as the image is there. */
  private async showExamples(): Promise<void> {
    try {
      await this.image.inView();
      this.session.changed.dispatch();
    } catch {
      // Nothing in view can be searched: to run the search says why.
    }
  }
}

function sameAsked(a: SavedAsked, b: SavedAsked | undefined): boolean {
  const text = ({ dataset, examples, filters, plane }: SavedAsked) =>
    JSON.stringify(
      v.parse(linkedSearchSchema, { dataset, examples, filters, plane }),
    );
  return b !== undefined && text(a) === text(b);
}

function badLink(reason: string): SearchProblem {
  return new SearchProblem(
    "bad-link",
    `The search that the link brings cannot be used: ${reason}.`,
    "Nothing of it is shown, and the rest of the view is open. Ask whoever sent the link for a new one, or begin a search of your own.",
    false,
  );
}
