/** Where a person was before signing in: a redirect carries no fragment, and the view is in it. */

const KEY = "clio.return";

/** Leaves for the identity provider; the view that is open now is open again afterwards. */
export function leaveToSignIn(signIn: string): void {
  sessionStorage.setItem(KEY, location.hash);
  const redirect = encodeURIComponent(location.pathname + location.search);
  location.assign(`${signIn}?redirect=${redirect}`);
}

/** Opens the view again that was left, where the page has just come back. To be called before the viewer reads its address. */
export function restoreView(): void {
  let hash: string | null = null;
  try {
    hash = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing has not left for anywhere.
  }
  if (hash !== null && location.hash === "") {
    history.replaceState(null, "", hash);
  }
}
