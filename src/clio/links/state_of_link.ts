import { linkMarksUrl, type OpenedLink } from "../model/link.js";

/** The longest name of a layer that is made here, in characters. */
const longestName = 60;

/** The state that a link opens: that of its maker, with a layer for the marks that it brings. */
export function stateOfLink(link: OpenedLink): Record<string, unknown> {
  const { id, state, title, marks } = link;
  const { layers = [] } = state;
  // A state that has no list of layers is told of by whoever reads it.
  if (marks === 0 || !Array.isArray(layers)) return state;
  const layer = {
    type: "annotation",
    name: `marks: ${title}`.slice(0, longestName),
    source: linkMarksUrl(id),
    annotationColor: "#ffb454",
  };
  return { ...state, layers: [...(layers as unknown[]), layer] };
}
