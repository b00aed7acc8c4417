import { whyNotLoaded } from "./cannot_load.js";

/** As webpack's runtime throws it. */
function chunkLoadError(type: string): Error {
  const error = new Error(`Loading chunk text-editor failed. (${type})`);
  return Object.assign(error, { name: "ChunkLoadError", type });
}

describe("Why a part of the page is not there", () => {
  it("is the server only where it did not answer, and else what went wrong", () => {
    expect(whyNotLoaded(chunkLoadError("error"))).toMatch(
      /^the server does not answer\. See that it runs/,
    );
    expect(whyNotLoaded(chunkLoadError("missing"))).toMatch(
      /^what the server sent is something else\..* reload the page\.$/,
    );
    expect(whyNotLoaded(new TypeError("x is undefined."))).toMatch(
      /^x is undefined\. Reload the page/,
    );
    expect(whyNotLoaded("odd")).toMatch(/^odd\. Reload/);
  });
});
