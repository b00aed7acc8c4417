// What the worker has of the sandbox layer from the start: it loads the rest when the first sandbox is opened.
import { registerPromiseRPC } from "neuroglancer/unstable/worker_rpc.js";
import { SANDBOX_LOAD_RPC_ID } from "./backend_loading.js";

registerPromiseRPC(SANDBOX_LOAD_RPC_ID, async () => {
  await import(
    /* webpackChunkName: "sandbox-worker" */ "./register_backend.js"
  );
  return { value: undefined };
});
