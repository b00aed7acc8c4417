/** A real OpenID Connect issuer on loopback, with people who sign in without being asked, for specs and stories. */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWTPayload,
} from "jose";
import { LoopbackServer } from "../../testing/loopback_server.js";

/** What the issuer knows the server by. */
export const clientId = "clio-test";

/** What the issuer knows of somebody. */
export interface Person {
  email: string;
  email_verified: boolean;
  name: string;
}

const lab = (name: string): Person => ({
  email: `${name.toLowerCase()}@lab.org`,
  email_verified: true,
  name,
});

/** Those who can sign in, by a short name. */
export const people = {
  ada: lab("Ada"),
  bob: lab("Bob"),
  cleo: lab("Cleo"),
  dora: lab("Dora"),
  eve: lab("Eve"),
  mallory: { ...lab("Mallory"), email_verified: false },
} as const satisfies Record<string, Person>;
export type PersonName = keyof typeof people;

interface Grant {
  person: Person;
  nonce: string;
  challenge: string;
  redirectUri: string;
}

const keyId = "test-key";
const lifetime = "1h";

/** A running issuer, whose origin is also its name. */
export class TestIssuer extends LoopbackServer {
  /** Who signs in next. */
  next: PersonName = "ada";
  private readonly grants = new Map<string, Grant>();

  private constructor(
    server: Server,
    private readonly privateKey: CryptoKey,
    /** The public key as everybody can fetch it. */
    readonly publicJwk: object,
  ) {
    super(server);
  }

  static async start(): Promise<TestIssuer> {
    const { privateKey, publicKey } = await generateKeyPair("RS256", {
      extractable: true,
    });
    const jwk = await exportJWK(publicKey);
    const publicJwk = { ...jwk, kid: keyId, alg: "RS256", use: "sig" };
    const server = await LoopbackServer.listening();
    const issuer = new TestIssuer(server, privateKey, publicJwk);
    server.on("request", (request, response) => {
      issuer.answer(request).then(
        ({ status, location, json }) => {
          response.writeHead(status, {
            "Content-Type": "application/json",
            ...(location === undefined ? {} : { Location: location }),
          });
          response.end(JSON.stringify(json ?? {}));
        },
        (error: unknown) => {
          response.writeHead(500).end(String(error));
        },
      );
    });
    return issuer;
  }

  /** An ID token about `person`. `claims` stand above what it would say; `sign` may say when it expires. */
  async idToken(
    person: Person,
    claims: JWTPayload = {},
    expires: string | number = lifetime,
  ): Promise<string> {
    return new SignJWT({ ...person, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: keyId })
      .setIssuer(claims.iss ?? this.origin)
      .setAudience(claims.aud ?? clientId)
      .setSubject(person.email)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(this.privateKey);
  }

  private async answer(
    request: IncomingMessage,
  ): Promise<{ status: number; location?: string; json?: object }> {
    const url = new URL(request.url ?? "/", this.origin);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return { status: 200, json: this.metadata() };
      case "/jwks":
        return { status: 200, json: { keys: [this.publicJwk] } };
      case "/authorize":
        return { status: 302, location: this.authorize(url.searchParams) };
      case "/token":
        return this.token(new URLSearchParams(await textOf(request)));
      default:
        return { status: 404 };
    }
  }

  private metadata(): object {
    return {
      issuer: this.origin,
      authorization_endpoint: `${this.origin}/authorize`,
      token_endpoint: `${this.origin}/token`,
      jwks_uri: `${this.origin}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      code_challenge_methods_supported: ["S256"],
    };
  }

  private authorize(query: URLSearchParams): string {
    const code = randomUUID();
    const redirectUri = query.get("redirect_uri") ?? "";
    this.grants.set(code, {
      person: people[this.next],
      nonce: query.get("nonce") ?? "",
      challenge: query.get("code_challenge") ?? "",
      redirectUri,
    });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    return back.href;
  }

  private async token(
    form: URLSearchParams,
  ): Promise<{ status: number; json: object }> {
    const code = form.get("code") ?? "";
    const grant = this.grants.get(code);
    this.grants.delete(code);
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (
      grant === undefined ||
      grant.challenge !== challenge ||
      grant.redirectUri !== form.get("redirect_uri")
    ) {
      return { status: 400, json: { error: "invalid_grant" } };
    }
    const { person, nonce } = grant;
    return {
      status: 200,
      json: {
        access_token: randomUUID(),
        token_type: "bearer",
        expires_in: 3600,
        id_token: await this.idToken(person, { nonce }),
      },
    };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const part of request) text += part;
  return text;
}
