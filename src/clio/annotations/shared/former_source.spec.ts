import { parseFormerSource } from "./former_source.js";

describe("A layer source of the original Clio", () => {
  it("says which dataset of which server it shows, and whose marks", () => {
    const plain = { isAtlas: false, groups: [] };
    for (const [path, source] of [
      [
        "https://clio-store-x.run.app/v2/hemibrain?auth=neurohub&kind=atlas&groups=a,b",
        {
          host: "clio-store-x.run.app",
          dataset: "hemibrain",
          isAtlas: true,
          groups: ["a", "b"],
        },
      ],
      [
        "https://clio.example/mb20?query=annotation",
        { host: "clio.example", dataset: "mb20", ...plain },
      ],
      [
        "http://h:8080/clio_toplevel/VNC#kind=Normal",
        { host: "h:8080", dataset: "VNC", ...plain },
      ],
      [
        "https://user:secret@h/test/a%20b/",
        { host: "h", dataset: "a b", ...plain },
      ],
    ] as const) {
      expect(parseFormerSource(path)).withContext(path).toEqual(source);
    }
  });

  it("is told from all others", () => {
    for (const path of [
      "sandbox/demo",
      "link/AAAAAAAAAAAAAAAAAAAAAA",
      "https://host",
      "https://host/",
      "https://host/v2/a/b",
      "https://host/v2/%E0%A4%A",
      "ftp://host/v2/a",
    ]) {
      expect(parseFormerSource(path)).withContext(path).toBe(undefined);
    }
  });
});
