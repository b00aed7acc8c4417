import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { whyNotLoaded } from "./cannot_load.js";

/** How long a refusal stays in view: long enough to read its reason. */
const REFUSAL_MILLISECONDS = 8000;

/** Upstream's editor of the viewer's state, with a whole text editor in it that few sessions open. */
export class StateEditorDialog {
  /** Fulfilled once it is open, or has said why it is not. */
  readonly opened: Promise<void>;

  constructor(viewer: Viewer) {
    this.opened = open(viewer);
  }
}

async function open(viewer: Viewer): Promise<void> {
  try {
    const { StateEditorDialog } = await import(
      /* webpackChunkName: "text-editor" */ "neuroglancer/unstable/ui/state_editor.js"
    );
    new StateEditorDialog(viewer);
  } catch (error) {
    console.warn("Clio could not open the state editor:", error);
    StatusMessage.showTemporaryMessage(
      `The state editor could not be opened: ${whyNotLoaded(error)}`,
      REFUSAL_MILLISECONDS,
    );
  }
}
