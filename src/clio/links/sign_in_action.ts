import { button } from "../ui/button.js";
import { LinkServiceError } from "./link_service.js";

/** A button that leads to the sign-in and back to this view, where that may help against an error. */
export function signInAction(error: unknown): HTMLElement[] {
  if (!(error instanceof LinkServiceError && error.wantsSignIn)) return [];
  const signIn = button({
    label: "Sign in",
    kind: "primary",
    // The view is in the fragment, which the server never sees: it stays in this tab, and the sign-in has one of its own.
    run: () => void window.open("/login", "_blank", "noopener"),
  });
  return [signIn];
}
