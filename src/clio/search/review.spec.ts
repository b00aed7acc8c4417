import type { Match } from "./answers.js";
import { Review } from "./review.js";

const matches: Match[] = [0, 1, 2, 3].map((x) => ({
  point: [x, 0, 0],
  signature: "0",
  distance: x,
}));

describe("The review of matches", () => {
  it("keeps what was said of a place over answers, and takes it back by the same key", () => {
    const review = new Review();
    review.toggle(matches[1], "accepted");
    const again: Match = { ...matches[1], distance: 5 };
    expect(review.of(again)).toBe("accepted");
    review.toggle(again, "rejected");
    expect(review.of(matches[1])).toBe("rejected");
    review.toggle(again, "rejected");
    expect(review.of(matches[1])).toBeUndefined();
  });

  it("goes on to the next match of which nothing was said", () => {
    const review = new Review();
    review.toggle(matches[1], "skipped");
    expect(review.next(matches, 0)).toBe(2);
    expect(review.next(matches, 3)).toBeUndefined();
    expect(review.reviewed(matches)).toBe(1);
  });

  it("makes marks of what is accepted once", () => {
    const review = new Review();
    review.toggle(matches[0], "accepted");
    review.toggle(matches[2], "accepted");
    const accepted = review.accepted(matches);
    expect(accepted).toEqual([matches[0], matches[2]]);
    review.keep(accepted);
    expect(review.accepted(matches)).toEqual([]);
    review.toggle(matches[0], "rejected");
    expect(review.of(matches[0])).toBe("kept");
  });
});
