import fc from "fast-check";
import { runs } from "../../store/testing/counts.js";
import { readSearches, writeJson } from "./search_file.js";
import { writeCsv } from "./search_csv.js";
import { FileRefused } from "./file_refused.js";
import type { SavedSearch } from "./saved_search.js";
import { anySearch, searchOf } from "./testing/searches.js";

const read = (file: Blob | string) =>
  readSearches(new File([file], "searches"));

/** Why nothing of a file is taken. */
async function reasonsOf(file: Blob | string): Promise<string> {
  const error: unknown = await read(file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileRefused);
  return (error as FileRefused).message;
}

/** The JSON file of one search, with something in it written over. */
function changed(change: (search: SavedSearch) => unknown): string {
  const search = structuredClone(searchOf());
  const searches = [change(search) ?? search];
  return JSON.stringify({ format: "clio-searches", version: 1, searches });
}

describe("A file of saved searches", () => {
  it("comes back as it was, as JSON and as CSV", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anySearch, { minLength: 1, maxLength: 3 }),
        async (searches) => {
          expect(await read(writeJson(searches))).toEqual(searches);
          expect(await read(writeCsv(searches))).toEqual(searches);
        },
      ),
      { numRuns: runs(30, 1000) },
    );
  });

  it("has no formula in it, whatever people have written", async () => {
    const note = '=HYPERLINK("http://evil")';
    const text = await writeCsv([searchOf({ name: "@x", note })]).text();
    expect(text).toContain(",'@x,");
    expect(text).not.toMatch(/[,\n]"?=/);
  });

  it("is refused by the field and the value where something in it is wrong, and nothing of it is taken", async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [
        changed((search) => {
          search.result.matches[1][0] = "7" as unknown as number;
        }),
        /^searches\.0\.result\.matches\.1\.0: "7", expected a coordinate/,
      ],
      [
        changed((search) => {
          search.result.matches[2][3] = 65;
        }),
        /^searches\.0\.result\.matches\.2\.3: 65, expected a distance from 0 to 64/,
      ],
      [
        changed((search) => {
          search.examples[0].point[2] = -1;
        }),
        /^searches\.0\.examples\.0\.point\.2: -1, expected a coordinate/,
      ],
      [
        changed((search) => {
          search.result.matches[0][1] = null as unknown as number;
        }),
        /^searches\.0\.result\.matches\.0\.1: null, expected a coordinate/,
      ],
      [
        changed((search) => {
          search.result.matches = new Array<[number, number, number, number]>(
            1_000_000,
          ).fill([0, 0, 0, 0]);
        }),
        /^searches\.0\.result\.matches: a list of 1000000, expected at most 1000 matches/,
      ],
      [
        changed((search) => ({ ...search, dataset: "../etc" })),
        /^searches\.0\.dataset: "\.\.\/etc", expected the id of a dataset/,
      ],
      [
        changed((search) => ({ ...search, other: 1 })),
        /^searches\.0\.other: unknown key/,
      ],
      [
        JSON.stringify({ format: "clio-searches", version: 2, searches: [] }),
        /^version: 2, expected version 1/,
      ],
      [changed(() => undefined).replace("63", "NaN"), /not JSON/],
      ["", /empty/],
      ["x,y\n1,2\n", /row 1: there is no column search/],
    ];
    for (const [file, reason] of wrong) {
      expect(await reasonsOf(file)).toMatch(reason);
    }
  });

  it("of CSV names the row of what is wrong", async () => {
    const text = await writeCsv([searchOf()]).text();
    expect(await reasonsOf(text.replace(",63,0,0,3,", ",NaN,0,0,3,"))).toMatch(
      /^row 5: x: "NaN", expected a whole coordinate in voxels$/,
    );
    expect(
      await reasonsOf(text.replace(",63,0,0,3,", ",63,0,0,three,")),
    ).toMatch(/^row 5: distance: "three", expected a distance/);
    expect(await reasonsOf(text.replace(",match,", ",place,"))).toMatch(
      /^row 4: row: "place", expected search, like/,
    );
  });
});
