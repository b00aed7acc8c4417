import type { Request, Response } from "express";
import { LOCAL_USER } from "../../src/clio/model/sandbox.js";
import type { IdentityConfig } from "../config.js";
import { forbidden, unauthorized } from "../problems/problem.js";
import type { Account, Storage, TokenRow } from "../storage/storage.js";
import { nobody, type Identity } from "./identity.js";
import type { Issuer } from "./issuer.js";
import type { Sessions } from "./sessions.js";
import { hashOf } from "./tokens.js";

/** How long the use of a token is not noted again, in milliseconds. */
const noteUseAfter = 60 * 60 * 1000;

/** Finds out who a request is from: by a token in the `Authorization` header, by the session's cookie, and by nothing else. */
export class Identities {
  /** @param issuer undefined where no identity is configured */
  constructor(
    private readonly config: IdentityConfig,
    private readonly storage: Storage,
    private readonly sessions: Sessions,
    private readonly issuer: Issuer | undefined,
  ) {}

  /**
   * @throws Problem 401 where a token is presented that is not good, also on a route that would be open without it: whoever sent it
   *   believes to be signed in
   */
  async identify(request: Request, response: Response): Promise<Identity> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.byHeader(authorization);
    if (this.issuer === undefined) {
      return { account: await this.account(LOCAL_USER), by: "local" };
    }
    const session = await this.sessions.find(request, response);
    if (session === undefined) return nobody;
    const { user, expires } = session;
    return { account: await this.account(user), by: "session", expires };
  }

  private async byHeader(header: string): Promise<Identity> {
    const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(header) ?? [];
    if (token === undefined) {
      throw unauthorized(
        "The Authorization header is not a bearer token.",
        "bad-token",
      );
    }
    const row = await this.storage.read.token(hashOf(token));
    if (row !== undefined) {
      if (row.expires <= Date.now()) {
        throw unauthorized("The token has expired.", "token-expired");
      }
      const { user, expires, scope } = row;
      const account = await this.account(user);
      await this.noteUse(row);
      const good = { account, by: "token", expires } as const;
      return scope === undefined ? good : { ...good, scope };
    }
    if (this.issuer === undefined) {
      throw unauthorized("The token is unknown or revoked.", "bad-token");
    }
    const { user, name, expires } = await this.issuer.verify(token);
    return { account: await this.account(user, name), by: "id-token", expires };
  }

  /** For its owner, who may want to know which are still in use. Not with each request, as that would be a write. */
  private async noteUse({ id, used = 0 }: TokenRow): Promise<void> {
    const now = Date.now();
    if (now - used < noteUseAfter) return;
    await this.storage.write((writer) => writer.noteTokenUse(id, now));
  }

  private async account(user: string, name?: string): Promise<Account> {
    const stored = await this.storage.read.account(user);
    if (stored?.disabled) {
      throw forbidden(`The account of ${user} is disabled.`);
    }
    const account: Account = stored ?? {
      user,
      ...(name === undefined ? {} : { name }),
      disabled: false,
      globalRoles: [],
      datasets: new Map(),
      groups: [],
    };
    if (!this.isConfiguredAdmin(user)) return account;
    return { ...account, globalRoles: [...account.globalRoles, "admin"] };
  }

  /** Somebody has to be the first. */
  private isConfiguredAdmin(user: string): boolean {
    return this.config.kind === "local"
      ? user === LOCAL_USER
      : this.config.admins.includes(user);
  }
}
