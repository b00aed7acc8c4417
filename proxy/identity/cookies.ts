import { parse } from "cookie";
import type { Request } from "express";

/** The value of a request's cookie. */
export function parseCookie(
  request: Request,
  name: string,
): string | undefined {
  const { cookie } = request.headers;
  return cookie === undefined ? undefined : parse(cookie)[name];
}
