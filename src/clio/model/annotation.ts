/** A mark that a person leaves in a volume: its schema, and the only way to make one out of something unknown. */
import * as v from "valibot";
import { recordOf } from "./record_of.js";

/** Version of `AnnotationRecord`. A stored page or export names it, so that a later version knows what to migrate. */
export const ANNOTATION_SCHEMA_VERSION = 2;

/** Any uuid, in lower case, because ids are compared as text. */
export const uuidSchema = v.pipe(
  v.string(),
  v.regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    "expected a lower-case uuid",
  ),
);

/** Milliseconds since 1970, UTC. */
export const epochSchema = v.pipe(
  v.number(),
  v.safeInteger("expected whole milliseconds since 1970"),
  v.minValue(0, "expected milliseconds since 1970"),
);

/** A voxel of the dataset's finest scale, in x,y,z order. */
export const voxelSchema = v.pipe(
  v.number(),
  v.safeInteger("expected a whole voxel"),
);
export const voxelPositionSchema = v.tuple([
  voxelSchema,
  voxelSchema,
  voxelSchema,
]);
export type VoxelPosition = v.InferOutput<typeof voxelPositionSchema>;

/** A segment id of up to 64 bits, as a decimal text: a number would lose digits. */
export const segmentIdSchema = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9][0-9]{0,19})$/, "expected a segment id in decimal digits"),
  v.check(
    // What is no number at all is told of by then, and would throw here.
    (text) =>
      !/^\d+$/.test(text) || BigInt.asUintN(64, BigInt(text)) === BigInt(text),
    "expected a segment id of at most 64 bits",
  ),
);

/** What lies under a mark. Merges change which body a supervoxel belongs to, so they are applied when it is shown, not kept here. */
export const segmentsSchema = v.object({
  /** URL of the segmentation that was asked. */
  source: v.string(),
  /** Version of the segmentation, where it has one. */
  version: v.optional(v.string()),
  /** The base supervoxel under each anchor (see geometry.ts); null where there is none. */
  supervoxels: v.array(v.nullable(segmentIdSchema)),
});
export type MarkSegments = v.InferOutput<typeof segmentsSchema>;

/** The value of one of the dataset's own fields. */
export const fieldValueSchema = v.union([
  v.string(),
  v.pipe(v.number(), v.finite("expected a finite number")),
  v.boolean(),
]);
export type FieldValue = v.InferOutput<typeof fieldValueSchema>;

/** The one name that no field can have: the JSON of some programs, and of our own server's, would lose the value without a word. */
export const NO_FIELD_NAME = "__proto__";

const fieldsSchema = v.pipe(
  recordOf(fieldValueSchema),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || !Object.hasOwn(dataset.value, NO_FIELD_NAME)) return;
    const { value: input } = dataset;
    const value = input[NO_FIELD_NAME];
    addIssue({
      message: "a field of another name",
      input: value,
      path: [
        { type: "object", origin: "key", input, key: NO_FIELD_NAME, value },
      ],
    });
  }),
);

/** What every kind of annotation has. */
const common = {
  id: uuidSchema,
  description: v.string(),
  title: v.optional(v.string()),
  /** A word from the dataset's vocabulary or the person's own, such as "synapse". */
  type: v.optional(v.string()),
  tags: v.array(v.string()),
  /** Whether a person has looked at it and was content. */
  checked: v.boolean(),
  /** Values of the dataset's own fields, by the field's name (see fields.ts). */
  fields: v.optional(fieldsSchema),
  /** Name of the set that it belongs to; absent where it belongs to none. */
  set: v.optional(v.string()),
  segments: v.optional(segmentsSchema),
  /** Its author. */
  user: v.string(),
  created: epochSchema,
  modified: epochSchema,
};

const ends = v.tuple([voxelPositionSchema, voxelPositionSchema]);

export const pointSchema = v.object({
  ...common,
  kind: v.literal("point"),
  position: voxelPositionSchema,
});
export type PointRecord = v.InferOutput<typeof pointSchema>;

export const lineSchema = v.object({
  ...common,
  kind: v.literal("line"),
  ends,
});

export const polylineSchema = v.object({
  ...common,
  kind: v.literal("polyline"),
  vertices: v.pipe(
    v.array(voxelPositionSchema),
    v.minLength(2, "expected at least two vertices"),
  ),
});

/** Drawn as a diameter, whose both ends are kept: centre and radius follow from them, and not the other way round. */
export const sphereSchema = v.object({
  ...common,
  kind: v.literal("sphere"),
  ends,
});

/** Along the axes. Its two opposite corners are voxels of it, so a box of one voxel has the same corner twice. */
export const boxSchema = v.object({
  ...common,
  kind: v.literal("box"),
  corners: ends,
});

/** Along the axes. */
export const ellipsoidSchema = v.object({
  ...common,
  kind: v.literal("ellipsoid"),
  center: voxelPositionSchema,
  /** In voxels along x,y,z. */
  radii: v.tuple([
    v.pipe(voxelSchema, v.minValue(1, "expected a radius of a voxel or more")),
    v.pipe(voxelSchema, v.minValue(1, "expected a radius of a voxel or more")),
    v.pipe(voxelSchema, v.minValue(1, "expected a radius of a voxel or more")),
  ]),
});

/** One annotation of any kind. A further kind is one more member of this variant. */
export const annotationSchema = v.variant("kind", [
  pointSchema,
  lineSchema,
  polylineSchema,
  sphereSchema,
  boxSchema,
  ellipsoidSchema,
]);
export type AnnotationRecord = v.InferOutput<typeof annotationSchema>;
export type AnnotationKind = AnnotationRecord["kind"];

/** Every kind, in the order in which tools and filters list them. */
export const ANNOTATION_KINDS = [
  "point",
  "line",
  "polyline",
  "sphere",
  "box",
  "ellipsoid",
] as const satisfies readonly AnnotationKind[];

/** What people call a mark of each kind, within a sentence. */
export const KIND_NAMES: Readonly<Record<AnnotationKind, string>> = {
  point: "point",
  line: "line",
  polyline: "path",
  sphere: "sphere",
  box: "box",
  ellipsoid: "ellipsoid",
};
