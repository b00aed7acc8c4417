import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { rm } from "node:fs/promises";
import {
  expectProblem,
  startServer,
  temporaryFolder,
  writeFiles,
  type ServerFixture,
} from "../testing/server_fixture.js";
import {
  accessKey,
  ObjectStore,
  secrets,
  subjectToken,
} from "./testing/object_store.js";

const chunk = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
const info = Buffer.from('{"type":"image"}');

const description = (more: object = {}) => ({
  neuroglancer: {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    layers: [{ name: "em", type: "image", source: "./image" }],
  },
  ...more,
});

describe("A volume in a bucket", () => {
  let store: ObjectStore;
  let server: ServerFixture;
  let credentials: string;

  beforeAll(async () => {
    store = await ObjectStore.start();
    credentials = await temporaryFolder();
    await writeFiles(credentials, {
      "key.json": JSON.stringify(accessKey),
      "wrong.json": JSON.stringify({ ...accessKey, secretAccessKey: "other" }),
      token: subjectToken,
      "google.json": JSON.stringify({
        type: "external_account",
        audience: "//iam.googleapis.com/projects/1/locations/global/x",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: `${store.origin}/token`,
        credential_source: { file: path.join(credentials, "token") },
      }),
      "google-wrong.json": JSON.stringify({
        type: "external_account",
        audience: "//iam.googleapis.com/projects/1/locations/global/x",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: `${store.origin}/token`,
        credential_source: { file: path.join(credentials, "key.json") },
      }),
    });
    const file = (name: string) => path.join(credentials, name);
    const at = { endpoint: store.origin, region: "eu-test-1" };
    const datasets = {
      private: description(),
      amazon: description({ public: true }),
      google: description({ public: true }),
      locked: description({ public: true }),
      astray: description({ public: true }),
    };
    server = await startServer(
      { "datasets.json": JSON.stringify(datasets) },
      {
        identity: {
          kind: "oidc",
          issuer: "http://127.0.0.1:9",
          clientId: "clio",
          admins: [],
        },
        buckets: {
          private: {
            url: "s3://lab/p",
            credentialsFile: file("key.json"),
            ...at,
          },
          amazon: {
            url: "s3://lab/vol ume/é",
            credentialsFile: file("key.json"),
            ...at,
          },
          google: {
            url: "gs://lab.example",
            credentialsFile: file("google.json"),
            ...at,
          },
          locked: {
            url: "s3://lab/x",
            credentialsFile: file("wrong.json"),
            ...at,
          },
          astray: {
            url: "gs://lab/x",
            credentialsFile: file("google-wrong.json"),
            ...at,
          },
        },
      },
    );
    for (const folder of ["/lab/vol ume/é", "/lab.example", "/lab/p"]) {
      store.objects.set(`${folder}/image/info`, { body: info });
      store.objects.set(`${folder}/image/0-64_0-64_0-64`, { body: chunk });
      const body = gzipSync(chunk);
      store.objects.set(`${folder}/image/packed`, { body, encoding: "gzip" });
    }
  });
  beforeEach(() => {
    store.asked.splice(0);
    store.fault = undefined;
  });
  afterAll(async () => {
    await server.close();
    await store.stop();
    await rm(credentials, { recursive: true });
  });

  const get = (target: string, headers: Record<string, string> = {}) =>
    server.ask(`/volumes/${target}`, { headers });

  for (const name of ["amazon", "google"]) {
    it(`of ${name} is streamed, whole, in part, and not again where it is known`, async () => {
      const whole = await get(`${name}/image/0-64_0-64_0-64`);
      expect(whole.status).toBe(200);
      expect(whole.body.equals(chunk)).toBeTrue();
      expect(whole.headers["content-type"]).toBe("application/octet-stream");
      expect(whole.headers["accept-ranges"]).toBe("bytes");
      expect(whole.headers["x-amz-request-id"]).toBe(undefined);
      const { etag } = whole.headers;
      for (const [range, from, to] of [
        ["bytes=10-19", 10, 20],
        ["bytes=99990-", 99_990, 100_000],
        ["bytes=-5", 99_995, 100_000],
      ] as const) {
        const part = await get(`${name}/image/0-64_0-64_0-64`, {
          Range: range,
        });
        expect(part.status).toBe(206);
        expect(part.body.equals(chunk.subarray(from, to))).toBeTrue();
        expect(part.headers["content-range"]).toBe(
          `bytes ${from}-${to - 1}/100000`,
        );
      }
      const known = await get(`${name}/image/0-64_0-64_0-64`, {
        "If-None-Match": String(etag),
      });
      expect([known.status, known.body.length]).toEqual([304, 0]);
      const json = await get(`${name}/image/info`);
      expect(json.headers["content-type"]).toMatch(/^application\/json/);
      const head = await server.ask(`/volumes/${name}/image/info`, {
        method: "HEAD",
      });
      expect([head.status, head.body.length]).toEqual([200, 0]);
      expect(head.headers["content-length"]).toBe(String(info.length));
      for (const method of ["POST", "PUT", "DELETE"]) {
        const written = await server.ask(`/volumes/${name}/image/info`, {
          method,
        });
        expectProblem(written, 405, "method-not-allowed");
      }
    });

    it(`of ${name} keeps what is stored compressed so, and unpacks it for who does not read that`, async () => {
      const packed = await get(`${name}/image/packed`, {
        "Accept-Encoding": "gzip",
        Range: "bytes=0-9",
      });
      expect(packed.status).toBe(200);
      expect(packed.headers["content-encoding"]).toBe("gzip");
      expect(gunzipSync(packed.body).equals(chunk)).toBeTrue();
      const plain = await get(`${name}/image/packed`, {
        "Accept-Encoding": "identity",
      });
      expect(plain.headers["content-encoding"]).toBe(undefined);
      expect(plain.body.equals(chunk)).toBeTrue();
    });

    it(`of ${name} has the store's "not there" and "not in range", in the server's words`, async () => {
      const missing = expectProblem(
        await get(`${name}/image/none`),
        404,
        "not-found",
      );
      expect(missing.detail).not.toContain("lab");
      const beyond = await get(`${name}/image/info`, { Range: "bytes=999-" });
      expectProblem(beyond, 416, "bad-range");
    });
  }

  it("obeys the permissions of its dataset, and is asked for by nobody else", async () => {
    expectProblem(await get("private/image/info"), 401, "unauthorized");
    expect(store.asked).toEqual([]);
  });

  it("is named by the server's own address, and by no bucket's", async () => {
    const answer = await server.ask("/v2/datasets/amazon");
    const text = answer.body.toString();
    expect(text).toContain(
      `precomputed://http://127.0.0.1:${server.port}/volumes/amazon/image`,
    );
    expect(text).not.toContain("lab");
  });

  it("is no way to anything else in the bucket, or elsewhere", async () => {
    store.objects.set("/lab/secret", { body: Buffer.from("secret") });
    for (const target of [
      "amazon/../secret",
      "amazon/..%2fsecret",
      "amazon/%2e%2e/secret",
      "amazon/image/..%5c..%5csecret",
      "amazon/.hidden",
      "amazon//secret",
      "amazon/image/info%00",
    ]) {
      const answer = await get(target);
      expect([400, 401, 404]).withContext(target).toContain(answer.status);
      expect(answer.body.toString()).not.toBe("secret");
    }
    await get("amazon/image/info?versionId=1&X-Amz-Security-Token=x");
    await get("amazon/image/info", {
      Cookie: "clio_session=x",
      "X-Amz-Acl": "public-read",
      "X-Forwarded-For": "10.0.0.1",
    });
    for (const { path: asked, headers } of store.asked) {
      expect(asked.startsWith("/lab/vol%20ume/%C3%A9/")).toBeTrue();
      expect(asked).not.toContain("?");
      for (const name of ["cookie", "x-amz-acl", "x-forwarded-for"]) {
        expect(headers[name]).toBe(undefined);
      }
    }
  });

  it("whose store refuses, fails, redirects or falls silent is told of without any secret", async () => {
    expectProblem(await get("locked/image/info"), 502, "bucket-unavailable");
    expectProblem(await get("astray/image/info"), 502, "bucket-unavailable");
    for (const fault of [
      (response) => response.writeHead(500).end(accessKey.secretAccessKey),
      (response) =>
        response.writeHead(307, { Location: "http://127.0.0.1:1/" }).end(),
      (response) => response.destroy(),
    ] satisfies ObjectStore["fault"][]) {
      store.fault = fault;
      expectProblem(await get("amazon/image/info"), 502, "bucket-unavailable");
    }
    // Half of an object is no object: the connection breaks off.
    store.fault = (response) => {
      response.writeHead(200, { "Content-Length": 1000 });
      response.write("half", () => response.destroy());
    };
    await expectAsync(get("amazon/image/info")).toBeRejected();
    store.fault = undefined;
    expect((await get("amazon/image/info")).status).toBe(200);
    const log = JSON.stringify(server.logged());
    expect(log).toContain("the store answers 403");
    expect(log).toContain("the store answers 307");
    for (const secret of secrets) expect(log).not.toContain(secret);
  });

  it("is no longer read when whoever asked has gone", async () => {
    const gone = new Promise<void>((resolve) => {
      store.fault = (response) => {
        response.writeHead(200);
        response.write(chunk);
        response.once("close", () => resolve());
      };
    });
    const stop = new AbortController();
    const answer = await fetch(
      `http://127.0.0.1:${server.port}/volumes/amazon/image/info`,
      { signal: stop.signal },
    );
    expect(answer.status).toBe(200);
    stop.abort();
    await gone;
  });
});
