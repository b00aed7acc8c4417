import { updateChildren } from "neuroglancer/unstable/util/dom.js";

describe("Children that an element keeps", () => {
  it("have the focus still when others before them go, and come", () => {
    const parts = ["a", "b", "c"].map(() => document.createElement("button"));
    const [first, second, third] = parts;
    const place = document.createElement("div");
    document.body.append(place);
    updateChildren(place, parts);
    third.focus();
    updateChildren(place, [second, third]);
    expect(document.activeElement).toBe(third);
    updateChildren(
      place,
      (function* () {
        yield* [first, second, third];
      })(),
    );
    expect([...place.children]).toEqual(parts);
    expect(document.activeElement).toBe(third);
    place.remove();
  });
});
