/** The configured OpenID Connect issuer: whom it signs in, and what its tokens say. */
import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import * as oidc from "openid-client";
import type { OidcConfig } from "../config.js";
import { isLoopbackName } from "../security/hosts.js";
import { Problem, unauthorized } from "../problems/problem.js";

/**
 * Signatures by a key pair. A shared secret (HS…) is not among them: a token could then be signed with what everybody knows, the
 * public key.
 */
const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** How far the clocks of the issuer and of this machine may be apart, in seconds. */
const clockTolerance = 30;

const scope = "openid email profile";

/** Whom a verified token is about. */
export interface VerifiedUser {
  /** The e-mail address, in lower case. */
  user: string;
  name?: string;
  /** In milliseconds since 1970. */
  expires: number;
}

/** What has to be kept between sending a browser to the issuer and its return. */
export interface SignInChecks {
  state: string;
  nonce: string;
  verifier: string;
}

interface Known {
  config: oidc.Configuration;
  keys: JWTVerifyGetKey;
}

/** One issuer. It is asked for its addresses when it is first needed, so that the server starts without it. */
export class Issuer {
  private known: Promise<Known> | undefined;

  constructor(private readonly config: OidcConfig) {}

  /**
   * Verifies an ID token: signature, issuer, audience, expiry, verified e-mail address.
   * @param nonce the one that the sign-in began with
   * @throws Problem 401 where it is not good, 503 where the issuer does not answer
   */
  async verify(token: string, nonce?: string): Promise<VerifiedUser> {
    const { config, keys } = await this.ask();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer: config.serverMetadata().issuer,
        audience: this.config.clientId,
        algorithms,
        clockTolerance,
        requiredClaims: ["exp", "iat", "sub"],
      }));
    } catch (error) {
      throw this.refusal(error);
    }
    if (nonce !== undefined && payload.nonce !== nonce) {
      throw unauthorized(
        "The token is not of the sign-in that began here.",
        "bad-token",
      );
    }
    return userOf(payload, this.config.clientId);
  }

  /** Where a browser has to go to sign in, and what must be kept until it returns. */
  async begin(redirectUri: string): Promise<SignInChecks & { url: URL }> {
    const { config } = await this.ask();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    const verifier = oidc.randomPKCECodeVerifier();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    return { url, state, nonce, verifier };
  }

  /**
   * Ends a sign-in: exchanges the code for tokens and verifies what they say.
   * @param returned the address to which the issuer sent the browser back
   */
  async finish(returned: URL, checks: SignInChecks): Promise<VerifiedUser> {
    const { config } = await this.ask();
    let token: string | undefined;
    try {
      const tokens = await oidc.authorizationCodeGrant(config, returned, {
        pkceCodeVerifier: checks.verifier,
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        idTokenExpected: true,
      });
      token = tokens.id_token;
    } catch (error) {
      throw this.refusal(error);
    }
    return this.verify(token ?? "", checks.nonce);
  }

  private ask(): Promise<Known> {
    this.known ??= this.discover().catch((error: unknown) => {
      // The next request asks again.
      this.known = undefined;
      throw new Problem(
        503,
        "issuer-unreachable",
        `The identity provider ${this.config.issuer} does not answer. Nobody can sign in until it does.`,
        { "Retry-After": "10" },
        { cause: error },
      );
    });
    return this.known;
  }

  private async discover(): Promise<Known> {
    const { clientId, clientSecret } = this.config;
    const issuer = new URL(this.config.issuer);
    const config = await oidc.discovery(
      issuer,
      clientId,
      undefined,
      clientSecret === undefined
        ? oidc.None()
        : oidc.ClientSecretPost(clientSecret),
      // The configuration takes plain http on loopback alone.
      isLoopbackName(issuer.hostname)
        ? { execute: [oidc.allowInsecureRequests] }
        : {},
    );
    const keys = createRemoteJWKSet(
      new URL(config.serverMetadata().jwks_uri ?? ""),
    );
    return { config, keys };
  }

  private refusal(error: unknown): Problem {
    if (error instanceof errors.JWTExpired) {
      return unauthorized("The token has expired.", "token-expired");
    }
    if (error instanceof errors.JWKSTimeout) {
      return new Problem(
        503,
        "issuer-unreachable",
        `The identity provider ${this.config.issuer} does not answer.`,
        { "Retry-After": "10" },
      );
    }
    return unauthorized(
      `The token is not a valid one of ${this.config.issuer} for this server.`,
      "bad-token",
    );
  }
}

function userOf(payload: JWTPayload, clientId: string): VerifiedUser {
  const { aud, azp, email, email_verified, name, exp } = payload;
  // A token for several parties says which of them asked for it.
  if (Array.isArray(aud) && aud.length > 1 && azp !== clientId) {
    throw unauthorized("The token was made for another program.", "bad-token");
  }
  if (typeof email !== "string" || email === "" || email_verified !== true) {
    throw unauthorized(
      "The token names no verified e-mail address.",
      "email-not-verified",
    );
  }
  return {
    user: email.toLowerCase(),
    ...(typeof name === "string" ? { name } : {}),
    expires: (exp ?? 0) * 1000,
  };
}
