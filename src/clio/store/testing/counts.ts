/** The long loops of the store's specs: how often they run, and how karma knows that they still do. */

/** The part of karma's client that is used here; see config/karma.conf.cjs. */
interface KarmaClient {
  config: { clio: { nightly: boolean } };
  info(event: Record<string, unknown>): void;
}

function karma(): KarmaClient {
  return Reflect.get(globalThis, "__karma__") as KarmaClient;
}

/** `usual`, or `nightly` where the run was asked for full counts. */
export function runs(usual: number, nightly: number): number {
  return karma().config.clio.nightly ? nightly : usual;
}

/** Tells karma, which gives up on a browser that says nothing for two minutes, that a long spec is at work. */
export function stillRunning(): void {
  karma().info({});
}
