// The worker's side of the sandbox layer.
import {
  registerPromiseRPC,
  registerRPC,
  registerSharedObject,
} from "neuroglancer/unstable/worker_rpc.js";
import { SandboxSourceBackend } from "./backend.js";
import {
  type AheadMessage,
  type ApplyMessage,
  SANDBOX_AHEAD_RPC_ID,
  SANDBOX_APPLY_RPC_ID,
  SANDBOX_RELOAD_RPC_ID,
  SandboxLevelParameters,
  SandboxSourceParameters,
} from "./base.js";
import {
  type AskMessage,
  type QuestionMessage,
  SANDBOX_ASK_RPC_ID,
  SANDBOX_QUESTION_RPC_ID,
  SANDBOX_SHOW_RPC_ID,
} from "./query/messages.js";
import type { ColorScheme } from "./coloring/color_scheme.js";
import {
  type ColorsMessage,
  SANDBOX_COLOR_RPC_ID,
  SANDBOX_COLORS_RPC_ID,
  SANDBOX_LEGEND_RPC_ID,
} from "./coloring/legend.js";
import { SandboxLevelBackend } from "./sandbox_level_backend.js";
import {
  SANDBOX_UNLOOKED_RPC_ID,
  type UnlookedMessage,
} from "./segments/unlooked.js";

registerSharedObject(SandboxSourceParameters.RPC_ID)(SandboxSourceBackend);
registerSharedObject(SandboxLevelParameters.RPC_ID)(SandboxLevelBackend);

registerRPC(SANDBOX_AHEAD_RPC_ID, function (message: AheadMessage) {
  (this.get(message.id) as SandboxSourceBackend).makeReady(message);
});

registerRPC(SANDBOX_APPLY_RPC_ID, function (message: ApplyMessage) {
  (this.get(message.id) as SandboxSourceBackend).apply(message);
});

registerRPC(SANDBOX_RELOAD_RPC_ID, function ({ id }: { id: number }) {
  (this.get(id) as SandboxSourceBackend).reload();
});

registerRPC(
  SANDBOX_COLOR_RPC_ID,
  function ({ id, scheme }: { id: number; scheme: ColorScheme | undefined }) {
    (this.get(id) as SandboxSourceBackend).colorBy(scheme);
  },
);

// Not `id`: that is where upstream keeps the number of the request.
registerPromiseRPC(
  SANDBOX_LEGEND_RPC_ID,
  function ({ source }: { source: number }) {
    const backend = this.get(source) as SandboxSourceBackend;
    return Promise.resolve({ value: backend.legend() });
  },
);

registerPromiseRPC(
  SANDBOX_COLORS_RPC_ID,
  function ({ source, ids }: ColorsMessage) {
    const backend = this.get(source) as SandboxSourceBackend;
    return Promise.resolve({ value: backend.colorsOf(ids) });
  },
);

registerPromiseRPC(
  SANDBOX_UNLOOKED_RPC_ID,
  async function ({ source, limit }: UnlookedMessage) {
    const backend = this.get(source) as SandboxSourceBackend;
    return { value: await backend.unlookedMarks(limit) };
  },
);

registerRPC(SANDBOX_QUESTION_RPC_ID, function (message: QuestionMessage) {
  (this.get(message.id) as SandboxSourceBackend).query.handleQuestion(message);
});

registerRPC(SANDBOX_SHOW_RPC_ID, function ({ id }: { id: number }) {
  (this.get(id) as SandboxSourceBackend).query.show();
});

registerPromiseRPC(SANDBOX_ASK_RPC_ID, function (message: AskMessage) {
  const backend = this.get(message.source) as SandboxSourceBackend;
  return backend.query.handleAsk(message);
});
