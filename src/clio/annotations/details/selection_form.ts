/** The form of the selected mark in the viewer's own panel of the selection. */
import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type AnnotationRecord, KIND_NAMES } from "../../model/annotation.js";
import { element } from "../../ui/element.js";
import type { SandboxLayer } from "../layer.js";
import { ViewerBodies } from "../segments/viewer_bodies.js";
import type { MarkFormContext } from "./form_context.js";
import { reasonOf } from "./form_part.js";
import { type MarkForm, markForm } from "./mark_form.js";
import { formContextOf } from "./sandbox_form_context.js";

/** Shows the newest state of one mark for as long as the viewer shows the selection. */
export class SelectionForm extends RefCounted {
  private readonly said = element("p", {
    class: "clio-form-waiting",
    role: "status",
  });
  private readonly context: MarkFormContext | undefined;
  private form: MarkForm | undefined;

  /** @param place where the form goes */
  constructor(
    private readonly place: HTMLElement,
    private readonly layer: SandboxLayer,
    private readonly id: string,
  ) {
    super();
    const source = layer.sandboxSource;
    if (source === undefined) return;
    const bodies = this.registerDisposer(
      new ViewerBodies(layer.manager.root.layerManager),
    );
    this.context = formContextOf(source, bodies, {
      go: (record) => layer.centerOn(record),
      remove: (record) => void this.remove(record),
      // The viewer takes the focus that nothing has.
      leave: () => (document.activeElement as HTMLElement | null)?.blur(),
    });
    this.registerDisposer(source.query.changed.add(() => void this.update()));
    void this.update();
  }

  override disposed(): void {
    this.form?.dispose();
    super.disposed();
  }

  private async update(): Promise<void> {
    const source = this.layer.sandboxSource;
    if (source === undefined) return;
    const [record] = await source.query.records([this.id]);
    if (this.wasDisposed) return;
    if (record === undefined) {
      this.form?.dispose();
      this.form = undefined;
      this.said.textContent =
        source.query.total === undefined
          ? "The marks are being read."
          : "This mark is not there any more. Undo brings it back where it was deleted.";
      this.place.replaceChildren(this.said);
    } else if (this.form !== undefined) this.form.update(record);
    else {
      this.form = markForm({ record, context: this.context! });
      this.place.replaceChildren(this.form.element);
    }
  }

  private async remove({ id, kind }: AnnotationRecord): Promise<void> {
    const editor = this.layer.sandboxSource?.editor;
    try {
      await editor?.edit(`Delete ${KIND_NAMES[kind]}`, [id], () => undefined);
    } catch (error) {
      new StatusMessage().setErrorMessage(
        `The ${KIND_NAMES[kind]} was not deleted: ${reasonOf(error)}.`,
      );
    }
  }
}
