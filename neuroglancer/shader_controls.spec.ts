import { AnnotationDisplayState } from "neuroglancer/unstable/annotation/annotation_layer_state.js";
import type { AnnotationPropertySpec } from "neuroglancer/unstable/annotation/index.js";
import { refuseControlsOfNothing } from "./shader_controls.js";

const SHADER = `#uicontrol invlerp size
void main() { setPointMarkerSize(10.0 * size()); }
`;

/** What is made of a shader with a control in a layer of annotations with these properties. */
function controlsWith(properties: AnnotationPropertySpec[]) {
  const display = new AnnotationDisplayState();
  display.annotationProperties.value = properties;
  display.shader.value = SHADER;
  const { shaderControls } = display;
  const errors = shaderControls.parseErrors.value;
  return {
    names: [...shaderControls.value.keys()],
    errors: errors.map(({ line, message }) => `${line}: ${message}`),
  };
}

describe("A control over a property in a shader of annotations", () => {
  refuseControlsOfNothing();

  it("is refused where there is no property of a number", () => {
    const refused = {
      names: [],
      errors: ["0: invlerp control not supported"],
    };
    expect(controlsWith([])).toEqual(refused);
    expect(
      controlsWith([
        { type: "rgb", identifier: "color", description: "", default: 0 },
      ]),
    ).toEqual(refused);
  });

  it("is there where there is one", () => {
    expect(
      controlsWith([
        { type: "float32", identifier: "size", description: "", default: 0 },
      ]),
    ).toEqual({ names: ["size"], errors: [] });
  });
});
