/**
 * The description of a dataset: what a person reads in the chooser and what the viewer opens.
 *
 * The shape is the original Clio's (`GET /v2/datasets`), so catalogues that people have keep working. What Clio itself
 * reads is checked; all else, the layers' own settings above all, is kept as it was written.
 */
import * as v from "valibot";
import { marksSchema, NO_VOCABULARY } from "./fields.js";
import { jsonObject } from "./json_object.js";
import { recordOf } from "./record_of.js";
import { describeIssues } from "./schema_issues.js";

/** A length unit as the viewer writes it, with or without an SI prefix. */
const unitPattern = /^[pnuµm]?m$/;

/** What a dataset may be called. Not `image:…`: that is how a sandbox names an image without a dataset (see sandbox.ts). */
export const datasetIdPattern = /^(?!image:)[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

const finite = v.pipe(v.number(), v.finite("a finite number"));
const scale = v.pipe(
  v.number("a number above 0"),
  v.finite("a number above 0"),
  v.check((value) => value > 0, "a number above 0"),
);
const text = v.string("text");
const name = v.pipe(
  v.string("a name"),
  v.nonEmpty("a name, not an empty text"),
);

const dimension = v.tuple(
  [
    scale,
    v.pipe(
      v.string("a unit of length such as m"),
      v.regex(unitPattern, "a unit of length: m, mm, um, nm or pm"),
    ),
  ],
  'a pair of scale and unit such as [8e-9, "m"]',
);

const sourceUrl = v.pipe(
  v.string("the address of a source"),
  v.nonEmpty("the address of a source"),
);
const sourceObject = v.looseObject({ url: sourceUrl });

// Chosen by the value's own form and not by trying each in turn, so that a mistake inside names its own key.
const oneSource = v.lazy((input) =>
  typeof input === "object" && input !== null ? sourceObject : sourceUrl,
);
const sourceList = v.array(oneSource, "a list of sources");

/** What a layer of the viewer reads: an address, an object around one, or a list of either. */
const LayerSourceSchema = v.lazy((input) =>
  Array.isArray(input) ? sourceList : oneSource,
);

const roleList = v.array(name, "a list of roles");

const LayerSchema = v.looseObject({
  name,
  type: v.optional(text),
  source: v.optional(LayerSourceSchema),
  /** What may be done with it, as older descriptions say it; see the dataset's own `roles`. */
  roles: v.optional(roleList),
});

const position = v.pipe(
  v.array(finite, "a list of numbers"),
  v.minLength(3, "at least 3 numbers: x, y, z"),
);
const quaternion = v.pipe(
  v.array(finite, "4 numbers"),
  v.length(4, "4 numbers"),
);

const dimensions = v.looseObject({ x: dimension, y: dimension, z: dimension });
const layerList = v.array(LayerSchema, "a list of layers");
const camera = {
  position: v.optional(position),
  crossSectionScale: v.optional(scale),
  crossSectionOrientation: v.optional(quaternion),
  projectionScale: v.optional(scale),
  projectionOrientation: v.optional(quaternion),
};

const SceneSchema = v.looseObject({
  dimensions,
  ...camera,
  layers: v.pipe(layerList, v.nonEmpty("at least one layer")),
});

/** What a version adds to the scene of its dataset, or says in the place of it. */
const VersionSceneSchema = v.looseObject({
  dimensions: v.optional(dimensions),
  ...camera,
  layers: v.optional(layerList),
});

const VersionSchema = v.looseObject({
  version: v.optional(name),
  tag: v.optional(name),
  title: v.optional(name),
  uuid: v.optional(text),
  description: v.optional(text),
  mainLayer: v.optional(name),
  neuroglancer: v.optional(VersionSceneSchema),
});

const DatasetSchema = v.looseObject({
  title: v.optional(text),
  description: v.optional(text, ""),
  tag: v.optional(text),
  uuid: v.optional(text),
  public: v.optional(v.boolean("true or false")),
  navHide: v.optional(v.boolean("true or false")),
  mainLayer: v.optional(name),
  /** Order of the layers. Names that no layer has any more are passed over. */
  orderedLayers: v.optional(v.array(name, "a list of names of layers")),
  roles: v.optional(recordOf(roleList)),
  versions: v.optional(v.array(VersionSchema, "a list of versions")),
  /** Words and fields for marks: Clio's own addition to the original's shape. */
  marks: v.optional(marksSchema, NO_VOCABULARY),
  neuroglancer: SceneSchema,
});

/** The source of a layer: an address, an object around one, or a list of either. */
export type LayerSource = v.InferOutput<typeof LayerSourceSchema>;
/** A layer in the viewer's own form; keys that Clio does not know are kept. */
export type DatasetLayer = v.InferOutput<typeof LayerSchema>;
/** The piece of viewer state that opens a dataset. Positions are voxels of `dimensions`, in x, y, z order. */
export type DatasetScene = v.InferOutput<typeof SceneSchema>;
/** A dataset. `title` is its id where none was written; `roles` names what may be done with a layer ("mergeable"). */
export type Dataset = v.InferOutput<typeof DatasetSchema> & { title: string };
/** One of a dataset's `versions`: layers of its own, and what differs. */
export type DatasetVersion = v.InferOutput<typeof VersionSchema>;

/** Thrown where a dataset's description is wrong; each of `problems` is one line: key path, value, what was expected. */
export class DatasetError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "DatasetError";
  }
}

