import { sourceWithoutHost } from "./safe_state_sources.js";

describe("A source at no host", () => {
  it("is found in every form in which a layer names its sources", () => {
    for (const url of [
      "zarr2://http://|",
      "precomputed://https://",
      "precomputed://HTTP:///",
      "n5://http:\\\\?a=b",
      "http://\t|zarr3:",
    ]) {
      const good = "precomputed://http://a.org/em";
      for (const source of [
        url,
        { url },
        [good, url],
        [{ url: good }, { url }],
      ])
        expect(sourceWithoutHost({ source })).toBe(url);
    }
  });

  it("is none that names a host, or whose scheme knows its host", () => {
    for (const url of [
      "precomputed://https://a.org",
      "http://127.0.0.1:8080/a|zarr3:",
      "precomputed://gs://bucket/em?http",
      "local://annotations",
      "",
    ])
      expect(sourceWithoutHost({ source: url })).toBeUndefined();
    for (const source of [undefined, null, 7, [], [null], { url: 7 }])
      expect(sourceWithoutHost({ source })).toBeUndefined();
  });
});
