import type { RPC } from "neuroglancer/unstable/worker_rpc.js";

/** Asks the worker to load its half of the sandbox layer; answered once it is there. */
export const SANDBOX_LOAD_RPC_ID = "clio/loadSandboxes";

/**
 * Has the worker load its half, which is not in the first load of a page. To be awaited before the first sandbox's source is made:
 * the worker knows no such source until then.
 * @throws {Error} where it could not be loaded; the next call tries again
 */
export async function loadBackend(rpc: RPC): Promise<void> {
  try {
    await rpc.promiseInvoke(SANDBOX_LOAD_RPC_ID, {});
  } catch (error) {
    throw new Error(
      "The part of Clio that reads marks could not be loaded: the server does not answer. Your marks are kept on this machine; " +
        "see that the server runs (npm start), then reload the page.",
      { cause: error },
    );
  }
}
