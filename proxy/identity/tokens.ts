/** Secrets that are handed out once and kept only as a hash. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { forbidden } from "../problems/problem.js";
import type { Storage, TokenRow } from "../storage/storage.js";
import type { Identity } from "./identity.js";
import { accountOf } from "./identity.js";

/** In milliseconds. */
export const day = 24 * 60 * 60 * 1000;

/** How long a token lives where nobody says, and at most, in days. */
export const usualTokenDays = 90;
export const longestTokenDays = 366;

/** The most tokens that one person may have at a time. */
const mostTokens = 50;

/** 256 bits from the system, in characters that need no escape anywhere. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret. Without salt or stretching: there is nothing to guess in 256 random bits. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function encode(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}

/**
 * A new token. It has the form of a JWT, because the Python client reads the e-mail address and the expiry out of it; but it is no
 * signed statement: what makes it good is that its hash is in the storage, and what it says of itself is believed by nobody here.
 */
function newToken(user: string, id: string, expires: number): string {
  const header = encode({ alg: "HS256", typ: "JWT" });
  const exp = Math.floor(expires / 1000);
  const claims = encode({ iss: "clio", email: user, jti: id, exp });
  return `${header}.${claims}.${newSecret()}`;
}

/** What the owner gets to know of a token; `token` only when it is made. */
export interface MadeToken {
  token: string;
  row: TokenRow;
}

/** What is said of a token that is to be made. */
export interface TokenWish {
  readonly name: string;
  /** How long it lives, in milliseconds. */
  readonly lifetime: number;
  /** As in TokenRow. */
  readonly scope?: string;
}

/**
 * Makes a token for whoever asks.
 * @throws Problem 403 where it asks by a token: one that leaked could else outlive its revocation
 */
export async function makeToken(
  storage: Storage,
  identity: Identity,
  { name, lifetime, scope }: TokenWish,
): Promise<MadeToken> {
  const { user } = accountOf(identity);
  if (identity.by === "token") {
    throw forbidden(
      "A token cannot make another token. Sign in in the viewer, or present a token of the identity provider.",
    );
  }
  const created = Date.now();
  const expires = created + lifetime;
  const id = randomUUID();
  const token = newToken(user, id, expires);
  const row = {
    ...{ id, hash: hashOf(token), user, name, created, expires },
    ...(scope === undefined ? {} : { scope }),
  };
  await storage.write(async (writer) => {
    await writer.removeExpired(created);
    if ((await writer.tokensOf(user)).length >= mostTokens) {
      throw forbidden(
        `${user} has ${mostTokens} tokens already: revoke some first.`,
      );
    }
    await writer.addToken(row);
    await writer.addAudit({
      at: created,
      actor: user,
      action: "token-made",
      subject: user,
      detail: id,
    });
  });
  return { token, row };
}

/** Takes a person's own token back. Whether there was one. */
export async function revokeToken(
  storage: Storage,
  user: string,
  id: string,
): Promise<boolean> {
  return storage.write(async (writer) => {
    const own = await writer.tokensOf(user);
    const row = own.find((token) => token.id === id);
    if (row === undefined) return false;
    await writer.removeToken(id);
    await writer.addAudit({
      at: Date.now(),
      actor: user,
      action: "token-revoked",
      subject: user,
      detail: row.id,
    });
    return true;
  });
}
