import {
  getDefaultGlobalBindings,
  getDefaultPerspectivePanelBindings,
  getDefaultRenderedDataPanelBindings,
  getDefaultSliceViewPanelBindings,
} from "neuroglancer/unstable/ui/default_input_event_bindings.js";
import { EventActionMap } from "neuroglancer/unstable/util/event_action_map.js";
import { type KeyBinding, KEYS } from "../model/keys.js";

const keys: readonly KeyBinding[] = KEYS;

/** The viewer's own action for an input event, wherever the pointer is. */
function viewersActions(input: string): string[] {
  const identifiers = [
    ...EventActionMap.fromObject({ [input]: "any" }).bindings.keys(),
  ];
  return [
    getDefaultGlobalBindings(),
    getDefaultRenderedDataPanelBindings(),
    getDefaultSliceViewPanelBindings(),
    getDefaultPerspectivePanelBindings(),
  ].flatMap((map) =>
    identifiers.flatMap((identifier) => {
      const action = map.get(identifier);
      return action === undefined ? [] : [action.action];
    }),
  );
}

describe("The key table", () => {
  it("is checked against bindings that are really there", () => {
    expect(new Set(viewersActions("keyl"))).toEqual(new Set(["recolor"]));
    expect(viewersActions("at:mousedown0").length).toBeGreaterThan(0);
  });

  for (const { input, action, mode, replaces } of keys) {
    it(`lists what ${input} (${action}, ${mode}) takes over from the viewer, and nothing else`, () => {
      expect([...new Set(viewersActions(input))]).toEqual(
        replaces === undefined ? [] : [replaces.action],
      );
    });
  }

  it("binds no input twice in one mode, and names no action twice", () => {
    const inputs = keys.map(({ mode, input }) => `${mode} ${input}`);
    expect(new Set(inputs).size).toBe(inputs.length);
    const actions = keys.map(({ action }) => action);
    expect(new Set(actions).size).toBe(actions.length);
  });
});
