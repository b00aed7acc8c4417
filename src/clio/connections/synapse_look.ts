import type { SynapseLayer } from "./synapse_layer.js";

/** A line from where a synapse sends, in amber, to where it is received, in blue. */
const SHADER = `#uicontrol vec3 sent color(default="#f0b94a")
#uicontrol vec3 received color(default="#61e1ff")
#uicontrol float size slider(min=2, max=20, default=8)
void main() {
  setLineColor(received);
  setLineWidth(1.5);
  setLineEndpointMarkerColor(vec4(sent, 1.0), vec4(received, 1.0));
  setLineEndpointMarkerSize(size, 0.7 * size);
}
`;

/** Has a layer draw synapses in their colours, unless a person has written another shader for it. */
export function dressLayer(layer: SynapseLayer): void {
  const { shader } = layer.annotationDisplayState;
  if (shader.defaultValue === SHADER) return;
  const isOwn = shader.value !== shader.defaultValue;
  shader.defaultValue = SHADER;
  if (!isOwn) shader.reset();
}
