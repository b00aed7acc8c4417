import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { SandboxKey } from "../model/sandbox.js";
import { sameSandbox } from "../model/sandbox.js";

/** Sandboxes of others that this tab shows: whoever listens to the server keeps them as they are there. */
export class FollowedSandboxes extends WatchableValue<readonly SandboxKey[]> {
  constructor() {
    super([]);
  }

  /** Has one brought here, and followed for as long as this tab is there. */
  add(key: SandboxKey): void {
    if (this.value.some((each) => sameSandbox(each, key))) return;
    this.value = [...this.value, key];
  }
}
