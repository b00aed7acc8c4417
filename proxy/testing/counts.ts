/** How often the long loops of the server's specs run. */

/** `usual`, or `nightly` where the run was asked for full counts. */
export function runs(usual: number, nightly: number): number {
  return process.env.CLIO_NIGHTLY === "1" ? nightly : usual;
}
