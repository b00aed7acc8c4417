import { parseDatasets } from "../model/dataset.js";
import { filterEntries, listedEntries } from "./dataset_filter.js";
import { exampleJson, threeJson } from "./example.fixture.js";

const entries = listedEntries(parseDatasets(threeJson));

function found(query: string): string[] {
  return filterEntries(entries, query).map(({ id }) => id);
}

describe("the search of datasets", () => {
  it("finds all of them by nothing, in the catalogue's order", () => {
    expect(found("")).toEqual(["demo", "medulla", "fafb"]);
    expect(found("  ")).toEqual(["demo", "medulla", "fafb"]);
  });

  it("looks into title, description and id", () => {
    expect(found("volume")).toEqual(["demo"]);
    expect(found("tem")).toEqual(["fafb"]);
    expect(found("medulla")).toEqual(["medulla"]);
  });

  it("wants every word, in any order and wherever it stands", () => {
    expect(found("lobe spalte")).toEqual(["medulla"]);
    expect(found("lobe brain")).toEqual([]);
  });

  it("takes no notice of case and accents, on either side", () => {
    expect(found("MEDULLA SPALTE")).toEqual(["medulla"]);
    expect(found("médülla")).toEqual(["medulla"]);
  });

  it("takes what is typed as text and not as a pattern", () => {
    expect(found(".*")).toEqual([]);
  });

  it("leaves out a dataset that asks not to be listed", () => {
    const datasets = parseDatasets({
      ...threeJson,
      old: exampleJson({ navHide: true }),
    });
    expect(listedEntries(datasets).map(({ id }) => id)).toEqual([
      "demo",
      "medulla",
      "fafb",
    ]);
  });
});