/** Names that no layer has, and layers that share a name, one line each. */
function nameProblems(dataset: v.InferOutput<typeof DatasetSchema>): string[] {
  const { mainLayer, roles, versions = [] } = dataset;
  const { layers } = dataset.neuroglancer;
  const own = new Set(layers.map((layer) => layer.name));
  const all = new Set(own);
  const problems = sharedNames(layers, "", new Set());
  for (const [index, version] of versions.entries()) {
    const more = version.neuroglancer?.layers ?? [];
    const key = `versions.${index}.`;
    // The layers of a version stand beside those of its dataset.
    problems.push(...sharedNames(more, key, own));
    const names = [...own, ...more.map((layer) => layer.name)];
    problems.push(
      ...unknownNames([[`${key}mainLayer`, version.mainLayer]], names),
    );
    for (const each of names) all.add(each);
  }
  return [
    ...problems,
    ...unknownNames([["mainLayer", mainLayer]], [...own]),
    ...Object.keys(roles ?? {})
      .filter((each) => !all.has(each))
      .map(
        (each) =>
          `roles.${each}: expected the name of a layer (${[...all].join(", ")})`,
      ),
  ];
}

function sharedNames(
  layers: readonly DatasetLayer[],
  key: string,
  taken: ReadonlySet<string>,
): string[] {
  const names = new Set(taken);
  return layers.flatMap((layer, index) => {
    const isShared = names.has(layer.name);
    names.add(layer.name);
    return isShared
      ? [
          `${key}neuroglancer.layers.${index}.name: ${JSON.stringify(layer.name)}, expected a name that no other layer has`,
        ]
      : [];
  });
}

/** @param named key and the name that stands there */
function unknownNames(
  named: readonly (readonly [key: string, name: string | undefined])[],
  layers: readonly string[],
): string[] {
  return named
    .filter(([, each]) => each !== undefined && !layers.includes(each))
    .map(
      ([key, each]) =>
        `${key}: ${JSON.stringify(each)}, expected the name of a layer (${layers.join(", ")})`,
    );
}

/** What older descriptions have beside `layers`, and newer ones in `neuroglancer`. */
const olderSceneKeys = [
  "layers",
  "dimensions",
  "position",
  "crossSectionScale",
  "projectionScale",
] as const;

/** The voxel size of the original where a description says none. */
const usualDimensions = {
  x: [8e-9, "m"],
  y: [8e-9, "m"],
  z: [8e-9, "m"],
} as const;

/** Brings an older description to the present shape; what is no description at all is left to the schema. */
function presentShape(json: unknown): unknown {
  if (!v.is(jsonObject, json)) return json;
  let { neuroglancer: scene, ...rest } = json;
  if (scene === undefined && Array.isArray(json.layers)) {
    const entries = Object.entries(json);
    const isOfScene = ([key]: [string, unknown]) =>
      (olderSceneKeys as readonly string[]).includes(key);
    scene = Object.fromEntries(entries.filter(isOfScene));
    rest = Object.fromEntries(entries.filter((entry) => !isOfScene(entry)));
  }
  if (!v.is(jsonObject, scene)) return json;
  return { ...rest, neuroglancer: { dimensions: usualDimensions, ...scene } };
}

/**
 * Reads the description of one dataset.
 * @param id what the dataset is called in addresses and records
 * @param json parsed JSON, of any shape
 * @throws DatasetError naming every key that is wrong
 */
export function parseDataset(id: string, json: unknown): Dataset {
  if (!datasetIdPattern.test(id)) {
    throw new DatasetError([
      `${JSON.stringify(id)}: expected an id of letters, digits and . _ : - that begins with a letter or digit`,
    ]);
  }
  const result = v.safeParse(DatasetSchema, presentShape(json));
  if (!result.success) throw new DatasetError(describeIssues(result.issues));
  const problems = nameProblems(result.output);
  if (problems.length > 0) throw new DatasetError(problems);
  return { ...result.output, title: result.output.title ?? id };
}

/**
 * Reads a dictionary from id to dataset: a catalogue file, or the server's answer.
 * @param json parsed JSON, of any shape
 * @returns the datasets in the order written
 * @throws DatasetError naming every key of every dataset that is wrong
 */
export function parseDatasets(json: unknown): Map<string, Dataset> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new DatasetError([
      "(the whole): expected an object from id to dataset",
    ]);
  }
  const datasets = new Map<string, Dataset>();
  const problems: string[] = [];
  for (const [id, entry] of Object.entries(json)) {
    try {
      datasets.set(id, parseDataset(id, entry));
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      problems.push(...error.problems.map((problem) => `${id}.${problem}`));
    }
  }
  if (problems.length > 0) throw new DatasetError(problems);
  return datasets;
}
