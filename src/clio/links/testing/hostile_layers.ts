// Layers as a hostile link could hold them.
import fc from "fast-check";
import {
  booleans,
  BYSTANDER,
  enormous,
  few,
  ids,
  joined,
  junk,
  list,
  literals,
  map,
  mostly,
  numbers,
  object,
  oddKeys,
  type Text,
  words,
} from "./hostile_values.js";
import { axes, dimensions, sources, urls } from "./hostile_sources.js";

const shader = words(
  "",
  "void main() { emitGrayscale(toNormalized(getDataValue())); }",
  "#uicontrol invlerp normalized\nvoid main() { emitGrayscale(normalized()); }",
  "#uicontrol float __proto__ slider(min=0, max=1)\nvoid main() {}",
  "#uicontrol float a slider(min=1, max=0, default=1e999)\nvoid main() { emitRGB(vec3(a)); }",
  '#uicontrol vec3 color color(default="<b>")\n#uicontrol nothing at all\nvoid main() {}',
  '#uicontrol transferFunction t(controlPoints=[[0,"#000",1e999]])\nvoid main() { emitRGBA(t()); }',
  "#error",
  "void main() { setColor(vec4(0.0/0.0)); setPointMarkerSize(1e30); }",
  `// http://${BYSTANDER}\nnot a shader at all`,
);

export const tools = fc.oneof(
  words(
    "annotatePoint",
    "annotateLine",
    "annotateBoundingBox",
    "annotateSphere",
    "annotatePolyline",
    "clioPoint",
    "opacity",
    "selectSegments",
    "mergeSegments",
    "splitSegments",
    "grapheneMulticutSegments",
    "grapheneMergeSegments",
    "crossSectionRenderScale",
    "nothing",
    "toString",
  ),
  object({
    type: mostly(words("shaderControl", "dimension", "clioPoint", "nothing")),
    control: mostly(words("normalized", "__proto__")),
    dimension: mostly(axes),
    layer: words("a", "b", "nothing"),
  }),
);

export const toolBindings = mostly(
  map(
    fc.oneof(words("A", "P", "Z", "AA", "a", "", "é"), oddKeys),
    mostly(tools),
    4,
  ),
);

const point = list(mostly(numbers, 20), 4);
const annotation = object({
  type: mostly(
    words(
      "point",
      "line",
      "axis_aligned_bounding_box",
      "ellipsoid",
      "polyline",
    ),
    20,
  ),
  id: mostly(words("1", "2", "__proto__", "")),
  point,
  pointA: point,
  pointB: point,
  center: point,
  radii: point,
  points: list(point),
  description: mostly(words("", `<img src=http://${BYSTANDER}/c.png>`)),
  segments: mostly(list(fc.oneof(ids, list(ids)))),
  props: mostly(list(junk)),
});

const property = object({
  id: mostly(words("a", "b", "__proto__", "constructor", "a b", "A")),
  type: mostly(words("uint8", "float32", "rgb", "rgba", "string", "int64")),
  default: mostly(numbers),
  description: junk,
  enum_values: mostly(list(numbers)),
  enum_labels: mostly(list(words("x", "__proto__"))),
});

/** Few, so that layers share them and other parts of a state meet them. */
export const layerNames = words(
  "a",
  "a",
  "b",
  "c",
  "",
  "__proto__",
  "<b>",
  "a\nb",
);

export const panel = object({
  side: mostly(words("left", "right", "top", "bottom")),
  row: numbers,
  col: numbers,
  flex: numbers,
  size: numbers,
  visible: mostly(booleans),
});

