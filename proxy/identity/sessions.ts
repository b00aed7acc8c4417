/** Browsers that are signed in: a cookie that scripts cannot read, and its hash in the storage. */
import { parseCookie } from "./cookies.js";
import type { Request, Response } from "express";
import type { SessionRow, Storage } from "../storage/storage.js";
import { hashOf, newSecret } from "./tokens.js";

const day = 24 * 60 * 60 * 1000;

/** A session ends after so long without a request, and after so long in any case, in milliseconds. */
const idleLifetime = 14 * day;
const wholeLifetime = 90 * day;

/** It is renewed when so much of its time has gone: not with each request, as that would be a write. */
const renewAfter = day;

/** The sessions of one server. */
export class Sessions {
  private readonly secure: boolean;
  private readonly name: string;

  /** @param publicOrigin set where browsers come by https: only then do they keep such a cookie */
  constructor(
    private readonly storage: Storage,
    publicOrigin: string | undefined,
  ) {
    this.secure = publicOrigin !== undefined;
    // The prefix binds the cookie to this very host and to https; browsers check that.
    this.name = this.secure ? "__Host-clio_session" : "clio_session";
  }

  /** Signs a browser in. */
  async begin(response: Response, user: string): Promise<void> {
    const secret = newSecret();
    const created = Date.now();
    const expires = created + idleLifetime;
    const row = { hash: hashOf(secret), user, created, expires };
    await this.storage.write(async (writer) => {
      await writer.removeExpired(created);
      await writer.putSession(row);
    });
    this.setCookie(response, secret, row);
  }

  /** The session of a request, renewed where it is time; undefined where there is none or it is over. */
  async find(
    request: Request,
    response: Response,
  ): Promise<SessionRow | undefined> {
    const secret = parseCookie(request, this.name);
    if (secret === undefined) return undefined;
    const row = await this.storage.read.session(hashOf(secret));
    const now = Date.now();
    if (row === undefined || row.expires <= now) return undefined;
    const expires = Math.min(now + idleLifetime, row.created + wholeLifetime);
    if (expires - row.expires < renewAfter) return row;
    const renewed = { ...row, expires };
    await this.storage.write(async (writer) => {
      // Not where it was ended meanwhile.
      if (await writer.session(row.hash)) await writer.putSession(renewed);
    });
    this.setCookie(response, secret, renewed);
    return renewed;
  }

  /** Signs a browser out. */
  async end(request: Request, response: Response): Promise<void> {
    const secret = parseCookie(request, this.name);
    response.clearCookie(this.name, this.attributes());
    if (secret === undefined) return;
    await this.storage.write((writer) => writer.removeSession(hashOf(secret)));
  }

  private setCookie(
    response: Response,
    secret: string,
    { expires }: SessionRow,
  ): void {
    if (response.headersSent) return;
    response.cookie(this.name, secret, {
      ...this.attributes(),
      maxAge: expires - Date.now(),
    });
  }

  private attributes() {
    return {
      httpOnly: true,
      secure: this.secure,
      sameSite: "strict",
      path: "/",
    } as const;
  }
}
