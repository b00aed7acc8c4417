import { EventActionMap } from "neuroglancer/unstable/util/event_action_map.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { AtlasEntry } from "../model/atlas.js";
import { type AlbumTab, NO_FILTER } from "./album_filter.js";
import { type AlbumItem, seenItem } from "./album_item.js";
import type { AtlasDesk } from "./atlas_desk.js";
import type { AtlasState, EntryName } from "./atlas_state.js";
import { AtlasView } from "./atlas_view.js";

function waiting(n: number): AlbumItem {
  const entry: AtlasEntry = {
    id: `0123abcd-0000-4000-8000-${String(n).padStart(12, "0")}`,
    kind: "atlas",
    title: `Place ${n}`,
    description: "",
    tags: [],
    position: [n, 2, 3],
    user: "ada@lab.org",
    created: 1,
    modified: 1,
  };
  return seenItem({
    dataset: "demo",
    entry,
    state: "submitted",
    isPublic: false,
    version: 1,
    submitted: 5,
    isWaiting: false,
    seq: n,
  });
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A view of three places that wait for a review, at a desk whose answers come when they are told to. */
function shown() {
  const items = [1, 2, 3].map(waiting);
  const album = {
    changed: new NullarySignal(),
    filter: { ...NO_FILTER, tab: "submitted" as AlbumTab },
    counts: new Map(),
    wrong: undefined as string | undefined,
    order: "newest",
    standing: "loaded",
    isLooking: false,
    all: items,
    shown: items,
    find: (_: string, id: string) => items.find(({ entry }) => entry.id === id),
    mayReview: () => true,
    distances: () => () => undefined,
  };
  const answers: (() => void)[] = [];
  const goTo = jasmine.createSpy("go to").and.resolveTo(true);
  const element = document.createElement("div");
  const desk = {
    album,
    goTo,
    review: () =>
      new Promise<boolean>((resolve) => answers.push(() => resolve(true))),
    pictures: { find: () => Promise.resolve(undefined) },
    context: { origins: [] },
    isInViews: true,
    viewer: {
      element,
      inputEventBindings: { global: new EventActionMap() },
      layerManager: { layersChanged: new NullarySignal() },
      navigationState: { position: { changed: new NullarySignal() } },
    },
  };
  const state = {
    changed: new NullarySignal(),
    entry: undefined as EntryName | undefined,
  };
  const body = document.createElement("div");
  document.body.append(body);
  const view = new AtlasView(body, {
    desk: desk as unknown as AtlasDesk,
    state: state as unknown as AtlasState,
    add: () => undefined,
    activated: () => undefined,
  });
  open.push(() => {
    view.dispose();
    body.remove();
  });
  const show = (item: AlbumItem | undefined) => {
    state.entry = item && { dataset: item.dataset, id: item.entry.id };
    state.changed.dispatch();
  };
  const verify = () =>
    [...body.querySelectorAll("button")]
      .find(({ textContent }) => textContent.includes("Verify"))!
      .click();
  const answer = async () => {
    answers.shift()!();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { items, album, state, body, goTo, show, verify, answer };
}

describe("The panel of the atlas", () => {
  it("goes on to what waits next after a review", async () => {
    const { items, state, goTo, show, verify, answer } = shown();
    show(items[0]);
    verify();
    await answer();
    expect(state.entry?.id).toBe(items[1].entry.id);
    expect(goTo).toHaveBeenCalledOnceWith(items[1]);
  });

  it("leaves a reviewer where they are when the answer to a review comes late", async () => {
    const { items, state, body, goTo, show, verify, answer } = shown();
    show(items[0]);
    verify();
    show(items[2]);
    const comment = body.querySelector("textarea")!;
    comment.value = "The scale is";
    await answer();
    expect(state.entry?.id).toBe(items[2].entry.id);
    expect(body.querySelector("textarea")).toBe(comment);
    expect(comment.value).toBe("The scale is");

    verify();
    show(undefined);
    await answer();
    expect(state.entry).toBe(undefined);
    expect(goTo).not.toHaveBeenCalled();
  });

  it("tells of a long search its beginning and its end alone", () => {
    const { items, album, body } = shown();
    const status = body.querySelector(".clio-atlas-status")!;
    const told = new Set<string>();
    album.isLooking = true;
    for (let found = 0; found <= 3; ++found) {
      album.isLooking = found < 3;
      album.shown = items.slice(0, Math.min(found, 2));
      album.changed.dispatch();
      told.add(status.textContent);
    }
    expect([...told]).toEqual([
      jasmine.stringMatching(/^looking among 3 places ·/),
      jasmine.stringMatching(/^2 of 3 places ·/),
    ]);
  });

  it("does not say that nothing matches an expression that is not finished", () => {
    const { album, body } = shown();
    album.shown = [];
    album.changed.dispatch();
    expect(body.textContent).toContain("No place matches");
    album.wrong = "That is no regular expression";
    album.changed.dispatch();
    expect(body.textContent).not.toContain("No place matches");
    expect(body.textContent).toContain("Still looking");
  });
});
