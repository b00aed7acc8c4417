import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { LabelsSession, type LabelsContext } from "./labels_session.js";
import { LabelsView } from "./labels_view.js";
import { askAboutFile } from "./upload_dialog.js";

/** All of the volumes of labels, loaded when they are first needed. */
export class LabelsPlugin extends RefCounted {
  private readonly session: LabelsSession;

  constructor(context: LabelsContext) {
    super();
    this.session = this.registerDisposer(new LabelsSession(context));
  }

  /** Fills the panel. */
  makeView(body: HTMLElement): LabelsView {
    return new LabelsView(body, this.session);
  }

  /** Takes files that were dropped: what is to be known of each is asked, one after the other. */
  bring(files: readonly File[]): void {
    const [file, ...others] = files;
    if (file === undefined) return;
    askAboutFile(this.session, file, () => this.bring(others));
  }
}
