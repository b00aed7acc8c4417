import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord, MarkSegments } from "../../model/annotation.js";
import { element } from "../../ui/element.js";
import type { Bodies, Body } from "../segments/bodies.js";
import type { FormPart } from "./form_part.js";
import { nameOfAnchor } from "./places.js";

/** A path may have more vertices than anybody reads. */
const MOST_SEGMENTS = 12;

/** The segment under each end of a mark: the supervoxel that was found there, and the body that merges have made of it. */
export class SegmentsPart extends RefCounted implements FormPart {
  readonly element = element("div", { class: "clio-form-segments" });

  constructor(
    private record: AnnotationRecord,
    private readonly bodies: Bodies,
  ) {
    super();
    this.registerDisposer(bodies.changed.add(() => this.update(this.record)));
    this.update(record);
  }

  update(record: AnnotationRecord): void {
    this.record = record;
    const { segments } = record;
    const focused = this.buttons.findIndex(
      (one) => one === document.activeElement,
    );
    this.element.replaceChildren(
      ...(segments === undefined
        ? this.waiting()
        : [this.list(record, segments)]),
    );
    // Made anew, a button would lose the focus of whoever has just pressed it.
    this.buttons[focused]?.focus();
  }

  private get buttons(): HTMLButtonElement[] {
    return [...this.element.querySelectorAll("button")];
  }

  private waiting(): HTMLElement[] {
    return this.bodies.looksUp
      ? [
          element(
            "p",
            { class: "clio-form-waiting" },
            "No segment was looked up here yet.",
          ),
        ]
      : [];
  }

  private list(
    { kind }: AnnotationRecord,
    { source, supervoxels }: MarkSegments,
  ): HTMLElement {
    const shown = supervoxels.slice(0, MOST_SEGMENTS);
    const list = element(
      "ul",
      { "aria-label": "Segments" },
      ...shown.map((supervoxel, index) =>
        element(
          "li",
          {},
          element(
            "span",
            { class: "clio-form-segment-name" },
            supervoxels.length === 1
              ? "segment"
              : nameOfAnchor(kind, index).toLowerCase(),
          ),
          supervoxel === null
            ? element("span", {}, "no segment here")
            : this.segment(source, supervoxel),
        ),
      ),
    );
    if (shown.length < supervoxels.length) {
      list.append(
        element("li", {}, `and ${supervoxels.length - shown.length} more`),
      );
    }
    return list;
  }

  private segment(source: string, supervoxel: string): HTMLElement {
    const body = this.bodies.bodyOf(source, supervoxel);
    if (body === undefined) {
      return element("span", { title: `of ${source}` }, supervoxel);
    }
    return element(
      "span",
      { class: "clio-form-segment" },
      this.toggle(source, body),
      ...(body.id === supervoxel
        ? []
        : [
            element(
              "span",
              { class: "clio-form-merged" },
              `merged from ${supervoxel}`,
            ),
          ]),
    );
  }

  private toggle(source: string, body: Body): HTMLElement {
    const swatch = element("span", { class: "clio-swatch" });
    swatch.style.setProperty("--c", body.color);
    const made = element(
      "button",
      {
        type: "button",
        class: "clio-form-body",
        "aria-pressed": String(body.shown),
        title: body.shown ? "Hide it in the viewer" : "Show it in the viewer",
      },
      swatch,
      body.id,
    );
    made.addEventListener("click", () => this.bodies.toggle(source, body));
    return made;
  }
}
