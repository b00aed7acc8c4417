import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { mergesDataset } from "../model/merge.js";
import {
  headOf,
  type MergeRequest,
  type OpenedRequest,
  type PublicMerges,
  type RequestAct,
  type RequestHead,
  type RequestList,
} from "../model/merge_request.js";
import { actOn, isRefusal } from "../model/merge_request_acts.js";
import { decision, mergeId, requestOf } from "../model/testing/merges.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { Store } from "../store/store.js";
import { CellNames } from "../ui/cell_names.js";
import { MergeBook } from "./merge_book.js";
import { MergeDesk } from "./merge_desk.js";
import { MergeServer } from "./merge_server.js";
import { RequestDesk } from "./request_desk.js";

const USER = "bea@lab.org";

/** A server in memory that does what it is asked at once, and answers when it is told to. */
class SlowServer extends MergeServer {
  readonly requests = new Map<string, MergeRequest>();
  /** By what was asked, in the order in which it was. */
  private readonly waiting: { question: string; answer: () => void }[] = [];

  override publicMerges(): Promise<PublicMerges> {
    return Promise.resolve({ merges: [], position: 0, more: false });
  }

  override list(dataset: string): Promise<RequestList> {
    const all = [...this.requests.values()].filter(
      (each) => each.dataset === dataset,
    );
    return this.later("list", { requests: all.map(headOf), isReviewer: true });
  }

  override open(_: string, id: string): Promise<OpenedRequest> {
    const request = this.requests.get(id)!;
    return this.later("open", { request, conflicts: [], mayReview: true });
  }

  override act(_: string, id: string, act: RequestAct): Promise<RequestHead> {
    const actor = { user: USER, isReviewer: true, isAlone: false };
    const result = actOn(this.requests.get(id)!, act, actor, 2000);
    if (isRefusal(result)) throw new Error(result.reason);
    this.requests.set(id, result);
    return this.later("act", headOf(result));
  }

  /** Has the oldest question of a kind, or by -1 the newest, answered. */
  async answer(question: string, at: 0 | -1 = 0): Promise<void> {
    const asked = this.waiting.filter((each) => each.question === question);
    const found = asked.at(at);
    if (found === undefined) throw new Error(`no ${question} is waiting`);
    this.waiting.splice(this.waiting.indexOf(found), 1);
    found.answer();
    await settled();
  }

  /** Has all answered, and what is asked because of that. */
  async answerAll(): Promise<void> {
    while (this.waiting.length > 0) await this.answer(this.waiting[0].question);
  }

  private later<T>(question: string, value: T): Promise<T> {
    return new Promise((resolve) => {
      this.waiting.push({ question, answer: () => resolve(value) });
    });
  }
}

/** Lets all run that waits for nothing but its turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A view without layers, in which merges are those of a book. */
class BookDesk extends MergeDesk {
  shown: MergeBook | undefined;

  constructor() {
    const none = { layersChanged: new NullarySignal(), managedLayers: [] };
    const selectedLayer = { changed: new NullarySignal(), layer: undefined };
    const viewer = { layerManager: none, selectedLayer };
    const places = {
      voxelAt: () => undefined,
      goTo: () => undefined,
      acted: () => undefined,
    };
    super(viewer as unknown as Viewer, places, new CellNames(), USER);
  }

  override get book(): MergeBook | undefined {
    return this.shown;
  }
}

const disposers: (() => void)[] = [];

beforeCleanUp(() => {
  for (const dispose of disposers.splice(0)) dispose();
});

const [FIRST, SECOND] = [1, 2].map((n) =>
  requestOf([decision(n, 7, 8)], { id: mergeId(100 + n) }),
);

function scene() {
  const store = new Store({ name: freshName(), retryAfter: 1e9 });
  const bookOf = (dataset: string) => {
    const key = {
      user: USER,
      dataset: mergesDataset({ dataset, version: "" }),
    };
    const book = new MergeBook(store, key);
    disposers.push(() => book.dispose());
    return book;
  };
  const desk = new BookDesk();
  desk.shown = bookOf("demo");
  const server = new SlowServer();
  for (const each of [FIRST, SECOND]) server.requests.set(each.id, each);
  const requests = new RequestDesk(desk, server);
  disposers.push(
    () => requests.dispose(),
    () => desk.dispose(),
    () => store.dispose(),
  );
  const open = async ({ id }: MergeRequest) => {
    const opening = requests.open(id);
    await settled();
    await server.answerAll();
    await opening;
  };
  return { desk, server, requests, open, bookOf };
}

function accept({ rounds }: MergeRequest): RequestAct {
  const merges = rounds[0].merges.map(({ merge }) => merge.id);
  return { act: "decide", round: 1, merges, verdict: "accepted" };
}

describe("The desk of requests", () => {
  afterEach(cleanUp);

  it("keeps closed what is closed before the server has answered", async () => {
    const { server, requests, open } = scene();
    await open(FIRST);
    void requests.refresh();
    await server.answer("list");
    requests.close();
    await server.answerAll();
    expect(requests.opened).toBeUndefined();
    expect(requests.list?.requests.length).toBe(2);
  });

  it("shows what was done until the server's answer has it", async () => {
    const { server, requests, open } = scene();
    await open(FIRST);
    void requests.refresh();
    await server.answer("list");
    requests.act(accept(FIRST));
    await settled();
    const done = requests.opened?.request;
    expect(done?.revision).toBe(2);
    // Asked before it was done; the act is on its way, then at its end.
    await server.answer("open");
    expect(requests.opened?.request).toBe(done);
    await server.answer("act");
    expect(requests.opened?.request).toBe(done);
    await server.answerAll();
    expect(requests.opened?.request).toEqual(server.requests.get(FIRST.id));
    const approve = { act: "approve", revision: 2, note: "" } as const;
    requests.act(approve);
    await settled();
    await server.answerAll();
    expect(server.requests.get(FIRST.id)?.state).toBe("approved");
  });

  it("shows the one that was opened last, in whatever order the server answers", async () => {
    const { server, requests } = scene();
    const opening = [requests.open(FIRST.id), requests.open(SECOND.id)];
    await settled();
    await server.answer("open", -1);
    await server.answer("open");
    await Promise.all(opening);
    expect(requests.opened?.request).toEqual(SECOND);
  });

  it("closes a request when another dataset comes into view, and shows that one's", async () => {
    const { desk, server, requests, open, bookOf } = scene();
    const other = { ...SECOND, dataset: "other" };
    server.requests.set(other.id, other);
    await open(FIRST);
    void requests.refresh();
    desk.shown = bookOf("other");
    desk.changed.dispatch();
    await server.answerAll();
    expect(requests.opened).toBeUndefined();
    expect(requests.list?.requests).toEqual([headOf(other)]);
  });
});
