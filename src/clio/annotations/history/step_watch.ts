import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { stackOf } from "../../model/merge.js";
import { sameSandbox, type SandboxKey } from "../../model/sandbox.js";
import type { NextSteps } from "../../store/history.js";
import type { Store } from "../../store/store.js";

/** Knows what undo and redo of a sandbox would do now, whichever tab did it. */
export class StepWatch {
  readonly steps = new WatchableValue<NextSteps>({});
  private readonly disposers: (() => void)[];
  private looking: Promise<void> | undefined;
  private lookAgain = false;

  constructor(
    private readonly store: Store,
    private readonly key: SandboxKey,
  ) {
    const look = () => void this.look();
    this.disposers = [
      store.changes.add((news) => {
        if (sameSandbox(stackOf(news.key), key)) look();
      }),
      store.readAgain.add(look),
      store.state.changed.add(look),
      store.unsaved.changed.add(look),
    ];
    look();
  }

  dispose(): void {
    for (const dispose of this.disposers.splice(0)) dispose();
  }

  private async look(): Promise<void> {
    this.lookAgain = true;
    this.looking ??= this.lookUntilSettled().finally(
      () => (this.looking = undefined),
    );
    await this.looking;
  }

  private async lookUntilSettled(): Promise<void> {
    while (this.lookAgain) {
      this.lookAgain = false;
      try {
        const { undo, redo } = await this.store.undoStack.next(this.key);
        const known = this.steps.value;
        if (undo !== known.undo || redo !== known.redo) {
          this.steps.value = { undo, redo };
        }
      } catch (error) {
        // The database went away, which the store itself says; it is looked at again when it is back.
        console.warn("Clio could not look what can be undone:", error);
      }
    }
  }
}
