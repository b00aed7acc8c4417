import type { Request, Response } from "express";
import * as v from "valibot";
import { badRequest, forbidden, unauthorized } from "../problems/problem.js";
import { canonicalOrigin } from "../security/hosts.js";
import { bareAccount } from "../accounts/accounts.js";
import type { Storage } from "../storage/storage.js";
import { parseCookie } from "./cookies.js";
import type { Issuer } from "./issuer.js";
import type { Sessions } from "./sessions.js";

/** How long a person may take at the identity provider, in milliseconds. */
const patience = 10 * 60 * 1000;

const callback = "/login/callback";

/** What a browser keeps for us while it is away. */
const awaySchema = v.object({
  state: v.string(),
  nonce: v.string(),
  verifier: v.string(),
  redirect: v.string(),
});

/** Sends browsers to the issuer and takes them back, signed in. */
export class SignIns {
  constructor(
    private readonly issuer: Issuer,
    private readonly sessions: Sessions,
    private readonly storage: Storage,
    private readonly publicOrigin: string | undefined,
  ) {}

  /** Begins a sign-in. @throws Problem 400 where `redirect` leads to another site */
  async begin(
    request: Request,
    response: Response,
    redirect: string,
  ): Promise<void> {
    const origin = this.originOf(request);
    const target = URL.canParse(redirect, origin)
      ? new URL(redirect, origin)
      : undefined;
    if (target?.origin !== origin || !redirect.startsWith("/")) {
      throw badRequest(
        `redirect is ${JSON.stringify(redirect)}, expected a path of this server.`,
        "bad-query",
      );
    }
    const { url, ...checks } = await this.issuer.begin(origin + callback);
    const away = {
      ...checks,
      redirect: target.pathname + target.search,
    };
    response.cookie(this.cookieName, JSON.stringify(away), {
      ...this.cookieAttributes,
      maxAge: patience,
    });
    response.redirect(303, url.href);
  }

  /** Ends a sign-in. @throws Problem 400 where none began in this browser, 401 where the issuer did not sign the person in */
  async finish(request: Request, response: Response): Promise<void> {
    const away = this.awayOf(request);
    response.clearCookie(this.cookieName, this.cookieAttributes);
    const returned = new URL(request.originalUrl, this.originOf(request));
    if (returned.searchParams.has("error")) {
      throw unauthorized(
        "The identity provider did not sign you in. Open the page again to try once more.",
        "not-signed-in",
      );
    }
    const { user, name } = await this.issuer.finish(returned, away);
    await this.storage.write(async (writer) => {
      const stored = await writer.account(user);
      if (stored?.disabled) {
        throw forbidden(`The account of ${user} is disabled.`);
      }
      // Known from now on, so that an administrator finds it in the list.
      const account = stored ?? bareAccount(user);
      await writer.putAccount({
        ...account,
        ...(name === undefined ? {} : { name }),
      });
    });
    await this.sessions.begin(response, user);
    response.redirect(303, away.redirect);
  }

  private awayOf(request: Request): v.InferOutput<typeof awaySchema> {
    const text = parseCookie(request, this.cookieName);
    try {
      return v.parse(awaySchema, JSON.parse(text ?? ""));
    } catch {
      throw badRequest(
        "No sign-in began in this browser within the last ten minutes. Open the page again to try once more.",
        "no-sign-in",
      );
    }
  }

  private originOf(request: Request): string {
    return canonicalOrigin(request.headers.host, this.publicOrigin);
  }

  private get cookieName(): string {
    return this.publicOrigin === undefined
      ? "clio_sign_in"
      : "__Host-clio_sign_in";
  }

  /** Lax, as the browser comes back from another site. */
  private get cookieAttributes() {
    return {
      httpOnly: true,
      secure: this.publicOrigin !== undefined,
      sameSite: "lax",
      path: "/",
    } as const;
  }
}
