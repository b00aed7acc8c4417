/** An object store on loopback that speaks as much of Amazon's and Google's protocols as reading takes, and checks who asks. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { LoopbackServer } from "../../testing/loopback_server.js";

/** Something in the store, by `/<bucket>/<key>`. */
export interface StoredObject {
  body: Buffer;
  /** `gzip` where it is stored compressed. */
  encoding?: string;
}

/** A request as it arrived. */
export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
}

const sha256 = (text: string) =>
  createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

/** What signs in at Amazon's protocol. */
export const accessKey = {
  accessKeyId: "AKIDTEST",
  secretAccessKey: "never-in-a-log/or+an/answer",
};

/** What signs in at Google's: exchanged at `/token` for a token that the objects are read with. */
export const subjectToken = "a-subject-token-that-nobody-else-sees";
const accessToken = "an-access-token-that-nobody-else-sees";

/** What must be in no answer and in no log. */
export const secrets = [
  accessKey.secretAccessKey,
  subjectToken,
  accessToken,
] as const;

/** A running store. */
export class ObjectStore extends LoopbackServer {
  readonly objects = new Map<string, StoredObject>();
  readonly asked: Asked[] = [];
  /** What it answers instead, where that is set. */
  fault: ((response: ServerResponse) => void) | undefined;

  static async start(): Promise<ObjectStore> {
    const server = await LoopbackServer.listening();
    const store = new ObjectStore(server);
    server.on("request", (request, response) => {
      store.answer(request, response);
    });
    return store;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url: path = "", headers } = request;
    if (path === "/token") {
      void exchange(request, response);
      return;
    }
    this.asked.push({ method, path, headers });
    if (this.fault !== undefined) {
      this.fault(response);
      return;
    }
    const refused = whyRefused(method, path, headers);
    if (refused !== undefined) {
      // As stores do: in their own words, with all that they know of the request.
      response.writeHead(403).end(`<Error>${refused} ${path}</Error>`);
      return;
    }
    const object = this.objects.get(decodeURIComponent(path));
    if (object === undefined) {
      response.writeHead(404).end(`<Error>NoSuchKey ${path}</Error>`);
      return;
    }
    sendObject(request, response, object);
  }
}

function sendObject(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { body, encoding }: StoredObject,
): void {
  const etag = `"${createHash("md5").update(body).digest("hex")}"`;
  const common = {
    ETag: etag,
    "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
    "Content-Type": "text/html",
    "X-Amz-Request-Id": "of the store alone",
    ...(encoding === undefined ? {} : { "Content-Encoding": encoding }),
  };
  if (headers["if-none-match"] === etag) {
    response.writeHead(304, common).end();
    return;
  }
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
  if (from === undefined) {
    response.writeHead(200, { ...common, "Content-Length": body.length });
    response.end(method === "HEAD" ? undefined : body);
    return;
  }
  const first = from === "" ? body.length - Number(to) : Number(from);
  const last =
    from === "" || to === ""
      ? body.length - 1
      : Math.min(Number(to), body.length - 1);
  if (first > last) {
    response.writeHead(416).end("<Error>InvalidRange</Error>");
    return;
  }
  const part = body.subarray(first, last + 1);
  response.writeHead(206, {
    ...common,
    "Content-Length": part.length,
    "Content-Range": `bytes ${first}-${last}/${body.length}`,
  });
  response.end(part);
}

function whyRefused(
  method: string,
  path: string,
  headers: IncomingMessage["headers"],
): string | undefined {
  const { authorization = "" } = headers;
  if (authorization.startsWith("Bearer ")) {
    return authorization === `Bearer ${accessToken}` ? undefined : "bad token";
  }
  return isSigned(method, path, headers) ? undefined : "SignatureDoesNotMatch";
}

/**
 * Checks a signature.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function isSigned(
  method: string,
  path: string,
  headers: IncomingMessage["headers"],
): boolean {
  const [, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  if (signature === undefined) return false;
  const [day, region, service, end] = scope.split("/");
  const lines = names
    .split(";")
    .map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = [
    method,
    path,
    "",
    lines.join(""),
    names,
    String(headers["x-amz-content-sha256"]),
  ].join("\n");
  const toSign = [
    "AWS4-HMAC-SHA256",
    String(headers["x-amz-date"]),
    scope,
    sha256(canonical),
  ].join("\n");
  const key = [day, region, service, end].reduce<string | Buffer>(
    hmac,
    `AWS4${accessKey.secretAccessKey}`,
  );
  const expected = hmac(key, toSign);
  return (
    names.includes("host") &&
    region === "eu-test-1" &&
    timingSafeEqual(expected, Buffer.from(signature, "hex"))
  );
}

/** Google's token exchange. Source: RFC 8693. */
async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = "";
  request.setEncoding("utf8");
  for await (const part of request) text += part;
  const good = new URLSearchParams(text).get("subject_token") === subjectToken;
  response
    .writeHead(good ? 200 : 400, { "Content-Type": "application/json" })
    .end(
      JSON.stringify(
        good
          ? {
              access_token: accessToken,
              issued_token_type:
                "urn:ietf:params:oauth:token-type:access_token",
              token_type: "Bearer",
              expires_in: 3600,
            }
          : { error: "invalid_grant", error_description: text },
      ),
    );
}
