import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import fc from "fast-check";
import {
  AtlasState,
  entryLink,
  entryText,
  parseEntryName,
} from "./atlas_state.js";

const ID = "0123abcd-0000-4000-8000-0123456789ab";

const made = () =>
  new AtlasState(new TrackableSidePanelLocation(DEFAULT_SIDE_PANEL_LOCATION));

describe("The atlas in a link", () => {
  it("names an entry of any dataset, and comes back from its text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.uuid(),
        (dataset, id) => {
          const entry = { dataset, id };
          expect(parseEntryName(entryText(entry))).toEqual(entry);
        },
      ),
    );
  });

  it("takes anything for no entry that is none", () => {
    const state = made();
    for (const entry of ["", "demo", "/", "a/b/c", "%/x", 7, null, {}]) {
      state.restoreState({ entry });
      expect(state.entry).toBe(undefined);
    }
    expect(() => state.restoreState(undefined)).not.toThrow();
  });

  it("is a whole link by itself", () => {
    const link = new URL(entryLink({ dataset: "my data", id: ID }));
    const json = JSON.parse(decodeURIComponent(link.hash.slice(2))) as {
      clioAtlas: unknown;
    };
    const state = made();
    state.restoreState(json.clioAtlas);
    expect(state.location.visible).toBe(true);
    expect(state.entry).toEqual({ dataset: "my data", id: ID });
    expect(state.toJSON()).toEqual(jasmine.objectContaining({ visible: true }));
    state.reset();
    expect(state.toJSON()).toBe(undefined);
  });
});
