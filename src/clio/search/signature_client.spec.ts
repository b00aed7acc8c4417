import type { Box } from "../model/box.js";
import { LONGEST_ANSWER, MOST_MATCHES } from "./answers.js";
import { SearchProblem } from "./search_problem.js";
import { type SearchRequest, SignatureClient } from "./signature_client.js";
import { acrossAnswerOf } from "./testing/answers.js";

const bounds: Box = { lower: [0, 0, 0], upper: [256, 256, 128] };
const request: SearchRequest = {
  examples: [{ point: [1, 2, 3] }],
  excluded: [],
  limit: MOST_MATCHES,
  maxDistance: 24,
  minSeparation: 0,
};
const never = new AbortController().signal;

const match = (change: object = {}) => ({
  point: [10, 20, 30],
  signature: "-81985529216486896",
  distance: 3,
  ...change,
});

const answer = (change: object = {}) => ({
  index: "a",
  hits: [match()],
  examples: [{ point: [1, 2, 3], signature: "1" }],
  examined: 9000,
  milliseconds: 0.4,
  complete: true,
  quarantined: [],
  ...change,
});

function clientOf(
  respond: () => Promise<Response> | Response,
): SignatureClient {
  return new SignatureClient(() => Promise.resolve().then(respond));
}

/** What a search is told where the server answers so. */
async function told(body: unknown, status = 200): Promise<SearchProblem> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const client = clientOf(() => new Response(text, { status }));
  return client.search("demo", request, bounds, never).then(
    () => fail("it was taken") as never,
    (error: unknown) => {
      expect(error).toBeInstanceOf(SearchProblem);
      return error as SearchProblem;
    },
  );
}

describe("What the server answers to a search", () => {
  it("is taken where it is one", async () => {
    const client = clientOf(() => Response.json(answer()));
    const found = await client.search("demo", request, bounds, never);
    expect(found.hits).toEqual([
      {
        point: [10, 20, 30],
        signature: "-81985529216486896",
        distance: 3,
      },
    ]);
  });

  for (const [what, body, names] of [
    ["NaN", JSON.stringify(answer()).replace("30]", "NaN]"), "not JSON"],
    [
      "null for a number",
      answer({ hits: [match({ distance: null })] }),
      "distance",
    ],
    [
      "text in numbers",
      answer({ hits: [match({ distance: "3" })] }),
      "hits.0.distance",
    ],
    [
      "text in places",
      answer({ hits: [match({ point: ["1", 2, 3] })] }),
      "hits.0.point.0",
    ],
    [
      "fractions",
      answer({ hits: [match({ point: [1.5, 2, 3] })] }),
      "hits.0.point.0",
    ],
    [
      "places below the volume",
      answer({ hits: [match({ point: [-1, 2, 3] })] }),
      "hits.0.point.0",
    ],
    [
      "places beyond the volume",
      answer({ hits: [match({ point: [1, 2, 128] })] }),
      "a place in the volume",
    ],
    [
      "places of two coordinates",
      answer({ hits: [match({ point: [1, 2] })] }),
      "hits.0.point.2",
    ],
    [
      "a distance of 65 bits",
      answer({ hits: [match({ distance: 65 })] }),
      "0 to 64",
    ],
    [
      "another order",
      answer({ hits: [match(), match({ distance: 2 })] }),
      "order",
    ],
    [
      "a signature as a number",
      answer({ hits: [match({ signature: 7 })] }),
      "signature",
    ],
    [
      "more matches than were asked for",
      answer({ hits: Array.from({ length: MOST_MATCHES + 1 }, () => match()) }),
      `at most ${MOST_MATCHES}`,
    ],
    ["a list", [], "index"],
    ["nothing", "", "not JSON"],
    ["a page", "<!doctype html>", "not JSON"],
    [
      "something that never ends",
      `"${" ".repeat(LONGEST_ANSWER)}"`,
      "characters long",
    ],
  ] as const) {
    it(`is refused with its reason where it is ${what}`, async () => {
      const { code, message } = await told(body);
      expect(code).toBe("bad-answer");
      expect(message).toContain(names);
    });
  }

  it("is refused before it is read where it holds a million matches", async () => {
    const one = JSON.stringify(match());
    const { code, what } = await told(
      JSON.stringify(answer({ hits: [] })).replace(
        '"hits":[]',
        `"hits":[${new Array<string>(1_000_000).fill(one).join()}]`,
      ),
    );
    expect(code).toBe("bad-answer");
    expect(what).toContain("characters long");
  });

  it("has other words for each thing that stands in the way, and never those of no matches", async () => {
    const problem = (code: string) => ({ detail: "it says.", code });
    const all = await Promise.all([
      told(problem("no-index"), 404),
      told(problem("no-signature"), 404),
      told(problem("too-many-searches"), 429),
      told(problem("too-many-requests"), 429),
      told(problem("search-timeout"), 503),
      told(problem("index-corrupt"), 503),
      told(problem("quota-exceeded"), 429),
      told(problem("sign-in"), 401),
      told(problem("brand-new"), 500),
      told("<html>Bad gateway</html>", 502),
      told("[]"),
    ]);
    const words = all.map(({ what }) => what);
    expect(new Set(words).size).toBe(words.length);
    for (const { what, next } of all) {
      expect(`${what} ${next}`).not.toMatch(/no match/i);
      expect(next).not.toBe("");
    }
  });

  it("is told apart where none comes: the server is away, or the person has cancelled", async () => {
    const away = clientOf(() =>
      Promise.reject(new TypeError("Failed to fetch")),
    );
    await expectAsync(
      away.search("demo", request, bounds, never),
    ).toBeRejectedWith(jasmine.objectContaining({ code: "server-away" }));
    const cancelled = AbortSignal.abort(new Error("cancelled"));
    await expectAsync(
      away.search("demo", request, bounds, cancelled),
    ).toBeRejectedWithError("cancelled");
  });

  for (const [what, change, names] of [
    ["a dataset that is no name", { hits: [{ dataset: "<b>" }] }, "dataset"],
    [
      "a place that cannot be in the own volume",
      { hits: [{ point: [9999, 0, 0] }] },
      "a place in the volume",
    ],
    ["none of its own dataset", { datasets: [] }, "one that is demo"],
    ["a failure of nothing", { failed: [{ problem: {} }] }, "failed"],
  ] as const) {
    it(`of several datasets is refused with ${what}`, async () => {
      const good = acrossAnswerOf([1], ["demo", "other"]);
      const hits =
        "hits" in change
          ? change.hits.map((hit) => ({ ...good.hits[0], ...hit }))
          : good.hits;
      const json = { ...good, ...change, hits };
      const client = clientOf(() => Response.json(json));
      await expectAsync(
        client.across("demo", request, bounds, never),
      ).toBeRejectedWithError(SearchProblem, new RegExp(names));
      const taken = clientOf(() => Response.json(good));
      const found = await taken.across("demo", request, bounds, never);
      expect(found.hits).toHaveSize(1);
    });
  }
});
