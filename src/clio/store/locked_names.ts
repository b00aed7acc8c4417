import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
import type { SandboxKey } from "../model/sandbox.js";
import { sameSandbox } from "../model/sandbox.js";

type Names = WatchableValueInterface<ReadonlySet<string>>;

/** Names of the sets that the views of this tab have locked: whoever changes marks for another part of the page asks here. */
export class LockedNames {
  private readonly locks: { key: SandboxKey; names: Names }[] = [];

  /** Has `names` count for a sandbox until the function that this returns is called. */
  add(key: SandboxKey, names: Names): () => void {
    const lock = { key, names };
    this.locks.push(lock);
    return () => {
      this.locks.splice(this.locks.indexOf(lock), 1);
    };
  }

  /** All that are locked in a sandbox now. */
  of(key: SandboxKey): ReadonlySet<string> {
    const locks = this.locks.filter((lock) => sameSandbox(lock.key, key));
    return new Set(locks.flatMap(({ names }) => [...names.value]));
  }
}
