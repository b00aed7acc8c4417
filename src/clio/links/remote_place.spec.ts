import { remotePlaceOf } from "./remote_place.js";

const own = "http://127.0.0.1:8080";

describe("The place of a view that lies elsewhere", () => {
  it("is the host or the bucket that would be asked, whatever the address is made to look like", () => {
    for (const [url, name] of [
      ["https://states.example/a.json", "states.example"],
      ["https://states.example:81/a|zip:b.json", "states.example:81"],
      ["middleauth+https://states.example/s/1", "states.example"],
      ["gs://bucket/a.json", "gs://bucket"],
      ["https://127.0.0.1:8080@evil.example/", "evil.example"],
      ["http://evil.example\\@127.0.0.1:8080/", "evil.example"],
      ["http://127.0.0.1:8080.evil.example/", "127.0.0.1:8080.evil.example"],
      ["HTTP:evil.example", "evil.example"],
      ["http://ev\til.example/", "evil.example"],
    ]) {
      const place = remotePlaceOf(url, own);
      expect(place).withContext(url).toEqual({ name, isOwn: false });
    }
  });

  it("is the page's own where only the path differs", () => {
    expect(remotePlaceOf(`${own}/x.json`, own).isOwn).toBe(true);
    expect(remotePlaceOf("https://127.0.0.1:8080/", own).isOwn).toBe(false);
    expect(remotePlaceOf("http://127.0.0.1:8081/", own).isOwn).toBe(false);
    expect(remotePlaceOf("http://localhost:8080/", own).isOwn).toBe(false);
  });
});
