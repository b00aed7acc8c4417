import type { Viewer } from "neuroglancer/unstable/viewer.js";

/** Goes to places, and back to where a person was before. */
export class Wayback {
  private before: Float32Array | undefined;

  constructor(private readonly viewer: Viewer) {}

  /** Whether there is a way back. */
  get isOpen(): boolean {
    return this.before !== undefined;
  }

  /** Brings a position into the middle of the view. The first of several is where the way back leads. */
  goTo(position: Float32Array): void {
    const { navigationState } = this.viewer;
    this.before ??= navigationState.position.value.slice();
    navigationState.position.value = position;
  }

  /** Goes back to where the person was before the first place. Returns whether there was a way back. */
  goBack(): boolean {
    const { before } = this;
    if (before === undefined) return false;
    this.before = undefined;
    this.viewer.navigationState.position.value = before;
    return true;
  }

  /** From now on the way back leads to where the person is when they next go to a place. */
  forget(): void {
    this.before = undefined;
  }
}
