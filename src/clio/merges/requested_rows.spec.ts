import { requestedMerges } from "../model/merge_request.js";
import { decision, mergeId } from "../model/testing/merges.js";
import { isDecided, requestedRows, verdictOf } from "./requested_rows.js";

describe("Rows of what is asked for", () => {
  it("are the acts in the order of the request, and have the verdict that all of an act has", () => {
    const act = mergeId(7);
    const merges = requestedMerges(
      [
        decision(1, 1, 2, { act }),
        decision(2, 8, 9),
        decision(3, 1, 3, { act }),
      ],
      "ada@lab.org",
    );
    const decide = (n: number, verdict: "accepted" | "rejected") => {
      merges[n].decision = { verdict, by: "cleo@lab.org", at: 1 };
    };
    const rows = () => requestedRows(merges);
    expect(rows().map(({ onto, merges: of }) => [onto, of.length])).toEqual([
      ["1", 2],
      ["8", 1],
    ]);
    decide(0, "accepted");
    expect([isDecided(rows()[0]), verdictOf(rows()[0])]).toEqual([
      false,
      undefined,
    ]);
    decide(2, "rejected");
    expect([isDecided(rows()[0]), verdictOf(rows()[0])]).toEqual([
      true,
      undefined,
    ]);
    decide(2, "accepted");
    expect(verdictOf(rows()[0])).toBe("accepted");
    expect(isDecided(rows()[1])).toBe(false);
  });
});
