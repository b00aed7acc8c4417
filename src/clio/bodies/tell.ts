import { StatusMessage } from "neuroglancer/unstable/status.js";

/** How long it stays in view: long enough to read a reason, in milliseconds. */
const TOLD_MILLISECONDS = 8000;

/** Tells the person something in a sentence. */
export function tell(text: string): void {
  StatusMessage.showTemporaryMessage(text, TOLD_MILLISECONDS);
}
