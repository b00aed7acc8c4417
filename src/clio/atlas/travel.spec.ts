import { TrackableValue } from "neuroglancer/unstable/trackable_value.js";
import { CompoundTrackable } from "neuroglancer/unstable/util/trackable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { Travel } from "./travel.js";

/** What of a viewer travel knows: its state, here a position and a title. */
function made() {
  const state = new CompoundTrackable();
  const text = (json: unknown) => json as string;
  const position = new TrackableValue("", text);
  const title = new TrackableValue("", text);
  state.add("position", position);
  state.add("title", title);
  const travel = new Travel({ state } as unknown as Viewer);
  return { travel, position, title };
}

describe("Travel", () => {
  it("leads back to before the first of several places, and forth again", () => {
    const { travel, position } = made();
    expect(travel.goBack()).toBe(false);
    position.value = "home";
    travel.show({ position: "a" });
    travel.show({ position: "b" });
    expect(travel.goBack()).toBe(true);
    expect(position.value).toBe("home");
    expect(travel.goBack()).toBe(true);
    expect(position.value).toBe("b");
    travel.show({ position: "c" });
    travel.goBack();
    expect(position.value).toBe("home");
    travel.show({ position: "d" });
    travel.goBack();
    expect(position.value).toBe("home");
  });

  it("loses nothing of what a person did at a place", () => {
    const { travel, position, title } = made();
    position.value = "home";
    travel.show({ position: "a" });
    title.value = "work";
    travel.goBack();
    expect([position.value, title.value]).toEqual(["home", ""]);
    travel.goBack();
    expect([position.value, title.value]).toEqual(["a", "work"]);

    title.value = "more work";
    travel.depart();
    position.value = "b";
    travel.arrive();
    travel.show({ position: "c", title: "theirs" });
    travel.goBack();
    expect([position.value, title.value]).toEqual(["a", "more work"]);
  });
});
