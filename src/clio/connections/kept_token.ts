/** Where a tab keeps a person's own neuPrint token, and whose it is. */
export const TOKEN_KEY = "clio-neuprint-token";

/** Takes away what the tab keeps. */
export function forgetKeptToken(): void {
  try {
    sessionStorage.removeItem(TOKEN_KEY);
  } catch {
    // The browser keeps nothing for the page.
  }
}
