import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { BucketConfig } from "./bucket_config.js";
import type { Signer } from "./signers.js";

/** How long a store may be silent, in milliseconds. */
const patience = 30_000;

/** Chunks are small and many: connections are kept, and bounded. */
const agentOptions = { keepAlive: true, maxSockets: 64 };
const agents = {
  "http:": new http.Agent(agentOptions),
  "https:": new https.Agent(agentOptions),
};

const endpoints = {
  "gs:": () => "https://storage.googleapis.com",
  "s3:": (region: string) => `https://s3.${region}.amazonaws.com`,
};

/** The folder of a volume in an object store. */
export class Bucket {
  private readonly base: URL;

  constructor(
    { url, endpoint, region }: BucketConfig,
    private readonly sign: Signer,
  ) {
    const { protocol, host, pathname } = new URL(url);
    const own = endpoints[protocol as keyof typeof endpoints](region);
    // With the bucket in the path, which every store understands, and certificates do whatever the bucket is called.
    this.base = new URL(`/${host}${pathname}`, endpoint ?? own);
  }

  /**
   * Asks for an object.
   * @param names that lead to it below the folder, each one segment of a path
   * @param headers that go along and say nothing of who asks
   * @returns the store's answer, its body yet to be read
   */
  async ask(
    method: "GET" | "HEAD",
    names: readonly string[],
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const path = names.map(encodeURIComponent).join("/");
    const url = new URL(
      `${this.base.pathname.replace(/\/$/, "")}/${path}`,
      this.base,
    );
    const signed = Object.fromEntries(await this.sign(method, url));
    const isPlain = url.protocol === "http:";
    return new Promise((resolve, reject) => {
      const request = (isPlain ? http : https).request(url, {
        method,
        headers: { ...headers, ...signed },
        agent: agents[isPlain ? "http:" : "https:"],
        signal,
        timeout: patience,
      });
      request.on("timeout", () =>
        request.destroy(new Error(`nothing came within ${patience} ms`)),
      );
      request.on("error", reject);
      // A redirect is not followed: it could lead the signature anywhere.
      request.on("response", resolve);
      request.end();
    });
  }
}
