import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import {
  type MergedSegmentation,
  mergedSegmentationOf,
} from "../model/merge.js";
import type {
  MergeRequest,
  NewRequest,
  OpenedRequest,
  RequestAct,
  RequestContent,
  RequestHead,
  RequestList,
} from "../model/merge_request.js";
import { actOn, isRefusal, whyNoReview } from "../model/merge_request_acts.js";
import { LOCAL_USER } from "../model/sandbox.js";
import type { MergeDesk } from "./merge_desk.js";
import type { MergeServer } from "./merge_server.js";
import { sharePublicMerges } from "./public_merges.js";
import { reasonOf } from "./refusal.js";
import { tell } from "../ui/tell.js";

/** The requests of the dataset in view: what there is, the one that is open, and what the person does with it. */
export class RequestDesk extends RefCounted {
  readonly changed = new NullarySignal();
  private known: RequestList | undefined;
  private current: OpenedRequest | undefined;
  private why: string | undefined;
  /** How many acts are on their way. */
  private unsent = 0;
  /** Counts what is opened and closed: of two answers, that to the later question is shown. */
  private turn = 0;
  /** Whether the server may know more than what is shown. */
  private isStale = false;
  /** Asking it, until nothing is stale. */
  private refreshing: Promise<void> | undefined;
  /** All that was sent so far, one after the other. Never rejects. */
  private sending: Promise<void> = Promise.resolve();

  constructor(
    readonly desk: MergeDesk,
    private readonly server: MergeServer,
  ) {
    super();
    this.registerDisposer(desk.changed.add(() => this.follow()));
  }

  /** The requests that the person may see; undefined before they are known. */
  get list(): RequestList | undefined {
    return this.known;
  }

  get opened(): OpenedRequest | undefined {
    return this.current;
  }

  /** Why there are none to be seen, in a sentence. */
  get problem(): string | undefined {
    return this.why;
  }

  get person(): string {
    return this.desk.book?.key.user ?? LOCAL_USER;
  }

  /** Whose segments are merged in this view. */
  get segmentation(): MergedSegmentation | undefined {
    const { book } = this.desk;
    return book && mergedSegmentationOf(book.key.dataset);
  }

  /** Asks the server what there is now; the public merges as well. */
  refresh(): Promise<void> {
    this.isStale = true;
    this.refreshing ??= this.catchUp();
    return this.refreshing;
  }

  async open(id: string): Promise<void> {
    const { segmentation, server } = this;
    if (segmentation === undefined) return;
    const { dataset } = segmentation;
    const turn = (this.turn += 1);
    const isWanted = () =>
      turn === this.turn && dataset === this.segmentation?.dataset;
    try {
      // What was done before is to be in it.
      await this.sending;
      const opened = await server.open(dataset, id);
      if (!isWanted()) return;
      this.current = opened;
    } catch (error) {
      if (isWanted()) tellFailure("opened", error);
    }
    this.changed.dispatch();
  }

  close(): void {
    this.turn += 1;
    this.current = undefined;
    this.changed.dispatch();
    void this.refresh();
  }

  /**
   * Makes a request.
   * @throws {Error} where the server did not take it; nothing was made then
   */
  async make(
    id: string,
    content: RequestContent,
    state: NewRequest["state"],
  ): Promise<RequestHead> {
    const { version, dataset } = this.segmentation!;
    const made = { id, version, state, ...content };
    const head = await this.server.make(dataset, made);
    await this.refresh();
    return head;
  }

  /**
   * Asks once more for what was asked for before, as it is now.
   * @throws {Error} where the server did not take it
   */
  async makeAgain(head: RequestHead, content: RequestContent): Promise<void> {
    const { id, dataset, revision } = head;
    const submit = { act: "submit", revision, note: "", content } as const;
    await this.server.act(dataset, id, submit);
    await this.refresh();
  }

  /** Does something with the request that is open; it is shown at once, and where the server does not take it the person is told. */
  act(act: RequestAct): void {
    const { current, person } = this;
    if (current === undefined) return;
    const isAlone = person === LOCAL_USER;
    const actor = { user: person, isReviewer: current.mayReview, isAlone };
    const result = actOn(current.request, act, actor, Date.now());
    if (isRefusal(result)) {
      tellFailure("done", new Error(result.reason));
      return;
    }
    this.current = { ...current, request: result };
    this.changed.dispatch();
    this.unsent += 1;
    this.sending = this.sending.then(() => this.send(result, act));
  }

  /** Why the person may not review what is open; undefined where they may, or where nothing is. */
  get whyNoReview(): string | undefined {
    const { current, person } = this;
    if (current === undefined || current.mayReview) return undefined;
    const isReviewer = this.known?.isReviewer === true;
    const actor = { user: person, isReviewer, isAlone: person === LOCAL_USER };
    return whyNoReview(current.request, actor);
  }

  private async send(
    { id, dataset, revision }: MergeRequest,
    act: RequestAct,
  ): Promise<void> {
    try {
      const head = await this.server.act(dataset, id, act);
      // Others may have done something in between, and what is applied is to be seen.
      this.isStale ||= head.revision !== revision || act.act === "apply";
    } catch (error) {
      tellFailure("done", error);
      this.isStale = true;
    }
    this.unsent -= 1;
    // What is shown is ahead of the server until all of it is sent.
    if (this.isStale && this.unsent === 0) void this.refresh();
  }

  /** Asks one time after the other, so that no answer comes after a newer one. */
  private async catchUp(): Promise<void> {
    try {
      do await this.ask();
      while (this.isStale && this.unsent === 0);
    } finally {
      this.refreshing = undefined;
    }
  }

  private async ask(): Promise<void> {
    const { desk, segmentation, server } = this;
    const { book } = desk;
    this.isStale = false;
    if (segmentation === undefined || book === undefined) {
      this.why = desk.hindrance;
      this.changed.dispatch();
      return;
    }
    const { dataset } = segmentation;
    try {
      const [list] = await Promise.all([
        server.list(dataset),
        sharePublicMerges(server, book),
      ]);
      // Another dataset has come into view meanwhile, and is asked about next.
      if (dataset !== this.segmentation?.dataset) {
        this.isStale = true;
        return;
      }
      this.known = list;
      this.why = undefined;
      await this.askForOpened();
    } catch (error) {
      this.why = reasonOf(error);
    }
    this.changed.dispatch();
  }

  /** Shows the request that is open as the server has it, unless what is shown is newer than the answer. */
  private async askForOpened(): Promise<void> {
    const { current, unsent } = this;
    if (current === undefined) return;
    const { dataset, id } = current.request;
    const opened = await this.server.open(dataset, id);
    const isSame = current === this.current;
    if (isSame && unsent === 0) this.current = opened;
    // Something was done meanwhile; what was closed is not asked for again.
    else this.isStale ||= this.current !== undefined;
  }

  /** A request is closed when its segments are not in view any more. */
  private follow(): void {
    const { current, segmentation } = this;
    if (current === undefined) return;
    if (segmentation?.dataset !== current.request.dataset) this.close();
  }
}

function tellFailure(done: string, error: unknown): void {
  tell(`Nothing was ${done}: ${reasonOf(error)}`);
}
