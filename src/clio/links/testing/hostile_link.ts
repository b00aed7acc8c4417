// Links that mean no good: a grammar of the viewer's states with all that can be wrong in one.
import fc from "fast-check";
import {
  fieldsOfSelection,
  layers,
  layerNames,
  panel,
  toolBindings,
  tools,
} from "./hostile_layers.js";
import { dimensions } from "./hostile_sources.js";
import {
  booleans,
  enormous,
  few,
  joined,
  junk,
  list,
  map,
  mostly,
  numbers,
  object,
  oddKeys,
  type Text,
  words,
} from "./hostile_values.js";

const axis = words("x", "y", "z", "t", "__proto__");
const orientation = mostly(list(numbers));

const linked = object({
  link: mostly(words("linked", "unlinked", "relative", "nothing")),
  value: junk,
});

const leaf = mostly(
  fc.oneof(
    words("xy", "yz", "xz", "xy-3d", "4panel", "4panel-alt", "3d", "5panel"),
    object({
      type: mostly(words("xy", "4panel", "3d", "viewer", "nothing")),
      crossSections: mostly(
        map(
          fc.oneof(words("a"), oddKeys),
          object({ width: numbers, height: numbers, position: linked }),
        ),
      ),
      orthographicProjection: mostly(booleans),
    }),
  ),
);

const { layout } = fc.letrec<{ layout: string }>((tie) => ({
  layout: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    object({
      type: mostly(words("viewer")),
      layers: mostly(list(layerNames)),
      layout: leaf,
      position: linked,
      crossSectionScale: linked,
      projectionOrientation: linked,
      flex: numbers,
    }),
    object({
      type: words("row", "column"),
      children: mostly(list(tie("layout"))),
      flex: numbers,
    }),
  ),
}));

/** The text of a state. @param origin see `layers` */
function states(origin: string): Text {
  const fields = {
    title: mostly(words("A title", "<b>")),
    dimensions,
    relativeDisplayScales: mostly(map(axis, numbers)),
    displayDimensions: mostly(list(axis)),
    position: mostly(list(numbers)),
    velocity: mostly(map(axis, junk)),
    crossSectionOrientation: orientation,
    crossSectionScale: mostly(numbers),
    crossSectionDepth: mostly(numbers),
    projectionOrientation: orientation,
    projectionScale: mostly(numbers),
    projectionDepth: mostly(numbers),
    layers: layers(origin),
    showAxisLines: mostly(booleans),
    wireFrame: mostly(booleans),
    showSlices: mostly(booleans),
    showScaleBar: mostly(booleans),
    enableAdaptiveDownsampling: junk,
    gpuMemoryLimit: mostly(numbers),
    systemMemoryLimit: mostly(numbers),
    concurrentDownloads: mostly(numbers),
    prefetch: mostly(booleans),
    selectedLayer: mostly(
      object({
        layer: mostly(layerNames),
        visible: booleans,
        size: numbers,
        row: numbers,
      }),
    ),
    crossSectionBackgroundColor: mostly(words("#123", "none", "url(a)")),
    projectionBackgroundColor: junk,
    layout,
    statistics: mostly(panel),
    helpPanel: mostly(panel),
    settingsPanel: mostly(panel),
    layerListPanel: mostly(panel),
    selection: mostly(fieldsOfSelection),
    partialViewport: mostly(list(numbers)),
    selectedStateServer: junk,
    toolBindings,
    toolPalettes: mostly(
      map(
        fc.oneof(words("Palette"), oddKeys),
        object({
          side: words("left", "right"),
          row: numbers,
          visible: booleans,
          query: mostly(words("type:*", "(((", "")),
          tools: mostly(list(tools)),
        }),
      ),
    ),
    navigation: mostly(
      object({
        pose: object({
          position: object({
            voxelSize: list(numbers),
            voxelCoordinates: list(numbers),
          }),
          orientation,
        }),
        zoomFactor: mostly(numbers),
      }),
    ),
    perspectiveOrientation: orientation,
    perspectiveZoom: mostly(numbers),
    clio: mostly(object({ dataset: mostly(words("demo", "..", "__proto__")) })),
    clioMarks: mostly(panel),
    nothing: fc.oneof(
      { weight: 12, arbitrary: junk },
      { weight: 1, arbitrary: enormous },
    ),
  };
  const layersAlone = fields.layers.map((text) => `{"layers":${text}}`);
  return fc.oneof(object(fields), joined(layersAlone, few(fields)));
}

/**
 * The fragment of a hostile link, with its `#`.
 * @param origin of the server that has the demo volume
 */
export function hostileLinks(origin: string): fc.Arbitrary<string> {
  const state = states(origin);
  return fc.oneof(
    {
      weight: 30,
      arbitrary: state.map((text) => `#!${encodeURIComponent(text)}`),
    },
    { weight: 3, arbitrary: state.map((text) => `#!+${encodeURI(text)}`) },
    // As older viewers wrote it.
    {
      weight: 2,
      arbitrary: state.map(
        (text) => `#!${text.replaceAll('"', "'").replaceAll(",", "_")}`,
      ),
    },
    // Cut short, as mail programs do.
    {
      weight: 2,
      arbitrary: fc
        .tuple(state, fc.nat())
        .map(([text, at]) => `#!${encodeURI(text)}`.slice(0, at % 2_000)),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        "#!http://127.0.0.1:9/state.json",
        "#!https://far14.example/state.json",
        "#!gs://bucket/state.json",
        "#!javascript://%0aalert(1)",
        "#!link://AAAAAAAAAAAAAAAAAAAAAA",
        "#!link://..%2f..%2fv2/datasets",
        "#!link://%FF",
        "#!clio://sandbox/demo",
        "#!file:///etc/passwd",
        `#!${origin}/v2/datasets`,
        `#!${origin}/`,
      ),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(
        junk.map((text) => `#!${text}`),
        enormous.map((text) => `#!${text}`),
        fc.string().map((text) => `#${text}`),
        fc.constantFrom(
          "#",
          "#!",
          "#!+",
          "#!%",
          "#!%FF",
          `#!${"'\\".repeat(50_000)}`,
          `#!${'"'.repeat(50_001)}`,
        ),
      ),
    },
  );
}