/** A layer as the viewer writes it, with what may be wrong in it. */
export function layers(origin: string): Text {
  const fields = {
    type: mostly(
      words(
        "image",
        "segmentation",
        "annotation",
        "clio-annotation",
        "mesh",
        "auto",
        "new",
        "heatmap",
        "pointAnnotation",
        "toString",
        "__proto__",
      ),
      20,
    ),
    source: sources(origin),
    visible: mostly(booleans),
    archived: mostly(booleans),
    tab: mostly(words("source", "rendering", "annotations", "nothing")),
    panels: mostly(list(panel)),
    tool: mostly(tools),
    toolBindings,
    localDimensions: dimensions,
    localPosition: mostly(list(numbers)),
    localVelocity: mostly(map(axes, junk)),
    transform: mostly(list(list(numbers))),
    shader: mostly(shader),
    shaderControls: mostly(
      map(fc.oneof(words("normalized", "a", "color"), oddKeys), junk),
    ),
    colorBy: mostly(words("type", "tag", "field:depth", "field:", "nothing")),
    hiddenSets: mostly(list(words("", "done", "__proto__"))),
    lockedSets: mostly(list(words("", "done", "__proto__"))),
    newMarksSet: mostly(words("", "done", "__proto__")),
    skeletonShader: mostly(shader),
    skeletonRendering: junk,
    opacity: mostly(numbers),
    blend: mostly(words("default", "additive", "nothing")),
    volumeRendering: mostly(words("on", "off", "max", "min")),
    volumeRenderingDepthSamples: mostly(numbers),
    volumeRenderingGain: mostly(numbers),
    crossSectionRenderScale: mostly(numbers),
    channelDimensions: dimensions,
    segments: mostly(list(ids)),
    segmentColors: mostly(map(ids, mostly(words("#fff", "red", "url(x)")))),
    segmentDefaultColor: junk,
    segmentQuery: mostly(words("a|b", "/(/", "#", `>"1`)),
    equivalences: mostly(list(list(ids))),
    colorSeed: mostly(numbers),
    selectedAlpha: mostly(numbers),
    objectAlpha: mostly(numbers),
    saturation: mostly(numbers),
    meshRenderScale: mostly(numbers),
    hideSegmentZero: mostly(booleans),
    linkedSegmentationGroup: mostly(layerNames),
    linkedSegmentationColorGroup: mostly(layerNames),
    linkedSegmentationLayer: mostly(
      fc.oneof(layerNames, map(layerNames, mostly(layerNames))),
    ),
    filterBySegmentation: mostly(list(words("segments", "__proto__"))),
    annotations: mostly(list(mostly(annotation, 20), 6)),
    annotationProperties: mostly(list(mostly(property))),
    annotationRelationships: mostly(list(words("segments", "__proto__"))),
    annotationColor: junk,
    crossSectionAnnotationSpacing: mostly(numbers),
    projectionAnnotationSpacing: mostly(numbers),
    pick: mostly(booleans),
  };
  const demo = (layer: string) =>
    `precomputed://${origin}/volumes/demo/${layer}`;
  const sound = literals(
    ...[
      { type: "image", source: demo("image") },
      { source: demo("image") },
      { type: "segmentation", source: demo("supervoxels"), segments: ["1"] },
      { type: "segmentation", source: demo("bodies") },
      { type: "annotation", source: "local://annotations" },
    ].map((layer) => JSON.stringify(layer)),
  );
  const layer = fc.oneof(object(fields), joined(sound, few(fields)));
  const named = fc
    .tuple(mostly(layerNames, 20), layer)
    .map(
      ([name, rest]) =>
        `{"name":${name}${rest === "{}" ? "}" : `,${rest.slice(1)}`}`,
    );
  return fc.oneof(
    { weight: 30, arbitrary: list(mostly(named, 20), 4) },
    { weight: 2, arbitrary: map(layerNames, fc.oneof(layer, urls(origin))) },
    { weight: 2, arbitrary: junk },
    { weight: 1, arbitrary: enormous },
  );
}

export const fieldsOfSelection = object({
  layers: mostly(
    map(
      layerNames,
      object({
        annotationId: junk,
        value: mostly(ids),
        localPosition: junk,
        annotationSource: numbers,
        annotationSubsource: literals('"default"', "null"),
      }),
    ),
  ),
  position: mostly(list(numbers)),
  size: numbers,
  visible: mostly(booleans),
  row: numbers,
});
