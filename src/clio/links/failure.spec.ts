import { HttpError } from "neuroglancer/unstable/util/http_request.js";
import { failureOf } from "./failure.js";
import { placeOf } from "./remote_place.js";

describe("Where a source lies", () => {
  for (const [url, place] of [
    ["precomputed://gs://bucket/a/b", "gs://bucket"],
    ["precomputed://https://host.org/a?b#c", "host.org"],
    ["gs://bucket/a|neuroglancer-precomputed:", "gs://bucket"],
    [
      "dvid://http://host.org:9000/1a2b/seg?dvid-service=https://other.org",
      "host.org:9000",
    ],
    ["zarr://s3://bucket", "s3://bucket"],
    ["graphene://middleauth+https://host.org/t", "host.org"],
    ["https://user:secret@host.org/a", "host.org"],
    ["brainmaps://1:a:b", "brainmaps://1:a:b"],
    ["no scheme", "no scheme"],
    ["", "An address without a host"],
    ["zarr://", "zarr://"],
    ["precomputed://http://", "An address without a host"],
  ]) {
    it(`is "${place}" for "${url}"`, () => {
      expect(placeOf(url)).toBe(place);
    });
  }

  it("is short whatever the address", () => {
    expect(placeOf(`https://${"a".repeat(1_000_000)}`).length).toBe(80);
  });
});

describe("Why a source cannot be reached", () => {
  const http = (status: number) =>
    new HttpError("https://host.org/info", status, "", undefined);

  it("is read off the answer, also where that lies below other errors", () => {
    const deep = new Error("not found", {
      cause: new Error("in between", { cause: http(0) }),
    });
    expect(failureOf("zarr://https://host.org", deep)).toEqual({
      place: "host.org",
      reason: "does not answer, or does not let this page read it",
      next: jasmine.stringContaining("online"),
    });
    for (const [status, reason] of [
      [401, /not open to everyone/],
      [403, /not open to everyone/],
      [404, /not there/],
      [410, /not there/],
      [500, /fault of its own/],
      [503, /fault of its own/],
    ] as const) {
      expect(failureOf("a://b", http(status)).reason).toMatch(reason);
    }
  });

  it("is upstream's own words where it was not about an answer, and never long", () => {
    const reason = (error: unknown) => failureOf("a://b", error).reason;
    expect(reason(new Error("N5 metadata not found"))).toBe(
      "cannot be read: N5 metadata not found",
    );
    expect(reason(new Error("x".repeat(1_000_000))).length).toBeLessThan(250);
    expect(reason("thrown as text")).toContain("thrown as text");
    expect(reason(undefined)).toContain("cannot be read");
  });

  it("says which kinds of source nobody reads here, and which want a sign-in", () => {
    expect(
      failureOf("nrrd://a", new Error("Unsupported scheme: nrrd:")).reason,
    ).toContain("“nrrd”");
    const locked = new Error(
      'No registered credentials provider: "google-brainmaps"',
    );
    expect(failureOf("brainmaps://a", locked).reason).toContain("sign-in");
  });

  it("tells the former Clio's servers from this Clio's own sources", () => {
    const error = new Error("names no sandbox");
    expect(failureOf("clio://https://host.org/a", error).reason).toContain(
      "former Clio",
    );
    expect(failureOf("clio://nothing", error).reason).toContain(
      "names no sandbox",
    );
  });
});
