import fc from "fast-check";
import { CompoundTrackable } from "neuroglancer/unstable/util/trackable.js";
import { DatasetState } from "./dataset_state.js";

describe("the dataset of a link", () => {
  let state: DatasetState;
  let problems: string[];

  beforeEach(() => {
    state = new DatasetState();
    problems = [];
    state.problem.add((text) => void problems.push(text));
  });

  it("is read from the link and written to it", () => {
    state.restoreState({ dataset: "demo" });
    expect(state.dataset).toBe("demo");
    expect(state.toJSON()).toEqual({ dataset: "demo" });
    expect(problems).toEqual([]);
  });

  it("takes no room in the link of a view that belongs to no dataset", () => {
    state.restoreState({});
    expect(state.toJSON()).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it("is forgotten when the viewer is reset", () => {
    state.dataset = "demo";
    state.reset();
    expect(state.dataset).toBeUndefined();
  });

  it("tells of each change once", () => {
    state.dataset = "demo";
    state.restoreState({ dataset: "demo" });
    expect(state.changed.count).toBe(1);
  });

  it("lets pass what a later version of Clio may add", () => {
    state.restoreState({ dataset: "demo", panel: { open: true } });
    expect(state.dataset).toBe("demo");
    expect(problems).toEqual([]);
  });

  const hostile: [string, string, string][] = [
    ["a text", '"demo"', 'The link\'s "clio" is "demo", expected an object'],
    ["null", "null", 'The link\'s "clio" is null, expected an object'],
    ["a list", "[1]", 'The link\'s "clio" is a list of 1, expected an object'],
    ["a number as the id", '{"dataset":7}', '"clio.dataset" is 7, expected'],
    ["an empty id", '{"dataset":""}', '"clio.dataset" is "", expected'],
    [
      "an object as the id",
      '{"dataset":{"toString":1}}',
      '"clio.dataset" is an object, expected',
    ],
    [
      "a name that every object has",
      '{"dataset":"__proto__"}',
      '"clio.dataset" is "__proto__", expected the id of a dataset.',
    ],
    [
      "a huge text",
      `{"dataset":"${"a".repeat(1e6)}"}`,
      '"clio.dataset" is a text of 1000000 characters that begins with "aaa',
    ],
    [
      "lists nested beyond what JSON can be written of",
      `{"dataset":${"[".repeat(1e5)}${"]".repeat(1e5)}}`,
      '"clio.dataset" is a list of 1, expected',
    ],
  ];
  for (const [what, json, problem] of hostile) {
    it(`leaves out ${what}, says so shortly, and opens the rest of the link`, () => {
      const root = new CompoundTrackable();
      const rest = new DatasetState();
      root.add("clio", state);
      root.add("rest", rest);
      state.dataset = "before";
      root.restoreState({
        clio: JSON.parse(json) as unknown,
        rest: { dataset: "demo" },
      });
      expect(state.dataset).toBeUndefined();
      expect(rest.dataset).toBe("demo");
      expect(problems).toEqual([jasmine.stringContaining(problem)]);
      expect(problems[0].length).toBeLessThan(200);
    });
  }

  it("takes nothing from the prototype of what a link holds", () => {
    state.restoreState(JSON.parse('{"__proto__":{"dataset":"demo"}}'));
    expect(state.dataset).toBeUndefined();
  });

  it("never throws, whatever a link holds, and writes only what it can read", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.record({ dataset: fc.oneof(fc.jsonValue(), fc.string()) }),
        ),
        (json) => {
          state.restoreState(json);
          const written = state.toJSON();
          if (written === undefined) return;
          const read = new DatasetState();
          read.restoreState(written);
          expect(read.dataset).toBe(state.dataset);
        },
      ),
    );
  });
});
