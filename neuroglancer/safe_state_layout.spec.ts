import { checkLayout } from "./safe_state_layout.js";

const stack = (...children: unknown[]) => ({ type: "row", children });
const viewer = { type: "viewer", layers: ["a"], layout: "xy" };

describe("A layout", () => {
  for (const [what, layout] of Object.entries({
    "a name": "4panel",
    "a slice in 3D": {
      type: "3d",
      crossSections: { a: { width: 1000, height: "4096" } },
    },
    "views in rows in columns": stack(viewer, {
      type: "column",
      children: [viewer, stack(viewer, viewer)],
    }),
    "layouts in a row that is in no other": stack("xy", { type: "xz" }),
    "what upstream itself refuses": { type: "row", children: "none" },
  })) {
    it(`is left to upstream where it is ${what}`, () => {
      expect(() => checkLayout(layout)).not.toThrow();
    });
  }

  for (const child of ["xy", { type: "3d" }, {}, null]) {
    it(`is refused where a row in another holds ${JSON.stringify(child)}`, () => {
      expect(() => checkLayout(stack(viewer, stack(child)))).toThrowError(
        TypeError,
        'expected "viewer", "row" or "column" in a row that is in another',
      );
    });
  }

  it("is refused where a slice is larger than a graphics card can hold, in views as well", () => {
    const crossSections = { a: {}, b: { height: 4097 } };
    const layout = { type: "xy-3d", crossSections };
    expect(() => checkLayout(layout)).toThrowError(
      TypeError,
      "crossSections.b.height is 4097, expected at most 4096",
    );
    expect(() => checkLayout(stack({ ...viewer, layout }))).toThrowError(
      TypeError,
      /crossSections\.b/,
    );
  });
});
