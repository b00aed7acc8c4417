import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import { SearchState } from "./search_state.js";

describe("What links say of the search", () => {
  const made = () =>
    new SearchState(
      new TrackableSidePanelLocation({ ...DEFAULT_SIDE_PANEL_LOCATION }),
    );

  it("is nothing where there is no search and no panel", () => {
    expect(made().toJSON()).toBeUndefined();
  });

  it("comes back as it was, and is told once for each change", () => {
    const state = made();
    let told = 0;
    state.changed.add(() => (told += 1));
    const search = { dataset: "demo", examples: [] };
    state.search = search;
    state.search = { ...search };
    expect(told).toBe(1);
    state.location.visible = true;
    const other = made();
    other.restoreState(JSON.parse(JSON.stringify(state.toJSON())));
    expect(other.toJSON()).toEqual(state.toJSON());
    expect(other.search).toEqual(search);
    other.reset();
    expect(other.toJSON()).toBeUndefined();
  });

  it("takes a link that nests deeper than some browsers can follow without breaking off", () => {
    const state = made();
    let deep: unknown = {};
    for (let i = 0; i < 100_000; ++i) deep = { deep };
    expect(() => state.restoreState({ search: deep })).not.toThrow();
    expect(() => state.toJSON()).not.toThrow();
    expect(state.search).toBeDefined();
  });
});
