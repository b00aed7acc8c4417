import type { ShaderControlState } from "neuroglancer/unstable/webgl/shader_ui_controls.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";

interface Named {
  readonly title: string;
  readonly unit: "px" | "%";
}

/** What the sliders of Clio's own shader are called. One of another shader goes by its name. */
const NAMES: ReadonlyMap<string, Named> = new Map([
  ["radius", { title: "Radius of points", unit: "px" }],
  ["lineWidth", { title: "Width of lines", unit: "px" }],
  ["opacity", { title: "Opacity", unit: "%" }],
  ["opacity3D", { title: "Opacity of bodies in 3-D", unit: "%" }],
]);

type Control = ReturnType<ShaderControlState["state"]["get"]> & object;
type Slider = Extract<Control["control"], { type: "slider" }>;

/** Sliders for what the shader of the marks leaves open. They are the layer's state, which links carry. */
export class SliderList extends RefCounted {
  readonly element = element("div", { class: "clio-sliders" });
  private listeners = new RefCounted();

  constructor(private readonly controls: ShaderControlState) {
    super();
    this.registerDisposer(() => this.listeners.dispose());
    // Another shader has others.
    this.registerDisposer(controls.controls.changed.add(() => this.build()));
    this.build();
  }

  private build(): void {
    this.listeners.dispose();
    this.listeners = new RefCounted();
    const rows: HTMLElement[] = [];
    for (const [name, one] of this.controls.state) {
      if (one.control.type === "slider") {
        rows.push(this.row(name, one.control, one));
      }
    }
    const reset = button({
      label: "Reset",
      kind: "bar",
      run: () => {
        for (const { trackable } of this.controls.state.values()) {
          trackable.reset();
        }
      },
    });
    this.element.replaceChildren(
      ...(rows.length === 0
        ? [element("p", {}, "The shader of this layer has no sliders.")]
        : [...rows, reset]),
    );
  }

  private row(name: string, slider: Slider, { trackable }: Control) {
    const named = NAMES.get(name);
    const title = named?.title ?? name;
    const input = element("input", {
      type: "range",
      min: String(slider.min),
      max: String(slider.max),
      step: String(slider.step),
      "aria-label": title,
    });
    const output = element("span", { class: "clio-slider-value" });
    const update = () => {
      const value = trackable.value as number;
      input.value = String(value);
      const text =
        named?.unit === "%"
          ? `${Math.round(value * 100)} %`
          : `${value}${named === undefined ? "" : ` ${named.unit}`}`;
      output.textContent = text;
      input.setAttribute("aria-valuetext", text);
    };
    input.addEventListener("input", () => {
      trackable.value = input.valueAsNumber;
    });
    this.listeners.registerDisposer(trackable.changed.add(update));
    update();
    return element(
      "label",
      { class: "clio-slider" },
      element("span", { class: "clio-slider-title" }, title),
      input,
      output,
    );
  }
}
