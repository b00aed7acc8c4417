/** How the keys begin under which this machine keeps what marks follow. */
export const FOLLOWS = "clio.label-follow.";

/** Whether anybody has marks follow labels on this machine: what nobody has needs no loading. */
export function anyFollows(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(FOLLOWS));
  } catch {
    return false;
  }
}
