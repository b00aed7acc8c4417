import * as v from "valibot";
import type { Triple } from "../../../testdata/precomputed/scales.js";
import { LabelsError } from "../labels_error.js";

/** Where a volume lies, as far as its file says. */
export interface StatedPlace {
  readonly offset?: Triple;
  readonly voxelSize?: Triple;
}

const threeOf = (what: string, entry: v.GenericSchema<number>) =>
  v.pipe(
    v.unknown(),
    v.check(
      (value) => v.is(v.strictTuple([entry, entry, entry]), value),
      `three ${what}: x, y, z`,
    ),
    v.transform((value) => value as [number, number, number]),
  );

/** What Clio's own scripts write. */
const ClioSchema = v.object({
  clio: v.object({
    offset: v.optional(
      threeOf("whole numbers", v.pipe(v.number(), v.safeInteger())),
    ),
    voxelSize: v.optional(
      threeOf("lengths in nm above 0", v.pipe(v.number(), v.gtValue(0))),
    ),
  }),
});

const OmeTransformSchema = v.variant("type", [
  v.object({ type: v.literal("scale"), scale: v.array(v.number()) }),
  v.object({
    type: v.literal("translation"),
    translation: v.array(v.number()),
  }),
]);

/** Source: "multiscales" of OME-Zarr 0.4; 0.5 has the same below `ome`. */
const OmeSchema = v.object({
  multiscales: v.pipe(
    v.array(
      v.object({
        axes: v.optional(
          v.array(v.object({ name: v.string(), unit: v.optional(v.string()) })),
          [],
        ),
        datasets: v.pipe(
          v.array(
            v.object({
              path: v.string(),
              coordinateTransformations: v.optional(
                v.array(OmeTransformSchema),
                [],
              ),
            }),
          ),
          v.minLength(1),
        ),
      }),
    ),
    v.minLength(1),
  ),
});

const IN_NM: Readonly<Partial<Record<string, number>>> = {
  ...{ angstrom: 0.1, nanometer: 1, micrometer: 1e3, millimeter: 1e6 },
};

/** What OME-Zarr says of its finest level; undefined where the attributes are none of it. */
export function omeLevel(
  attributes: unknown,
): ({ path: string } & StatedPlace) | undefined {
  const inside = v.safeParse(v.object({ ome: v.unknown() }), attributes);
  const result = v.safeParse(
    OmeSchema,
    inside.success ? inside.output.ome : attributes,
  );
  if (!result.success) return undefined;
  const [{ axes, datasets }] = result.output.multiscales;
  const [{ path, coordinateTransformations }] = datasets;
  const units = axes.slice(-3).map(({ unit }) => IN_NM[unit ?? ""]);
  // Without units nobody knows how long a voxel is.
  if (units.length !== 3 || units.includes(undefined)) return { path };
  const inNm = (values: readonly number[]): Triple => {
    const [z, y, x] = values.slice(-3).map((n, axis) => n * units[axis]!);
    return [x, y, z];
  };
  let voxelSize: Triple | undefined;
  let begin: Triple | undefined;
  for (const transform of coordinateTransformations) {
    if (transform.type === "scale") voxelSize = inNm(transform.scale);
    else begin = inNm(transform.translation);
  }
  if (voxelSize === undefined) return { path };
  if (begin === undefined) return { path, voxelSize };
  return { path, voxelSize, offset: inVoxels(begin, voxelSize) };
}

/**
 * What the attributes of an array say.
 * @throws LabelsError where they say of its place what cannot be
 */
export function clioPlace(attributes: unknown): StatedPlace {
  const inside = v.safeParse(v.object({ clio: v.looseObject({}) }), attributes);
  if (!inside.success) return {};
  const result = v.safeParse(ClioSchema, attributes);
  if (result.success) return result.output.clio;
  const [issue] = result.issues;
  throw new LabelsError(
    `the attribute ${v.getDotPath(issue)} of the Zarr is ${JSON.stringify(issue.input)}, expected ${issue.message}`,
  );
}

function inVoxels(begin: Triple, voxelSize: Triple): Triple {
  const voxels = begin.map((nm, axis) => nm / voxelSize[axis]);
  const whole = voxels.map(Math.round);
  if (voxels.some((n, axis) => Math.abs(n - whole[axis]) > 0.01))
    throw new LabelsError(
      `translation is ${begin.join(", ")} nm, expected a whole number of voxels of ${voxelSize.join(" x ")} nm`,
    );
  return [whole[0], whole[1], whole[2]];
}
