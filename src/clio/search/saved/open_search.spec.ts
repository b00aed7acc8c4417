import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Vec3 } from "../../model/box.js";
import { SearchProblem } from "../search_problem.js";
import { SearchSession } from "../search_session.js";
import { SearchState } from "../search_state.js";
import { SignatureClient } from "../signature_client.js";
import { UPRIGHT } from "../../volumes/slice_frame.js";
import { OpenSearch } from "./open_search.js";
import { SearchLink } from "./search_link.js";
import { SearchShelf } from "./search_shelf.js";
import { answerOf, INFO, SPACE } from "../testing/answers.js";
import { searchOf } from "./testing/searches.js";

const USER = "ada@lab.org";
const keeper = {
  changed: new NullarySignal(),
  words: () => Promise.resolve({ sets: [], tags: [] }),
  places: () => Promise.resolve([]),
  selectedBox: () => Promise.resolve(undefined),
  keep: () => Promise.resolve(),
};

describe("The saved search that is open", () => {
  let database: string;
  let shelf: SearchShelf;
  let asked: number;
  let tabs: { open: OpenSearch; link: SearchLink }[];
  beforeEach(() => {
    database = `clio-searches-${crypto.randomUUID()}`;
    shelf = new SearchShelf(database);
    asked = 0;
    tabs = [];
  });
  afterEach(async () => {
    for (const { open, link } of tabs) {
      link.dispose();
      open.dispose();
    }
    await shelf.close();
    indexedDB.deleteDatabase(database);
  });

  /** A page of the browser, opened by a link. */
  function tab(linked?: unknown, dataset = "demo") {
    const client = new SignatureClient(() => {
      asked += 1;
      return Promise.resolve(Response.json(answerOf([0, 2, 5])));
    });
    const image = {
      ready: () => Promise.resolve({ space: SPACE, dataset, info: INFO }),
      forget: () => undefined,
      inView: () => Promise.resolve({ dataset, bounds: SPACE.bounds }),
      titleOf: (id: string) => Promise.resolve(`The ${id}`),
    };
    const session = new SearchSession({} as Viewer, image, client, keeper);
    const pictures = { source: "precomputed://here/image", width: 600 };
    const open = new OpenSearch(session, image, pictures, shelf, USER);
    const state = new SearchState(
      new TrackableSidePanelLocation({ ...DEFAULT_SIDE_PANEL_LOCATION }),
    );
    state.search = linked;
    const link = new SearchLink(state, session, image, open, shelf, USER);
    tabs.push({ open, link });
    return { session, open, state };
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve));
  }

  /** A page with a search that was just saved. */
  async function saved() {
    const made = tab();
    made.session.searchLike({ point: [1.5, 2, 3] as Vec3, plane: UPRIGHT });
    await until(() => made.session.standing === "found");
    await made.open.save("Dark ones", "");
    return { ...made, id: made.open.current!.id };
  }

  const kept = async (id: string) => (await shelf.read(USER, id))!;

  it("is kept with each change as it is made, and comes back by its link with all of that, without asking", async () => {
    const { session, open, state, id } = await saved();
    session.judge("accepted");
    session.judge("rejected");
    session.narrowTo({ upTo: 4 });
    await until(() => open.keeping === "saved");
    const search = await kept(id);
    expect(search.review.accepted).toEqual([[0, 0, 0]]);
    expect(search.filters.upTo).toBe(4);
    expect(search.result.matches).toHaveSize(3);

    const again = tab(state.search);
    await until(() => again.session.standing === "found");
    expect(again.open.current?.name).toBe("Dark ones");
    expect(again.session.tally).toEqual({ accepted: 1, reviewed: 2 });
    const places = (of: SearchSession) => of.shown.map(({ point }) => point);
    expect(places(again.session)).toEqual(places(session));
    expect(asked).toBe(1);
  });

  it("waits until it is run where a link brings one that is not kept here, or was changed since", async () => {
    const { session, open, state, id } = await saved();
    const before = state.search;
    session.narrowTo({ upTo: 4 });
    await until(() => open.keeping === "saved");
    await until(() => state.search !== before);
    await shelf.remove(USER, id);
    for (const linked of [before, state.search]) {
      const other = tab(linked);
      await until(() => other.session.standing === "waiting");
      expect(other.open.current).toBeUndefined();
    }
    expect(asked).toBe(1);
  });

  it("says what is wrong in a link, and a search that is begun meanwhile is not taken away", async () => {
    const { session, state } = tab({ dataset: "demo", examples: [1] });
    await until(() => session.standing instanceof SearchProblem);
    const { what } = session.standing as SearchProblem;
    expect(what).toContain("examples.0: 1, expected an example");
    expect(state.search).toBeUndefined();

    const { id } = await saved();
    const other = tab();
    const opening = other.open.reopen(id);
    other.session.searchLike({ point: [7, 7, 7], plane: UPRIGHT });
    await opening;
    expect(other.session.examples[0].point).toEqual([7, 7, 7]);
    expect(other.open.current).toBeUndefined();
  });

  it("follows what another tab says of it, and lets go of it where that deletes it", async () => {
    const { session, open, state, id } = await saved();
    const other = tab(state.search);
    await until(() => other.open.current !== undefined);
    other.session.judge("accepted");
    await until(() => session.tally.accepted === 1);
    await other.open.rename(id, "Darker ones", "");
    await until(() => open.current?.name === "Darker ones");
    await shelf.remove(USER, id);
    await until(() => open.current === undefined);
    expect(session.standing).toBe("found");
    expect(asked).toBe(1);
  });

  it("is refused where it is of another dataset, or its places are not in the volume", async () => {
    const outside = searchOf({
      examples: [{ point: [1, 5000, 3], like: true }],
    });
    await shelf.add(USER, [outside]);
    await expectAsync(tab().open.reopen(outside.id)).toBeRejectedWithError(
      SearchProblem,
      /examples\.0\.point: \[1,5000,3\], expected a place in the volume/,
    );
    const { id } = await saved();
    await expectAsync(
      tab(undefined, "another").open.reopen(id),
    ).toBeRejectedWithError(
      SearchProblem,
      /of the dataset The demo, and The another/,
    );
  });
});
