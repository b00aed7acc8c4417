import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type Vec3, vec3 } from "../model/box.js";
import type { CutoutInfo } from "../model/cutout.js";
import { element } from "../ui/element.js";
import { leadingLayer } from "./cutout_choice.js";
import { isShown } from "./layer_look.js";

/** Edges of the box around the cross-hair until a person changes them, in voxels of the finest scale. */
const USUAL_EDGES: Vec3 = [256, 256, 128];

const AXES = ["x", "y", "z"] as const;

/** What a person chooses: where, how fine, and what of it. */
export class NapariForm {
  readonly element: HTMLElement;
  private readonly around = radio("clio-napari-place");
  private readonly fromBox = radio("clio-napari-place");
  private readonly boxText = element("small");
  private readonly edgeFields: readonly HTMLInputElement[];
  private readonly scaleField = element("select", {
    class: "clio-field",
    "aria-label": "Scale",
  });
  private readonly layerList = element("fieldset", {
    class: "clio-napari-part",
  });
  private readonly layers = new Map<string, HTMLInputElement>();
  private readonly marksBox = checkBox(true);
  private readonly matchesBox = checkBox(true);
  private readonly labelsBox = checkBox(true);

  constructor(
    private readonly viewer: Viewer,
    changed: () => void,
  ) {
    this.around.checked = true;
    this.edgeFields = AXES.map((axis, i) =>
      element("input", {
        class: "clio-field clio-napari-edge",
        type: "number",
        min: "1",
        max: "100000",
        value: String(USUAL_EDGES[i]),
        "aria-label": `Voxels along ${axis}`,
      }),
    );
    const [x, y, z] = this.edgeFields;
    this.element = element(
      "form",
      { class: "clio-napari-form", "aria-label": "What goes along" },
      element(
        "fieldset",
        { class: "clio-napari-part" },
        element("legend", {}, "Place"),
        labelled(this.around, "Around the cross-hair"),
        element("div", { class: "clio-napari-edges" }, x, "×", y, "×", z),
        labelled(
          this.fromBox,
          "The box that is selected, or was drawn last",
          this.boxText,
        ),
      ),
      element(
        "label",
        { class: "clio-napari-part clio-napari-scale" },
        "Scale",
        this.scaleField,
      ),
      this.layerList,
    );
    this.element.addEventListener("input", changed);
    this.element.addEventListener("submit", (event) => event.preventDefault());
  }

  /**
   * Offers the layers and scales of a dataset; what is shown in the view is chosen.
   * @param hasOwn whether the server has the person's marks and merges
   */
  offer(info: CutoutInfo, hasOwn: boolean): void {
    this.scaleField.replaceChildren(
      ...(leadingLayer(info)?.scales ?? []).map(({ voxelSize }, i) =>
        element(
          "option",
          { value: String(i) },
          `${voxelSize.map(shortNumber).join(" × ")} nm${i === 0 ? " (finest)" : ""}`,
        ),
      ),
    );
    this.layers.clear();
    this.marksBox.checked = hasOwn;
    this.marksBox.disabled = !hasOwn;
    const isAnyShown = info.layers.some(({ name }) =>
      isShown(this.viewer, name),
    );
    const rows = info.layers.map(({ name, mergeable }) => {
      const box = checkBox(!isAnyShown || isShown(this.viewer, name));
      this.layers.set(name, box);
      return labelled(
        box,
        name,
        ...(mergeable
          ? [small(hasOwn ? "with your merges" : "with everybody's merges")]
          : []),
      );
    });
    const others = info.others.map(({ name, reason }) => {
      const box = checkBox(false);
      box.disabled = true;
      return labelled(box, name, small(reason));
    });
    this.layerList.replaceChildren(
      element("legend", {}, "What goes along"),
      ...rows,
      ...others,
      labelled(
        this.marksBox,
        "Your marks",
        ...(hasOwn ? [] : [small("the server has none: they stay here")]),
      ),
      labelled(this.matchesBox, "Matches of the search"),
      labelled(this.labelsBox, "Empty labels to paint in"),
    );
  }

  /** Says how large the selected box is, in voxels of the dataset; undefined where none is selected. */
  showBox(shape: Vec3 | undefined): void {
    this.boxText.textContent =
      shape === undefined
        ? "none yet: Shift+B draws one"
        : `${shape.join(" × ")} voxels`;
  }

  get place(): "around" | "box" {
    return this.fromBox.checked ? "box" : "around";
  }

  /** Edges of the box around the cross-hair, in voxels of the finest scale; undefined where what was typed is none. */
  get edges(): Vec3 | undefined {
    const edges = vec3((axis) => this.edgeFields[axis].valueAsNumber);
    const areGood = edges.every(
      (edge) => Number.isInteger(edge) && edge >= 1 && edge <= 100_000,
    );
    return areGood ? edges : undefined;
  }

  /** Index of the scale, of the layer that leads. */
  get scale(): number {
    return Math.max(0, this.scaleField.selectedIndex);
  }

  /** Whether a layer goes along. */
  takes(name: string): boolean {
    return this.layers.get(name)?.checked === true;
  }

  get marks(): boolean {
    return this.marksBox.checked;
  }

  get matches(): boolean {
    return this.matchesBox.checked;
  }

  get labels(): boolean {
    return this.labelsBox.checked;
  }

  enter(): void {
    (this.fromBox.checked ? this.fromBox : this.around).focus();
  }
}

function radio(name: string): HTMLInputElement {
  return element("input", { type: "radio", name });
}

function checkBox(checked: boolean): HTMLInputElement {
  const made = element("input", { type: "checkbox" });
  made.checked = checked;
  return made;
}

function labelled(
  control: HTMLInputElement,
  words: string,
  ...more: readonly HTMLElement[]
): HTMLElement {
  return element(
    "label",
    { class: "clio-napari-choice" },
    control,
    element("span", {}, words, ...more.flatMap((each) => [" ", each])),
  );
}

function small(words: string): HTMLElement {
  return element("small", {}, words);
}

function shortNumber(value: number): string {
  return String(Number(value.toFixed(2)));
}
