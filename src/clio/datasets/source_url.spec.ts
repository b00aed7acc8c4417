import { sameSource } from "./source_url.js";

const url = "precomputed://https://example.org/volumes/demo/image";

describe("the address of a source", () => {
  for (const other of [
    url,
    `${url}/`,
    "https://example.org/volumes/demo/image",
    "https://example.org/volumes/demo/image/|neuroglancer-precomputed:",
    "precomputed://https://EXAMPLE.org:443/volumes/demo/image//",
  ]) {
    it(`leads to the same volume as ${other}`, () => {
      expect(sameSource(url, other)).toBeTrue();
      expect(sameSource(other, url)).toBeTrue();
    });
  }

  for (const other of [
    "precomputed://https://example.org/volumes/demo/Image",
    "precomputed://https://example.org/volumes/demo/image2",
    "precomputed://http://example.org/volumes/demo/image",
    "zarr://https://example.org/volumes/demo/image",
    "precomputed://gs://example.org/volumes/demo/image",
    "",
  ]) {
    it(`does not lead to the same volume as ${other || "nothing"}`, () => {
      expect(sameSource(url, other)).toBeFalse();
    });
  }

  it("is compared as it is written where it is no address at all", () => {
    expect(sameSource("http://", "http:///")).toBeTrue();
    expect(sameSource("http://[", "http://]")).toBeFalse();
  });
});
