import { connectionsText, type Edge } from "../model/neuprint.js";
import { NeuprintClient } from "./neuprint_client.js";
import { OwnToken } from "./own_token.js";

const edge = (body: string): Edge => ({
  ...{ of: "18446744073709551615", body, type: "a\nb", instance: "" },
  ...{ status: "", weight: 2, regions: [["left", 1]] },
});

/** What is read of an answer of the server. */
function read(text: string, status = 200) {
  const client = new NeuprintClient(new OwnToken("ada@lab.org"), () =>
    Promise.resolve(new Response(text, { status })),
  );
  const { signal } = new AbortController();
  return client.connections("demo", ["1"], "inputs", signal);
}

describe("An answer with connections", () => {
  it("is read as it was written, each edge a line or not", async () => {
    for (const count of [0, 1, 3000]) {
      const edges = Array.from({ length: count }, (_, i) => edge(String(i)));
      const answer = { edges, complete: count < 3000 };
      expect(JSON.parse(connectionsText(answer))).toEqual(answer);
      expect(await read(connectionsText(answer))).toEqual(answer);
      expect(await read(JSON.stringify(answer))).toEqual(answer);
    }
  });

  it("is used not at all where a line of it is wrong, or the end is missing", async () => {
    const answer = { edges: [edge("7"), edge("8")], complete: true };
    const text = connectionsText(answer);
    for (const wrong of [
      text.replace('"8"', "8"),
      text.replace('"weight":2', '"weight":-2'),
      text.slice(0, -30),
      "",
      "<html>",
    ]) {
      await expectAsync(read(wrong)).toBeRejectedWith(
        jasmine.objectContaining({ code: "bad-answer" }),
      );
    }
  });
});
