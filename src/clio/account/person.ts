/** Who sits before the screen, as this browser remembers it: known at once, and without the server. */
import { LOCAL_USER } from "../model/sandbox.js";

const KEY = "clio.person";

/** The user who signed in last; the machine's own user where nobody has. */
export function rememberedPerson(): string {
  try {
    return localStorage.getItem(KEY) ?? LOCAL_USER;
  } catch {
    // A browser that keeps nothing has nobody to remember.
    return LOCAL_USER;
  }
}

/** Remembers a user; returns whether the browser keeps it. */
export function rememberPerson(user: string): boolean {
  try {
    if (user === LOCAL_USER) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, user);
  } catch {
    return false;
  }
  return rememberedPerson() === user;
}
