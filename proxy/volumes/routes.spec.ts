import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { runs } from "../testing/counts.js";
import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";

const chunk = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
const info = '{"type":"image"}';
const manifest = '{"fragments":["1:0:a"]}';

describe("A volume", () => {
  let server: ServerFixture;
  const file = "/volumes/demo/image/8_8_8/0-10_0-10_0-10";

  beforeAll(async () => {
    server = await startServer({
      "secret.txt": "secret",
      "data/secret.txt": "secret",
      "data/volumes/top.txt": "top",
      "data/volumes/.hidden/image/info": info,
      "data/volumes/demo/.hidden": "hidden",
      "data/volumes/demo/image.partial/info": info,
      "data/volumes/demo/image/info": info,
      "data/volumes/demo/image/page.html": "<script>alert(1)</script>",
      "data/volumes/demo/image/8_8_8/0-10_0-10_0-10": chunk,
      "data/volumes/demo/image/8_8_8/zipped.gz": gzipSync(chunk),
      "data/volumes/demo/image/8_8_8/broken.gz": "not gzip",
      "data/volumes/demo/mesh/info.gz": gzipSync(info),
      "data/volumes/demo/mesh/1:0": manifest,
      "data/volumes/demo/mesh/1:0:a": chunk,
    });
    const volumes = path.join(server.folder, "data/volumes");
    await symlink(server.folder, path.join(volumes, "demo/out"));
    await symlink(server.folder, path.join(volumes, "linked"));
    await symlink("image/info", path.join(volumes, "demo/inside"));
    await mkdir(path.join(volumes, "demo/empty"));
  });
  afterAll(() => server.close());

  it("gives each file as JSON or as bytes, and never as a page", async () => {
    for (const [name, type] of [
      ["image/info", "application/json"],
      ["mesh/info", "application/json"],
      ["mesh/1:0", "application/json"],
      ["mesh/1%3A0", "application/json"],
      ["mesh/1:0:a", "application/octet-stream"],
      ["image/8_8_8/0-10_0-10_0-10", "application/octet-stream"],
      ["image/page.html", "application/octet-stream"],
    ]) {
      const answer = await server.ask(`/volumes/demo/${name}`);
      expect(answer.status).withContext(name).toBe(200);
      expect(answer.headers["content-type"]).withContext(name).toBe(type);
    }
  });

  it("answers any single range as the bytes of the file have it", async () => {
    const size = chunk.length;
    const offset = fc.integer({ min: 0, max: size + 20 });
    const range = fc.oneof(
      fc.tuple(offset, offset).map(([a, b]) => `${a}-${b}`),
      offset.map((a) => `${a}-`),
      offset.map((a) => `-${a}`),
      fc.stringMatching(/^[-0-9a-z, ]{0,8}$/),
    );
    await fc.assert(
      fc.asyncProperty(range, async (text) => {
        const answer = await server.ask(file, {
          headers: { Range: `bytes=${text}` },
        });
        if (answer.status === 206) {
          const [, first, last, total] =
            /^bytes (\d+)-(\d+)\/(\d+)$/.exec(
              String(answer.headers["content-range"]),
            ) ?? [];
          expect(Number(total)).toBe(size);
          expect(
            answer.body.equals(chunk.subarray(Number(first), Number(last) + 1)),
          ).toBeTrue();
          const [, from, to] = /^(\d*)-(\d*)$/.exec(text.trim()) ?? [];
          if (from) expect(Number(first)).toBe(Number(from));
          if (from && to) {
            expect(Number(last)).toBe(Math.min(Number(to), size - 1));
          }
        } else if (answer.status === 416) {
          expectProblem(answer, 416, "bad-range");
          expect(answer.headers["content-range"]).toBe(`bytes */${size}`);
        } else {
          // What is not a single range is ignored, as HTTP wants it.
          expect(answer.status).toBe(200);
          expect(answer.body.equals(chunk)).toBeTrue();
        }
      }),
      { numRuns: runs(200, 5_000) },
    );
  });

  it("answers the first, the last and the impossible range", async () => {
    const ask = async (range: string) =>
      server.ask(file, { headers: { Range: range } });
    const first = await ask("bytes=0-0");
    expect(first.status).toBe(206);
    expect([...first.body]).toEqual([chunk[0]]);
    const suffix = await ask("bytes=-3");
    expect(suffix.headers["content-range"]).toBe("bytes 997-999/1000");
    expect([...suffix.body]).toEqual([...chunk.subarray(-3)]);
    const beyond = await ask("bytes=1000-");
    expectProblem(beyond, 416, "bad-range");
    expect(beyond.headers["content-range"]).toBe("bytes */1000");
  });

  it("answers a range of a changed file with the whole file", async () => {
    const { headers } = await server.ask(file);
    const range = { Range: "bytes=0-9" };
    const same = await server.ask(file, {
      headers: { ...range, "If-Range": String(headers["last-modified"]) },
    });
    expect(same.status).toBe(206);
    const other = await server.ask(file, {
      headers: { ...range, "If-Range": '"another"' },
    });
    expect(other.status).toBe(200);
    expect(other.body.length).toBe(1000);
  });

  it("does not send again what the client has", async () => {
    const { headers } = await server.ask(file);
    const again = await server.ask(file, {
      headers: { "If-None-Match": String(headers.etag) },
    });
    expect(again.status).toBe(304);
    expect(again.body.length).toBe(0);
    expect(headers["cache-control"]).toBe("no-cache");
  });

  it("answers HEAD with the headers alone", async () => {
    const answer = await server.ask(file, { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-length"]).toBe("1000");
    expect(answer.body.length).toBe(0);
  });

  it("gives what is stored compressed as what it holds, decompressed where the client wants that", async () => {
    const target = "/volumes/demo/image/8_8_8/zipped";
    for (const accept of ["gzip", "br, gzip;q=0.5", "*"]) {
      const answer = await server.ask(target, {
        headers: { "Accept-Encoding": accept, Range: "bytes=0-9" },
      });
      expect(answer.status).withContext(accept).toBe(200);
      expect(answer.headers["content-encoding"]).toBe("gzip");
      expect(answer.headers.vary).toContain("Accept-Encoding");
      expect(answer.body.equals(gzipSync(chunk))).toBeTrue();
    }
    for (const accept of ["identity", "gzip;q=0", "br"]) {
      const answer = await server.ask(target, {
        headers: { "Accept-Encoding": accept },
      });
      expect(answer.status).withContext(accept).toBe(200);
      expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.body.equals(chunk)).toBeTrue();
    }
    const head = await server.ask(target, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(head.body.length).toBe(0);
  });

  it("says so where what is stored as compressed is not", async () => {
    const answer = await server.ask("/volumes/demo/image/8_8_8/broken");
    expectProblem(answer, 500, "internal");
  });

  it("answers what is missing, hidden, half-made, a folder or outside with 404 and nothing of its place", async () => {
    for (const target of [
      "/volumes",
      "/volumes/",
      "/volumes/demo",
      "/volumes/demo/",
      "/volumes/demo/image",
      "/volumes/demo/image/",
      "/volumes/demo/empty",
      "/volumes/demo/image/8_8_8/10-20_0-10_0-10",
      "/volumes/demo/image/info/x",
      "/volumes/demo/.hidden",
      "/volumes/.hidden/image/info",
      "/volumes/demo/image.partial/info",
      "/volumes/top.txt",
      "/volumes/demo/out/secret.txt",
      "/volumes/linked/secret.txt",
      "/volumes/demo/../top.txt",
      "/volumes/../secret.txt",
      "/volumes/demo/%2e%2e/top.txt",
      "/volumes/demo/..%2ftop.txt",
      "/volumes/..%2f..%2fsecret.txt",
      "/volumes/demo/..%5ctop.txt",
      "/volumes/demo/..\\top.txt",
      "/volumes/demo/image%2finfo",
      "/volumes/demo/image/info%00",
      "/volumes/demo/image/info%0a",
      "/volumes/demo//image/info",
      "/volumes//etc/passwd",
      `/volumes/demo/${"a".repeat(300)}`,
      "/%76olumes/demo/image/info",
    ]) {
      const answer = await server.ask(target);
      const { detail } = expectProblem(answer, 404, "not-found");
      expect(detail).withContext(target).not.toContain(server.folder);
      expect(answer.body.toString()).not.toMatch(/secret"|hidden"/);
    }
  });

  it("follows a link that stays within the volumes", async () => {
    const answer = await server.ask("/volumes/demo/inside");
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe(info);
  });

  it("refuses a broken percent-encoding", async () => {
    for (const target of ["/volumes/demo/%", "/volumes/demo/%zz/info"]) {
      expectProblem(await server.ask(target), 400, "bad-url");
    }
  });

  it("is read and never written", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const answer = await server.ask(file, { method });
      expectProblem(answer, 405, "method-not-allowed");
      expect(answer.headers.allow).toBe("GET, HEAD");
    }
  });

  it("shows a file that was added while the server runs", async () => {
    const target = "image/8_8_8/added";
    const added = path.join(server.folder, "data/volumes/demo", target);
    await writeFile(added, chunk);
    expect((await server.ask(`/volumes/demo/${target}`)).status).toBe(200);
  });
});
