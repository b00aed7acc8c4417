import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { anchorsOf } from "../../model/geometry.js";
import { element } from "../../ui/element.js";
import type { MarkFormContext } from "./form_context.js";
import type { FormPart } from "./form_part.js";
import { MOST_PLACES, placesOf } from "./places.js";
import { TextField, textLine } from "./text_field.js";

/** Where a mark lies, as lines that can be typed over or pasted into. */
export class PlacesPart extends RefCounted implements FormPart {
  readonly element = element("div", { class: "clio-form-places" });
  private fields: TextField[] = [];
  private count = 0;

  constructor(
    record: AnnotationRecord,
    private readonly context: Pick<
      MarkFormContext,
      "editor" | "leave" | "space"
    >,
  ) {
    super();
    this.update(record);
  }

  get control(): HTMLElement {
    return this.fields[0].control;
  }

  update(record: AnnotationRecord): void {
    const { length } = anchorsOf(record);
    if (length === this.count) {
      for (const field of this.fields) field.update(record);
      return;
    }
    // A path has gained or lost vertices: what was typed is of places that are others now.
    this.count = length;
    this.disposeFields();
    this.fields = placesOf(record, this.context.space).map(
      (edit) => new TextField(record, edit, this.context, textLine()),
    );
    this.element.replaceChildren(
      ...this.fields.map((field) => field.element),
      ...(length > MOST_PLACES
        ? [
            element(
              "p",
              { class: "clio-form-waiting" },
              `and ${length - MOST_PLACES} more, which are moved in the view`,
            ),
          ]
        : []),
    );
  }

  override disposed(): void {
    this.disposeFields();
    super.disposed();
  }

  private disposeFields(): void {
    for (const field of this.fields) field.dispose();
  }
}
