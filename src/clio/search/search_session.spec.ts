import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Vec3 } from "../model/box.js";
import type { MarkKeeper } from "./mark_keeper.js";
import { SearchProblem } from "./search_problem.js";
import { stateAbove, stateInPlace } from "./search_states.js";
import { SearchSession } from "./search_session.js";
import { SignatureClient } from "./signature_client.js";
import { UPRIGHT } from "../volumes/slice_frame.js";
import { acrossAnswerOf, answerOf, INFO, SPACE } from "./testing/answers.js";

/** Marks in memory. */
class Marks implements MarkKeeper {
  readonly changed = new NullarySignal();
  readonly all: Vec3[] = [];
  refusal: string | undefined;

  words() {
    return Promise.resolve({ sets: [], tags: [] });
  }
  places() {
    return Promise.resolve(this.all);
  }
  selectedBox() {
    return Promise.resolve(undefined);
  }
  keep(places: readonly Vec3[]) {
    if (this.refusal) return Promise.reject(new Error(this.refusal));
    this.all.push(...places);
    this.changed.dispatch();
    return Promise.resolve();
  }
}

describe("A search", () => {
  let marks: Marks;
  let session: SearchSession;
  /** The dataset that is in view. */
  let inView: string;
  /** Questions that were asked, and how to answer each. */
  let asked: {
    body: { examples: { point: number[] }[]; excluded: unknown[] };
    url: string;
    answer: (distances: readonly number[]) => void;
    answerWith: (json: unknown) => void;
    refuse: (status: number, code: string) => void;
  }[];

  beforeEach(() => {
    marks = new Marks();
    asked = [];
    const client = new SignatureClient(
      (url, { body, signal }) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("gone")));
          asked.push({
            url,
            body: JSON.parse(body as string) as (typeof asked)[0]["body"],
            answer: (distances) => resolve(Response.json(answerOf(distances))),
            answerWith: (json) => resolve(Response.json(json)),
            refuse: (status, code) =>
              resolve(Response.json({ detail: "it is so", code }, { status })),
          });
        }),
    );
    inView = "a";
    const wasInView = ["a", "b"];
    const image = {
      ready: (_signal: AbortSignal, wanted = inView) => {
        const dataset = wasInView.includes(wanted) ? wanted : inView;
        return Promise.resolve({ space: SPACE, dataset, info: INFO });
      },
      titleOf: (id: string) => Promise.resolve(`The ${id}`),
      forget: () => undefined,
      inView: () => Promise.resolve({ dataset: inView, bounds: SPACE.bounds }),
    };
    session = new SearchSession({} as Viewer, image, client, marks);
  });

  function searchLike(point: Vec3): void {
    session.searchLike({ point, plane: UPRIGHT });
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve));
  }

  async function searched(distances: readonly number[]): Promise<void> {
    searchLike([1, 2, 3]);
    await until(() => asked.length > 0);
    asked[0].answer(distances);
    await until(() => session.standing === "found");
  }

  const shown = () => session.shown.map(({ distance }) => distance);

  it("shows the answer to the question that was asked last, whichever comes last", async () => {
    searchLike([1, 1, 1]);
    await until(() => asked.length === 1);
    searchLike([2, 2, 2]);
    await until(() => asked.length === 2);
    asked[1].answer([5]);
    asked[0].answer([1, 2, 3]);
    await until(() => session.standing === "found");
    await new Promise((resolve) => setTimeout(resolve));
    expect(shown()).toEqual([5]);
    expect(session.examples.map(({ point }) => point)).toEqual([[2, 2, 2]]);
  });

  it("keeps what was found where the next question is cancelled, and none of it where that is refused", async () => {
    await searched([1, 2]);
    session.narrowTo({ separation: 800 });
    await until(() => asked.length === 2);
    session.cancel();
    expect(session.standing).toBe("cancelled");
    expect(shown()).toEqual([1, 2]);
    session.retry();
    await until(() => asked.length === 3);
    asked[2].refuse(503, "search-timeout");
    await until(() => session.standing instanceof SearchProblem);
    expect(shown()).toEqual([]);
    expect((session.standing as SearchProblem).code).toBe("search-timeout");
    expect(session.examples).toHaveSize(1);
  });

  it("asks with all examples, and forgets the search with the last one that the matches are to be like", async () => {
    await searched([1]);
    session.addExample([7, 7, 7], false);
    await until(() => asked.length === 2);
    expect(asked[1].body.examples).toEqual([{ point: [1, 2, 3] }]);
    expect(asked[1].body.excluded).toEqual([{ point: [7, 7, 7] }]);
    session.addExample([1, 2, 3], false);
    expect(session.examples.some(({ like }) => like)).toBeTrue();
    session.removeExample(session.examples[0]);
    expect(session.standing).toBe("idle");
    expect(session.examples).toEqual([]);
  });

  it("narrows by distance what is there, without asking, and stays at the match that is looked at", async () => {
    await searched([0, 3, 3, 9, 14]);
    expect(shown()).toEqual([0, 3, 3, 9, 14]);
    session.active = 2;
    const looked = session.shown[2];
    session.narrowTo({ from: 1, upTo: 9 });
    expect(shown()).toEqual([3, 3, 9]);
    expect(session.shown[session.active]).toBe(looked);
    expect(asked).toHaveSize(1);
  });

  it("goes on by verdicts, keeps what is accepted as marks once, and leaves marked places out where it is told to", async () => {
    await searched([0, 1, 2, 3]);
    for (const verdict of ["accepted", "rejected", "accepted"] as const) {
      session.judge(verdict);
    }
    expect(session.active).toBe(3);
    expect(session.tally).toEqual({ accepted: 2, reviewed: 3 });
    const words = { set: undefined, tags: [], description: "" };
    marks.refusal = "the set is locked";
    await expectAsync(session.keepAccepted(words)).toBeRejectedWithError(
      "the set is locked",
    );
    expect(session.tally.accepted).toBe(2);
    marks.refusal = undefined;
    expect(await session.keepAccepted(words)).toBe(2);
    expect(await session.keepAccepted(words)).toBe(0);
    expect(marks.all.map(([x]) => x)).toEqual([0, 126]);
    session.narrowTo({ outsideMarks: true });
    await until(() => session.shown.length === 2);
    expect(shown()).toEqual([1, 3]);
  });

  it("takes up a search that comes from elsewhere, and asks nothing until it is run", async () => {
    const asked_ = { ...session.asked, dataset: "a" };
    const examples = [{ point: [9, 9, 9] as const, like: true }];
    session.restore({ ...asked_, examples });
    await new Promise((resolve) => setTimeout(resolve));
    expect(session.standing).toBe("waiting");
    expect(asked).toHaveSize(0);
    session.retry();
    await until(() => asked.length === 1);
    asked[0].answer([4]);
    await until(() => session.standing === "found");
    expect(shown()).toEqual([4]);

    session.restore({ ...asked_, dataset: "another", examples });
    session.retry();
    await until(() => session.standing instanceof SearchProblem);
    expect((session.standing as SearchProblem).code).toBe("other-dataset");
    expect(asked).toHaveSize(1);
  });

  it("marks what is new where the same is run again, also after a failure, and not where another thing is asked", async () => {
    await searched([0, 1]);
    const isNew = () => session.shown.map((match) => session.isNew(match));
    session.rerun();
    await until(() => asked.length === 2);
    asked[1].refuse(503, "search-timeout");
    await until(() => session.standing instanceof SearchProblem);
    session.retry();
    await until(() => asked.length === 3);
    asked[2].answer([0, 1, 1]);
    await until(() => session.standing === "found");
    expect(isNew()).toEqual([false, false, true]);
    session.narrowTo({ separation: 800 });
    await until(() => asked.length === 4);
    asked[3].answer([0, 1, 1, 2]);
    await until(() => session.standing === "found");
    expect(isNew()).toEqual([false, false, false, false]);
  });

  it("takes no more examples than the server does", async () => {
    await searched([1]);
    for (let i = 0; i < 15; ++i) {
      expect(session.addExample([i, 7, 7], true)).toBeTrue();
    }
    expect(session.addExample([15, 7, 7], true)).toBeFalse();
    expect(session.addExample([15, 7, 7], false)).toBeTrue();
    expect(session.examples).toHaveSize(17);
  });

  it("says which part to search is missing instead of finding nothing there", async () => {
    await searched([1]);
    session.narrowTo({ region: "box" });
    await until(() => session.standing instanceof SearchProblem);
    expect((session.standing as SearchProblem).code).toBe("no-box");
    expect(asked).toHaveSize(1);
  });

  it("finds in all datasets with its encoder, remembers what was said of each, and accepts in its own alone", async () => {
    await searched([0]);
    session.narrowTo({ region: "datasets" });
    await until(() => asked.length === 2);
    expect(asked[1].url).toBe("/v2/signatures/across/a");
    asked[1].answerWith(acrossAnswerOf([0, 0, 1, 1], ["a", "b"]));
    await until(() => session.standing === "found");
    expect(session.shown.map(({ dataset }) => dataset)).toEqual([
      undefined,
      "b",
      undefined,
      "b",
    ]);
    expect(session.otherTitle(session.shown[1])).toBe("The b");
    expect(session.otherTitle(session.shown[0])).toBeUndefined();
    session.judge("accepted");
    expect(session.active).toBe(1);
    expect(session.judge("accepted")).toBeFalse();
    expect(session.judge("rejected")).toBeTrue();
    expect(session.tally).toEqual({ accepted: 1, reviewed: 2 });
    expect(session.review.all.rejected).toEqual([[63, 0, 0, "b"]]);

    const words = { set: undefined, tags: [], description: "" };
    inView = "b";
    await expectAsync(session.keepAccepted(words)).toBeRejectedWithError(
      /they are of the dataset a, and b is in view/,
    );
    expect(marks.all).toEqual([]);
    inView = "a";
    expect(await session.keepAccepted(words)).toBe(1);
    session.narrowTo({ outsideMarks: true });
    await until(() => session.shown.length === 3);
    expect(session.shown[0].dataset).toBe("b");
  });

  it("is asked anew while another dataset is in view, unless the view is to say where", async () => {
    await searched([0]);
    inView = "b";
    session.narrowTo({ separation: 800 });
    await until(() => asked.length === 2);
    expect(asked[1].url).toBe("/v2/signatures/search/a");
    asked[1].answer([0, 1]);
    await until(() => session.standing === "found");
    expect(shown()).toEqual([0, 1]);
    for (const region of ["view", "segment", "box"] as const) {
      session.narrowTo({ region });
      await until(() => session.standing instanceof SearchProblem);
      expect((session.standing as SearchProblem).what).toBe(
        "This search is of the dataset The a, and The b is in view.",
      );
    }
    expect(asked).toHaveSize(2);
  });

  it("says which dataset could not be searched, also where nothing else was found", async () => {
    await searched([0]);
    session.narrowTo({ region: "datasets" });
    await until(() => asked.length === 2);
    asked[1].answerWith({
      ...acrossAnswerOf([], ["a"]),
      failed: [{ dataset: "b", problem: { detail: "It is torn." } }],
      complete: false,
    });
    await until(() => session.standing === "found");
    expect(stateAbove(session)?.textContent).toContain(
      "Not searched: The b. It is torn.",
    );
    const inPlace = stateInPlace(session, {
      searchAtCrossHair: () => undefined,
    });
    expect(inPlace?.textContent).not.toContain("Nothing here looks like it");
  });
});
