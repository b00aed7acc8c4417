import type { OpenedLink } from "../model/link.js";
import { stateOfLink } from "./state_of_link.js";

const link: OpenedLink = {
  id: "AAAAAAAAAAAAAAAAAAAAAA",
  path: "/l/AAAAAAAAAAAAAAAAAAAAAA",
  title: "A synapse",
  owner: "ada@lab.org",
  open: false,
  created: 1,
  marks: 0,
  state: { layers: [{ name: "em" }] },
};

describe("The state of a link", () => {
  it("is its maker's where it brings no marks", () => {
    expect(stateOfLink(link)).toBe(link.state);
  });

  it("has a layer with the marks on top where it brings some", () => {
    const layer = {
      type: "annotation",
      name: "marks: A synapse",
      source: "clio://link/AAAAAAAAAAAAAAAAAAAAAA",
      annotationColor: "#ffb454",
    };
    expect(stateOfLink({ ...link, marks: 2 })).toEqual({
      layers: [{ name: "em" }, layer],
    });
    expect(stateOfLink({ ...link, marks: 2, state: {} })).toEqual({
      layers: [layer],
    });
  });

  it("is left to whoever reads it where its layers are no list", () => {
    const state = { layers: "all" };
    expect(stateOfLink({ ...link, marks: 2, state })).toBe(state);
  });
});
