import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../../ui/element.js";
import "./file_drop.css";

/** Takes files that are dropped anywhere on the page; what else is dragged stays the viewer's own. */
export class FileDrop extends RefCounted {
  /** Takes those that are another plugin's; what is left is for marks. */
  takeOthers: (files: readonly File[]) => readonly File[] = (files) => files;
  private readonly hint = element(
    "div",
    { class: "clio-file-drop", role: "status" },
    element("p", {}, "Drop to import marks or labels"),
  );

  /** @param dropped called with the files */
  constructor(
    target: HTMLElement,
    private readonly dropped: (files: readonly File[]) => void,
  ) {
    super();
    // Before the viewer's own listeners, which would take a file for one of their layers.
    const ending = new AbortController();
    const options = { capture: true, signal: ending.signal };
    target.addEventListener("dragover", this.over, options);
    target.addEventListener("dragleave", this.leave, options);
    target.addEventListener("drop", this.drop, options);
    this.registerDisposer(() => ending.abort());
    this.registerDisposer(() => this.hint.remove());
  }

  private readonly over = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer!.dropEffect = "copy";
    if (!this.hint.isConnected) document.body.append(this.hint);
  };

  private readonly leave = (event: DragEvent): void => {
    // Leaving one element for another one inside of the page is no leaving.
    if (event.relatedTarget === null) this.hint.remove();
  };

  private readonly drop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    this.hint.remove();
    const files = this.takeOthers([...event.dataTransfer!.files]);
    if (files.length > 0) this.dropped(files);
  };
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") === true;
}
