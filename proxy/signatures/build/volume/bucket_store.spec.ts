import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import {
  accessKey,
  ObjectStore,
  secrets,
} from "../../../buckets/testing/object_store.js";
import { fileStore, type FileStore } from "./file_store.js";
import { VolumeError } from "./volume_error.js";

const chunk = Uint8Array.from({ length: 3000 }, (_, i) => i % 251);

describe("The files of a volume in a private bucket", () => {
  let store: ObjectStore;
  let folder: string;

  beforeAll(async () => {
    store = await ObjectStore.start();
    folder = mkdtempSync(path.join(tmpdir(), "clio-bucket-"));
    const files = {
      "key.json": accessKey,
      "wrong.json": { ...accessKey, secretAccessKey: "other" },
      "none.json": { accessKeyId: "AKIDTEST" },
    };
    for (const [name, json] of Object.entries(files))
      writeFileSync(path.join(folder, name), JSON.stringify(json));
    const body = Buffer.from(chunk);
    store.objects.set("/lab/vnc/em/s/plain", { body });
    store.objects.set("/lab/vnc/em/s/packed", {
      body: gzipSync(chunk),
      encoding: "gzip",
    });
  });
  afterAll(async () => {
    await store.stop();
    rmSync(folder, { recursive: true });
  });

  const files = (credentials: string): FileStore =>
    fileStore({
      kind: "bucket",
      bucket: {
        url: "s3://lab/vnc",
        endpoint: store.origin,
        region: "eu-test-1",
        credentialsFile: path.join(folder, credentials),
      },
      names: ["em"],
    });

  it("are read whole and in part, packed ones too, and told from those that are not there", async () => {
    const bucket = files("key.json");
    for (const name of ["s/plain", "s/packed"]) {
      const whole = await bucket.read(name);
      expect(Uint8Array.from(whole!)).toEqual(chunk);
      const range = { offset: 100, length: 20 };
      const part = await bucket.read(name, range);
      expect(Uint8Array.from(part!)).toEqual(chunk.slice(100, 120));
      await expectAsync(
        bucket.read(name, { offset: 2990, length: 20 }),
      ).toBeRejectedWithError(VolumeError, /ends before byte 3010/);
    }
    expect(await bucket.read("s/none")).toBe(undefined);
    expect(bucket.nameOf("s/plain")).toBe("s3://lab/vnc/em/s/plain");
  });

  it("are asked for again where the store fails for a while", async () => {
    store.fault = (response) => {
      store.fault = undefined;
      response.writeHead(503).end();
    };
    expect(await files("key.json").read("s/plain")).toEqual(chunk);
  });

  it("are refused in words that name the file and hold no secret", async () => {
    for (const [credentials, message] of [
      ["wrong.json", /s3:\/\/lab\/vnc\/em\/s\/plain: the answer was 403/],
      ["none.json", /em\/s\/plain: credentialsFile: .*none\.json/],
    ] as const) {
      const error = await files(credentials)
        .read("s/plain")
        .then(
          () => "was read",
          (reason: VolumeError) => reason.message,
        );
      expect(error).toMatch(message);
      for (const secret of secrets) expect(error).not.toContain(secret);
    }
  });
});
